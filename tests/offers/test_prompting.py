"""Which prompts the goods of a basket set off, and which of those a cashier is told: rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from huitou.offers.rules.prompting import MOST_TOLD, Prompts, compile_prompts, rests, set_off, to_tell, unfit_field
from huitou.offers.terms import BasketLine, Fen, Goods
from huitou.offers.terms.prompting import Prompt, PromptSeen, PromptState

DAY = date(2026, 11, 20)
PRAM = Prompt("mothers", "邀请入妈妈群", "Invite to the group", Goods(categories=("母婴/推车",)))


def line(sku: str = "1", category: str = "", brand: str = "") -> BasketLine:
    return BasketLine(sku=sku, price=Fen(100), category=category, brand=brand)


def on(*prompts: Prompt) -> Prompts:
    return compile_prompts(prompts)


def codes(found: list[Prompt]) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("goods", "basket", "sets_off", "because"),
    [
        (Goods(categories=("母婴",)), [line(category="母婴/推车")], True, "a category holds what lies below it"),
        (Goods(categories=("母婴/推车",)), [line(category="母婴")], False, "and nothing above it"),
        (Goods(categories=("母婴/推车",)), [line(category="母婴/推车架")], False, "a path is no beginning of letters"),
        (Goods(skus=("1", "2")), [line("2")], True, "any of the products"),
        (Goods(skus=("1",)), [line("2")], False, "another product"),
        (Goods(brands=("好奇",)), [line(brand="好奇")], True, "a brand"),
        (Goods(categories=("母婴",), brands=("好奇",)), [line(category="母婴"), line("2", brand="好奇")], False,
         "one product has to be both"),
        (Goods(categories=("母婴",), brands=("好奇",)), [line(category="母婴", brand="好奇")], True, "and this is"),
        (Goods(categories=("母婴",), not_skus=("1",)), [line("1", "母婴")], False, "left out"),
        (Goods(categories=("母婴",), not_skus=("1",)), [line("1", "母婴"), line("2", "母婴")], True,
         "beside what is left out lies another"),
        (Goods(categories=("母婴",)), [], False, "an empty basket"),
    ],
)  # fmt: skip
def test_goods_set_a_prompt_off(goods, basket, sets_off, because):
    assert codes(set_off(on(replace(PRAM, goods=goods)), basket, DAY)) == ["mothers"] * sets_off, because


@pytest.mark.parametrize(
    ("starts", "ends", "holds", "because"),
    [
        (None, None, True, "it always holds"),
        (0, None, True, "from its first day on"),
        (1, None, False, "tomorrow"),
        (None, 0, True, "to its last day, included"),
        (None, -1, False, "it was over yesterday"),
    ],
)
def test_it_holds_from_its_first_to_its_last_day(starts, ends, holds, because):
    first, last = (None if days is None else DAY + timedelta(days=days) for days in (starts, ends))
    one = replace(PRAM, starts=first, ends=last)
    assert bool(set_off(on(one), [line(category="母婴/推车")], DAY)) == holds, because
    told = {True: PromptState.ON, False: PromptState.SCHEDULED if starts == 1 else PromptState.ENDED}[holds]
    seen = PromptSeen(one, True, 1, "ann", None, "ann", None)
    assert seen.state(DAY) == told, because
    assert replace(seen, on=False).state(DAY) == PromptState.OFF, "whatever its days"


def test_two_at_most_are_told_those_that_end_first_before_the_others():
    a, b, c = (replace(PRAM, code=code) for code in "abc")
    soon = replace(PRAM, code="z", ends=DAY)
    basket = [line(category="母婴/推车")]
    for every in ([a, b, c, soon], [soon, c, b, a]):
        found = set_off(on(*every), basket, DAY)
        assert codes(found) == ["z", "a", "b", "c"], "whatever the order in which they were made"
        told = to_tell(found, member=True, segments=(), answered={}, day=DAY)
        assert codes(told) == ["z", "a"]
        assert len(told) == MOST_TOLD
        assert codes(to_tell(found, member=True, segments=(), answered={"z": DAY}, day=DAY)) == ["a", "b"], (
            "what rests leaves its place to the next"
        )


@pytest.mark.parametrize(
    ("change", "member", "segments", "told", "because"),
    [
        ({}, False, (), True, "anybody may be asked"),
        ({"members_only": True}, False, (), False, "nobody showed a card"),
        ({"members_only": True}, True, (), True, "a member"),
        ({"segment": "mothers"}, True, ("mothers",), True, "of the segment"),
        ({"segment": "mothers"}, True, ("others",), False, "of another"),
        ({"segment": "mothers"}, False, ("mothers",), False, "a segment asks for a member all the same"),
    ],
)
def test_whom_it_is_told(change, member, segments, told, because):
    one = replace(PRAM, **change)
    assert bool(to_tell([one], member=member, segments=segments, answered={}, day=DAY)) == told, because


@pytest.mark.parametrize(
    ("days_ago", "rest_days", "silent", "because"),
    [
        (0, 30, True, "answered today"),
        (29, 30, True, "the thirtieth day"),
        (30, 30, False, "thirty days are over"),
        (0, 1, True, "once a day"),
        (1, 1, False, "the next day"),
        (0, 0, False, "it never rests"),
        (None, 30, False, "never answered"),
    ],
)
def test_it_rests_after_an_answer(days_ago, rest_days, silent, because):
    answered = None if days_ago is None else DAY - timedelta(days=days_ago)
    assert rests(replace(PRAM, rest_days=rest_days), answered, DAY) == silent, because


@pytest.mark.parametrize(
    ("change", "field", "because"),
    [
        ({}, None, "it is fit"),
        ({"code": "妈妈群-1.a_b"}, None, "letters of any language"),
        ({"code": ""}, "code", "no code"),
        ({"code": "a b"}, "code", "a space"),
        ({"code": "a" * 61}, "code", "too long"),
        ({"code": "."}, "code", "its page would be the page above"),
        ({"code": ".."}, "code", "its page would be another one"),
        ({"code": "..."}, None, "no browser makes another address of it"),
        ({"code": "coupon_ends"}, "code", "what is said of the member's own coupons"),
        ({"say_zh": "  "}, "say_zh", "says nothing"),
        ({"say_zh": "说" * 201}, "say_zh", "too long to be said"),
        ({"say_zh": "a\x00b"}, "say_zh", "what nobody can print"),
        ({"say_en": ""}, None, "Chinese alone is enough"),
        ({"say_en": "x\ny"}, "say_en", "a line break"),
        ({"goods": Goods()}, "goods", "everything sets it off"),
        ({"goods": Goods(not_skus=("1",))}, "goods", "everything but one"),
        ({"starts": DAY, "ends": DAY}, None, "one day"),
        ({"starts": DAY, "ends": DAY - timedelta(days=1)}, "ends", "over before it begins"),
        ({"rest_days": 0}, None, "it may be said each time"),
        ({"rest_days": -1}, "rest_days", "below nothing"),
        ({"rest_days": 3651}, "rest_days", "more than ten years"),
    ],
)
def test_what_a_prompt_may_be(change, field, because):
    assert unfit_field(replace(PRAM, **change)) == field, because
