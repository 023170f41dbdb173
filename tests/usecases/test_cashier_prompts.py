"""Prompts for cashiers: set off by goods at the till, silent after an answer, and nothing asked where none is on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.builders import rows, run
from tests.usecases.quoted import member, quote, till_of_store
from tests.usecases.tills import Till, card, key, open_store

from huitou.access.errors import StoreNotOfKey
from huitou.bulk.trip import Trip
from huitou.offers.errors import (
    PromptChangedMeanwhile,
    PromptExists,
    PromptSegmentNotLive,
    PromptUnfit,
    PromptUnknown,
)
from huitou.offers.service import programmes, prompts
from huitou.offers.terms import Goods
from huitou.offers.terms.prompting import Prompt
from huitou.usecases import live_segments
from huitou.usecases import segments as asking
from huitou.usecases.cashier_prompts import change_prompt, make_prompt, outcomes, switch_prompt
from huitou.usecases.members_at_the_till import record_event
from huitou.usecases.merge_members import merge_members
from huitou.usecases.till_terms import EventSaid

pytestmark = pytest.mark.django_db

MOTHERS = Prompt("mothers", "邀请入妈妈群，并送新手册", "Invite them to the group", Goods(skus=("sku-1",)))
GOLD = {"language": 1, "where": {"leaf": "tier", "is_one_of": ["金卡"]}}


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Till:
    monkeypatch.setattr(prompts, "FRESH_SECONDS", 0.0)
    return till_of_store(monkeypatch, "C1", "C2")


def make(one: Prompt = MOTHERS, **change: Any) -> Prompt:
    """A prompt that is on."""
    one = replace(one, **change)
    make_prompt(one, actor="ann")
    switch_prompt(one.code, on=True, actor="ann")
    return one


def told(till: Till, *, who: str = "", goods: int = 1) -> list[str]:
    """The prompts of a basket of the first goods."""
    said = card(who) if who else None
    return [one.code for one in quote(till, *([10_00] * goods), member=said).prompts]


def answer(till: Till, who: str = "C1", outcome: str = "accepted", code: str = "mothers", **more: Any) -> None:
    name = f"{code}-{till.now:%m%d%H%M}-{who}"
    ref = card(who) if who else None
    said = EventSaid(name, "prompt", till.now, ref, till.store, {"prompt": code, "outcome": outcome})
    record_event(till.caller, replace(said, **more), now=till.now)


def test_goods_set_it_off_and_an_answer_lets_it_rest(till):
    make()
    assert told(till, who="C1") == ["mothers"]
    assert told(till, who="C1") == ["mothers"], "asking moves nothing"
    answer(till)
    assert told(till, who="C1") == [], "the member has answered"
    assert told(till, who="C2") == ["mothers"], "somebody else has not"
    assert told(till) == ["mothers"], "and of nobody it is not known"
    till.now += timedelta(days=29)
    assert told(till, who="C1") == [], "it rests for thirty days"
    till.now += timedelta(days=1)
    assert told(till, who="C1") == ["mothers"], "then it may be said again"
    answer(till, outcome="declined")
    assert told(till, who="C1") == [], "a no lets it rest as well"


@pytest.mark.parametrize(
    ("change", "who", "found", "because"),
    [
        ({}, "", ["mothers"], "anybody may be asked"),
        ({"members_only": True}, "", [], "it needs a member"),
        ({"members_only": True}, "C1", ["mothers"], "and here is one"),
        ({"goods": Goods(skus=("sku-2",))}, "C1", [], "its goods are not in the basket"),
        ({"goods": Goods(categories=("母婴",))}, "C1", [], "nothing of the category"),
        ({"starts": date(2026, 11, 21)}, "C1", [], "it begins tomorrow"),
        ({"ends": date(2026, 11, 20)}, "C1", ["mothers"], "its last day"),
        ({"ends": date(2026, 11, 19)}, "C1", [], "it is over"),
    ],
)
def test_when_it_is_told(till, change, who, found, because):
    make(**change)
    assert told(till, who=who) == found, because


def test_off_it_is_told_no_more(till):
    make()
    switch_prompt("mothers", on=False, actor="ann")
    assert told(till, who="C1") == []
    assert not switch_prompt("mothers", on=False, actor="ann"), "again, it changes nothing"


def test_whoever_is_in_the_segment_is_told(till, settings, tmp_path):
    settings.LAKE_PATH = tmp_path / "lake"
    with pytest.raises(PromptSegmentNotLive):
        make(segment="gold")
    assert prompts.prompts() == [], "and nothing was kept of it"
    asking.define_segment("gold", json.dumps(GOLD), made_by="ann")
    with pytest.raises(PromptSegmentNotLive):
        make(segment="gold")
    live_segments.switch_live("gold", on=True, actor="ann")
    run(f"INSERT INTO members_tier (member_id, tier, since) VALUES ({member('C1')}, '金卡', '2026-11-01')")
    live_segments.follow_all(lambda: till.now)
    make(segment="gold")
    assert {who: told(till, who=who) for who in ("C1", "C2", "")} == {"C1": ["mothers"], "C2": [], "": []}


def test_no_more_than_two_at_once(till):
    for place in (4, 3, 2, 1):
        make(code=f"p{place}")
    assert told(till) == ["p1", "p2"]
    assert told(till, goods=3) == ["p1", "p2"]


def test_a_clock_that_is_ahead_lets_nothing_rest_for_years(till):
    make()
    answer(till, at=till.now + timedelta(days=3650))
    run("UPDATE members_event SET recorded_at = '2026-11-20 12:00+00'")
    assert told(till, who="C1") == []
    till.now += timedelta(days=30)
    assert told(till, who="C1") == ["mothers"], "the answer was heard thirty days ago"


def test_who_became_one_has_answered_as_one(till):
    make()
    answer(till, who="C2")
    merge_members(member("C1"), member("C2"), actor="ann", now=till.now)
    assert told(till, who="C1") == []


def test_another_stores_key_hears_nothing(till):
    make()
    other = open_store("S2")
    with pytest.raises(StoreNotOfKey):
        quote(replace(till, caller=key("pos", other)), 10_00)
    with pytest.raises(StoreNotOfKey):
        answer(replace(till, caller=key("pos", other)))
    assert rows("SELECT count(*) FROM members_event") == [(0,)]


# ---- what it costs


@contextmanager
def statements() -> Iterator[list[str]]:
    """Everything that the database was asked."""
    found: list[str] = []
    travel = Trip._travel

    def counted(self: Trip, bound: list, commit: bool) -> object:
        found.extend(answer.statement for answer, *_ in bound)
        return travel(self, bound, commit)

    def alone(execute: Callable, sql: str, *more: object) -> object:
        found.append(sql)
        return execute(sql, *more)

    with pytest.MonkeyPatch.context() as patch, connection.execute_wrapper(alone):
        patch.setattr(Trip, "_travel", counted)
        yield found


def asked(till: Till, who: str) -> list[str]:
    with statements() as found:
        told(till, who=who)
    return found


@pytest.mark.parametrize("who", ["C1", ""])
def test_a_quote_asks_nothing_more_where_none_is_set_off(till, monkeypatch, who):
    for kept in (prompts, programmes):
        monkeypatch.setattr(kept, "FRESH_SECONDS", 3600.0)
    told(till, who=who)  # whatever a process reads once
    before = asked(till, who)
    make(goods=Goods(skus=("sku-2",)))
    make(code="off")
    switch_prompt("off", on=False, actor="ann")
    prompts.forget()
    told(till, who=who)
    assert asked(till, who) == before, "one is on, and its goods are not there"

    make(code="rests")
    prompts.forget()
    told(till, who=who)
    more = [one for one in asked(till, who) if one not in before]
    assert len(more) == (1 if who else 0), "of a member one statement on the same trip, of nobody none"
    assert all("members_event" in one for one in more)


def test_a_process_looks_once_a_second(till, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(prompts, "FRESH_SECONDS", 3600.0)
    prompts.forget()
    with django_assert_num_queries(1):
        before = prompts.prompts_now()
    make()
    with django_assert_num_queries(0):
        assert prompts.prompts_now() is before
    prompts.forget()
    assert [one.code for one in prompts.prompts_now().prompts] == ["mothers"]


# ---- in the hands of people


def test_every_change_stands_in_the_audit_trail_and_the_same_again_changes_nothing(till):
    assert make_prompt(MOTHERS, actor="ann")
    assert not make_prompt(MOTHERS, actor="ann")
    assert switch_prompt("mothers", on=True, actor="bea")
    changed = replace(MOTHERS, say_zh="邀请入妈妈群")
    assert change_prompt(changed, on_top_of=2, actor="bea")
    assert not change_prompt(changed, on_top_of=2, actor="bea"), "what it says already"
    seen = prompts.prompt("mothers")
    assert (seen.prompt, seen.on, seen.revision, seen.made_by, seen.changed_by) == (changed, True, 3, "ann", "bea")
    trail = rows("SELECT actor, action, subject FROM access_auditentry WHERE action LIKE 'prompt.%' ORDER BY id")
    assert trail == [("ann", "prompt.make", "prompt:mothers"), ("bea", "prompt.on", "prompt:mothers"),
                     ("bea", "prompt.change", "prompt:mothers")]  # fmt: skip


def test_what_is_refused_changes_nothing(till):
    make()
    before = rows("SELECT * FROM offers_prompt")
    said = replace(MOTHERS, say_zh="不一样")
    for refusal, attempt in (
        (PromptExists, lambda: make_prompt(said, actor="ann")),
        (PromptChangedMeanwhile, lambda: change_prompt(said, on_top_of=1, actor="ann")),
        (PromptUnknown, lambda: change_prompt(replace(said, code="nobody"), on_top_of=1, actor="ann")),
        (PromptUnknown, lambda: switch_prompt("nobody", on=True, actor="ann")),
        (PromptUnfit, lambda: change_prompt(replace(MOTHERS, goods=Goods()), on_top_of=2, actor="ann")),
        (PromptSegmentNotLive, lambda: change_prompt(replace(MOTHERS, segment="x"), on_top_of=2, actor="ann")),
    ):
        with pytest.raises(refusal), transaction.atomic():
            attempt()
        assert rows("SELECT * FROM offers_prompt") == before, refusal


def test_the_database_alone_refuses_what_cannot_be(till):
    make()
    for change, because in (
        ("say_zh = ''", "it says nothing"),
        ("starts = '2026-11-20', ends = '2026-11-19'", "it ends before it begins"),
        ("rest_days = -1", "a rest below nothing"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"/* {because} */ UPDATE offers_prompt SET {change}")


def test_outcomes_are_counted_by_prompt_and_store(till):
    make()
    for who, outcome in (("C1", "accepted"), ("C2", "declined"), ("", "declined")):
        answer(till, who=who, outcome=outcome)
    answer(till, who="C1", outcome="accepted", at=till.now - timedelta(days=31), source_id="long ago")
    answer(till, who="C1", code="coupon_ends", source_id="another")
    counted = {(one.prompt, one.accepted, one.declined) for one in outcomes(till.now) if one.store_id is not None}
    assert counted == {("mothers", 1, 2), ("coupon_ends", 1, 0)}
