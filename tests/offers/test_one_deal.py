"""A deal over many unlike units is solved by grouping them dearest first; where time is out, that is the answer."""

from __future__ import annotations

import random
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huitou.offers.rules.search import unlisted, ways
from huitou.offers.rules.search.grouping import Grouped
from huitou.offers.service import price_json
from tests.offers.answers import said
from tests.offers.brute_force import TooTangled, best
from tests.offers.brute_world import fen
from tests.offers.documents import basket, document, offer
from tests.offers.strategies import Json, baskets, deals, money

FREE_THIRD: Json = {"id": "买二送一", "get": {"kind": "cheapest_free", "group": 3}}
HALF_SECOND = offer("第二件半价", "nth_unit", n=2)


def unlike(lines: int, pieces: int, seed: int = 1) -> list[Json]:
    """So many lines at prices of their own."""
    chance = random.Random(seed)
    counts = [1] * lines
    for _ in range(pieces - lines):
        counts[chance.randrange(lines)] += 1
    goods = (f"s{n} {money(chance.randrange(300, 4000))} x {pieces}" for n, pieces in enumerate(counts))
    return basket("; ".join(goods))


def priced_in(request: Json, milliseconds: float, looks_per_millisecond: int = 10) -> Any:
    """The answer by a clock of which each look takes a part of a millisecond."""
    ticks = count()
    tick = 1_000_000 // looks_per_millisecond
    return price_json(request, clock=lambda: next(ticks) * tick, deadline_ms=milliseconds)


def dearest_first(lines: list[Json], size: int) -> list[int]:
    """The values of all units in groups of so many, dearest first: the cheapest of each full group."""
    values = sorted((fen(line["price"]) for line in lines for _ in range(line["quantity"])), reverse=True)
    return values[size - 1 :: size]


@pytest.mark.parametrize(
    ("deal", "saves", "because"),
    [
        (FREE_THIRD, lambda lines: sum(dearest_first(lines, 3)), "each group gives its own cheapest away"),
        (
            HALF_SECOND,
            lambda lines: sum((value + 1) // 2 for value in dearest_first(lines, 2)),
            "half of each second is rounded by itself",
        ),
        (
            offer("买二送一", "buy_get", buy_goods={}, buy_pieces=2, get_goods={}),
            lambda lines: sum(dearest_first(lines, 3)),
            "bought and given may be the same goods",
        ),
        (
            offer("3件减5元", "bundle", groups=[{"goods": {}, "pieces": 3}], amount="5.00"),
            lambda lines: 20 * 500,
            "sixty units are twenty times three",
        ),
        (
            FREE_THIRD | {"limits": {"applications": 4}},
            lambda lines: sum(dearest_first(lines, 3)[:4]),
            "of which the dearest four are left to be given",
        ),
    ],
    ids=["cheapest free", "second half", "buy get", "bundle", "limited"],
)
def test_one_deal_over_a_whole_trolley_is_proven_at_once(deal, saves, because):
    lines = unlike(30, 60)
    answer = priced_in(document(lines, [deal]), 30)
    assert answer["optimal"]
    assert fen(answer["discount"]) == saves(lines), because


def test_a_threshold_that_the_least_reaches_leaves_the_proof():
    lines = unlike(30, 60)
    over_300 = offer("满300减50", "threshold", steps=[{"least_amount": "300.00", "amount": "50.00"}])
    answer = priced_in(document(lines, [FREE_THIRD, over_300]), 30)
    assert answer["optimal"]
    assert fen(answer["discount"]) == sum(dearest_first(lines, 3)) + 5000


@pytest.mark.parametrize("milliseconds", [0, 1, 5])
def test_out_of_time_several_deals_are_at_least_what_each_alone_would_be(milliseconds):
    lines = unlike(30, 60)
    some = {"skus": [f"s{n}" for n in range(20)]}
    fresh = {"id": "第三件免", "get": {"kind": "cheapest_free", "group": 3, "goods": some}}
    answer = priced_in(document(lines, [HALF_SECOND, fresh]), milliseconds)
    halves = sum((value + 1) // 2 for value in dearest_first(lines, 2))
    alone = max(halves, sum(dearest_first(lines[:20], 3)))
    assert fen(answer["discount"]) >= alone > 0
    assert fen(answer["at_most_better"]) < fen(answer["total"]) // 5, "the bound is worth something too"


def test_nobody_is_told_that_others_save_more_where_that_is_not_known():
    tiny = offer("3件减1角", "bundle", groups=[{"goods": {}, "pieces": 3}], amount="0.10")
    answer = priced_in(document(unlike(30, 60), [FREE_THIRD, HALF_SECOND, tiny]), 0)
    assert not answer["optimal"]
    assert {one["offer"]: one["reason"] for one in answer["not_applied"]} == {"3件减1角": "cut_short"}


@st.composite
def requests_of_one_deal(draw: st.DrawFn) -> Json:
    request = document(draw(baskets(7)), [{"id": "d", **draw(deals())}])
    if draw(st.booleans()):
        request["offers"][0]["limits"] = {"applications": draw(st.integers(1, 2))}
    return request


@pytest.fixture
def grouped_alone(monkeypatch):
    """As over very many units: nothing is listed."""
    monkeypatch.setattr(unlisted, "LISTED_AT_MOST", -1)
    monkeypatch.setattr(ways, "LISTED_WHEN_OPEN", -1)


def is_bounded_truly(request: Json) -> None:
    try:
        right = best(request)
    except TooTangled:
        return
    told = said(request, price_json(request))
    assert right.total <= told.total <= right.total + told.at_most_better


FIXED = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@FIXED
@given(requests_of_one_deal())
def test_what_grouping_proves_is_true(grouped_alone, request):
    is_bounded_truly(request)


def test_a_grouping_that_forgets_the_dearest_is_found_out(grouped_alone, monkeypatch):
    """The control: what is then taken for the most proves what is wrong."""
    queue = Grouped._queue
    monkeypatch.setattr(Grouped, "_queue", lambda grouped, mask: queue(grouped, mask)[1:])
    with pytest.raises(AssertionError):
        is_bounded_truly(document(basket("tea 9.00; milk 5.00; bread 4.00"), [HALF_SECOND]))


def test_goods_that_may_not_be_promoted_are_not_called_missing():
    offer = {
        "id": "奶粉九折",
        "name": "奶粉九折",
        "get": {"kind": "percent_off", "percent": "10", "goods": {"skus": ["formula"]}},
    }
    line = {"sku": "formula", "price": "200.00", "discountable": False}
    answer = price_json({"at": "2026-10-17T10:00", "basket": [line], "offers": [offer]})
    assert [one["reason"] for one in answer["not_applied"]] == ["not_promotable"]
