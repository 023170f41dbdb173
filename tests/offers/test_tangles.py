"""Overlapping bundles at a price, which are counted and not listed; and answers that time cut short."""

from __future__ import annotations

import random
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huitou.offers.rules import pricing
from huitou.offers.rules.search import unlisted
from huitou.offers.rules.search.best import Solution
from huitou.offers.rules.search.equals import Equals
from huitou.offers.rules.search.explore import Exploration
from huitou.offers.rules.search.floors import Known
from huitou.offers.rules.search.flow import Flow
from huitou.offers.rules.search.ready import Took, Unit
from huitou.offers.service import price_json
from tests.offers.answers import said
from tests.offers.brute_force import best
from tests.offers.brute_world import fen
from tests.offers.documents import basket, document, offer
from tests.offers.properties import is_the_best_legal_combination
from tests.offers.strategies import Json, baskets, deals, money, rarely


def tangle(seed: int, lines: int, overlapping: int) -> Json:
    """So many lines of two or three pieces, and bundles of three over half of them each."""
    chance = random.Random(seed)
    goods = "; ".join(f"s{n} {money(chance.randrange(300, 3000))} x {chance.choice((2, 3))}" for n in range(lines))
    bundles = [
        offer(
            f"any 3 #{n}",
            "bundle",
            groups=[{"goods": {"skus": [f"s{m}" for m in chance.sample(range(lines), lines // 2)]}, "pieces": 3}],
            price=money(chance.randrange(1500, 4000)),
        )
        for n in range(overlapping)
    ]
    return document(basket(goods), bundles)


@st.composite
def bundled_requests(draw: st.DrawFn) -> Json:
    """A bundle at a price beside other deals, on few units."""
    goods = st.lists(st.sampled_from(["apple", "bread", "cheese", "dates"]), min_size=1, max_size=3, unique=True)
    groups = st.lists(
        st.builds(lambda skus, pieces: {"goods": {"skus": skus}, "pieces": pieces}, goods, st.integers(1, 2)),
        min_size=1,
        max_size=2,
    )
    offers: list[Json] = [
        {"id": f"b{n}", "get": {"kind": "bundle", "groups": draw(groups), "price": money(draw(st.integers(100, 2500)))}}
        for n in range(draw(st.integers(1, 3)))
    ]
    if rarely(draw):
        offers[0]["limits"] = {"applications": 1}
    if draw(st.booleans()):
        offers.append({"id": "d", **draw(deals())})
    return document(draw(baskets(6)), offers)


@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(bundled_requests())
def test_counted_bundles_equal_the_brute_force(request_):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unlisted, "LISTED_AT_MOST", -1)
        is_the_best_legal_combination(price_json, request_)


@pytest.mark.parametrize("seed", range(6))
def test_counting_finds_what_listing_finds(seed, monkeypatch):
    request = tangle(seed, lines=5, overlapping=3)
    monkeypatch.setattr(unlisted, "LISTED_AT_MOST", -1)
    counted = price_json(request)
    monkeypatch.setattr(unlisted, "LISTED_AT_MOST", 10**9)
    listed = price_json(request)
    assert (counted["total"], counted["optimal"]) == (listed["total"], True), "both are proven, so they are equal"


def test_a_chain_that_is_not_the_best_is_found_out(monkeypatch):
    """The control: a flow that forgets that units can pass from deal to deal is caught by the listing."""
    take_one = Flow.take_one

    def lonely(flow, slot, least):
        whole = flow.holds
        flow.holds = [held if other == slot else 0 for other, held in enumerate(whole)]
        taken = take_one(flow, slot, least)
        flow.holds = [flow.holds[slot] if other == slot else held for other, held in enumerate(whole)]
        return taken

    monkeypatch.setattr(Flow, "take_one", lonely)
    answers = []
    for seed in range(12):
        for most in (-1, 10**9):
            monkeypatch.setattr(unlisted, "LISTED_AT_MOST", most)
            answers.append(price_json(tangle(seed, lines=5, overlapping=3))["total"])
    assert answers[::2] != answers[1::2]


@pytest.mark.parametrize("milliseconds", [0, 3, 10, 30, 100])
def test_what_time_cut_short_is_legal_and_says_how_far_it_is_off(milliseconds):
    """Each look at this clock takes a tenth of a millisecond: what is proven depends on no machine."""
    request = tangle(1, lines=10, overlapping=8)
    ticks = count()
    cut = price_json(request, clock=lambda: next(ticks) * 100_000, deadline_ms=milliseconds)
    best = price_json(request)
    assert best["optimal"]
    assert fen(cut["total"]) - fen(cut["at_most_better"]) <= fen(best["total"]) <= fen(cut["total"])
    assert cut["optimal"] == (cut["at_most_better"] == "0.00")
    for unit in cut["units"]:
        assert fen(unit["after"]) == fen(unit["before"]) - sum(fen(taking["off"]) for taking in unit["takings"]) >= 0


def test_an_order_discount_by_line_looks_at_how_the_deals_lie():
    """At the same sum its roundings, or a line too small for the amount, make one way of the deals the better one."""
    lines = basket("apple 10.05 x 2; dates 11.45; apple 9.79 x 2")
    free_two = offer("o0", "buy_get", buy_goods={"skus": ["apple"]}, buy_pieces=1, get_pieces=2, price="0.66")
    deal_two = offer("o2", "add_on", goods={}, price="2.50", priority=1)
    by_line = [
        offer("o1", "percent_off", percent="10", per="line", stage="order", limits={"budget": "3.00"}),
        offer("o1", "amount_off", amount="9.00", per="line", stage="order"),
        offer("o1", "amount_off", amount="9.00", per="unit", stage="coupon", coupon="red"),
    ]
    for late in by_line:
        request = document(lines, [free_two | {"priority": 2}, deal_two, late], coupons=[{"id": "c", "kind": "red"}])
        is_the_best_legal_combination(price_json, request)


def test_of_like_units_an_offer_over_some_may_take_those_that_a_deal_took_too():
    """Both orders are tried where an offer takes two units by their first price."""
    two = {"buy": [{"least_pieces": 2}]}
    offers = [
        offer("a", "percent_off", percent="33", per="lot", stage="item", base="initial", limits={"units": 2}),
        offer("b", "percent_off", percent="50", per="line", stage="item", more=two),
        offer("c", "add_on", goods={}, price="0.61", more=two),
        offer("d", "add_on", goods={}, price="0.36", least="12.00"),
    ]
    request = document(basket("apple 0.77; apple 3.22 x 2; apple 5.01"), offers)
    request["basket"][-1]["discountable"] = False
    is_the_best_legal_combination(price_json, request)


@pytest.mark.parametrize(
    ("beside", "total"),
    [([], "5500.00"), ([offer("5 off", "amount_off", amount="5.00", stage="item")], "5495.00")],
    ids=["smooth", "with a lot"],
)
def test_a_deal_may_apply_a_thousand_times(beside, total):
    any_three = offer("any 3", "bundle", groups=[{"goods": {}, "pieces": 3}], price="5.00")
    answer = price_json(document(basket("tea 2.00 x 3300"), [any_three, *beside]))
    assert answer["total"] == total


def test_ways_to_hand_out_coupons_that_were_not_looked_at_are_not_proven(monkeypatch):
    """The first gives both coupons to one offer; each has its own in the best."""
    offers = [offer(name, "amount_off", amount="1.00", stage="order", coupon="red") for name in ("a", "b")]
    request = document(basket("tea 10.00"), offers, coupons=[{"id": id_, "kind": "red"} for id_ in ("1", "2")])
    assert (price_json(request)["total"], price_json(request)["optimal"]) == ("8.00", True)
    monkeypatch.setattr(pricing, "MOST_SCENARIOS", 1)
    answer = price_json(request)
    assert (answer["total"], answer["at_most_better"]) == ("9.00", "1.00")


def test_offers_that_time_did_not_reach_are_named():
    offers = [offer(f"o{n:04}", "percent_off", percent="10", goods="tea") for n in range(1000)]
    ticks = count()
    answer = price_json(document(basket("tea 10.00"), offers), clock=lambda: next(ticks) * 10_000_000, deadline_ms=30)
    assert answer["at_most_better"] == answer["total"], "nobody knows what the others would save"
    assert {one["reason"] for one in answer["not_applied"]} >= {"no_time"}


def test_coupons_that_time_did_not_reach_are_not_kept_quiet():
    """The price is proven, and yet a coupon may help of which nothing is said: who asks is told to ask again."""
    request = document(
        basket("tea 10.00"), [offer("o", "amount_off", amount="1.00", coupon="red")],
        coupons=[{"id": "1", "kind": "red", "presented": False}],
    )  # fmt: skip
    hurried = 0
    for step in range(1, 40):
        ticks = count()
        answer = price_json(
            request, clock=lambda ticks=ticks, step=step: next(ticks) * step * 1_000_000, deadline_ms=30
        )
        assert answer["wallet_cut"] == (not answer["suggestions"])
        assert answer["cut"] or not answer["wallet_cut"]
        hurried += answer["optimal"] and not answer["suggestions"]
    assert hurried


@pytest.mark.parametrize(("kind", "told"), [("red", True), ("blue", False)])
def test_a_price_that_was_cut_asks_again_only_for_a_coupon_that_may_help(kind, told):
    """Time reaches none of the last offers: a coupon that one of them asks for may help, one that none asks for not."""
    offers = [offer(f"o{n:04}", "percent_off", percent="10", goods="tea") for n in range(1000)]
    offers.append(offer("z", "amount_off", amount="1.00", coupon="red", priority=-1))
    request = document(basket("tea 10.00"), offers, coupons=[{"id": "1", "kind": kind, "presented": False}])
    ticks = count()
    answer = price_json(request, clock=lambda: next(ticks) * 10_000_000, deadline_ms=30)
    assert (answer["cut"], answer["wallet_cut"], answer["suggestions"]) == (True, told, [])


def test_a_way_of_the_same_price_keeps_the_proof_that_there_is():
    """Priced again in what time is left, it may not be proven by itself."""
    proven = Solution(900, (Unit(0, 1000, 900, False, (Took(0, 100, 0, ""),)),), 900, (1, [0], ["b"]))
    cut_short = proven._replace(at_least=0, rank=(1, [0], ["a"]))
    twins: list[Any] = [SimpleNamespace(place=place) for place in (0, 1)]
    answer = Equals(proven, 1, twins, lambda some: cut_short, lambda place: False, lambda: False).first()
    assert (answer.rank, answer.at_least) == (cut_short.rank, 900)


def test_where_a_search_is_given_up_an_offer_that_costs_a_threshold_is_left_out(monkeypatch):
    monkeypatch.setattr(Exploration, "look_at", lambda exploration, window: setattr(exploration, "complete", False))
    full = offer("over 88", "threshold", steps=[{"least_amount": "88.00", "amount": "30.00"}])
    answer = price_json(document(basket("tea 90.00"), [full, offer("5 %", "percent_off", percent="5")]))
    assert (answer["total"], answer["optimal"]) == ("60.00", False)


def test_prices_that_only_make_it_dearer_are_not_switched_off_one_by_one(monkeypatch):
    """Beside a deal and a percentage a lower price can cost a rounding more, so that the dearer ones are looked at:
    until they cost more than roundings can."""
    monkeypatch.setattr(Equals, "first", lambda equals: equals.best)
    looked: list[int] = []
    ways = Known.ways
    monkeypatch.setattr(Known, "ways", lambda known, *args: looked.append(1) or ways(known, *args))
    prices = [offer(f"p{n}", "fixed_price", price=f"{10 + n}.00", goods="tea", stage="price") for n in range(9)]
    beside = [offer("2nd half", "nth_unit", n=2, goods="tea"), offer("5 %", "percent_off", percent="5")]
    answer = price_json(document(basket("tea 30.00 x 4"), [*prices, *beside]))
    assert (answer["total"], answer["optimal"]) == ("28.48", True)
    assert len(looked) <= 4, "of ten sets of prices"


def test_what_is_said_of_late_offers_that_time_did_not_let_combine_is_true():
    """The second coupon is worth 38 fen more, and was not tried: once 20 were said."""
    two = [
        offer("o0", "amount_off", amount="1.00", per="lot", stage="coupon", coupon="red", base="initial",
              limits={"budget": "0.01"}),
        offer("o1", "percent_off", goods="dates", percent="10", per="unit", stage="coupon", coupon="red",
              base="initial", limits={"units": 1}),
    ]  # fmt: skip
    lines = basket("bread 1.00 x 3; dates 3.87 x 2")
    lines[0]["tax"] = [{"percent": "15", "included": False}]
    request = document(lines, two, coupons=[{"id": id_, "kind": "red"} for id_ in ("c0", "c1")])
    right = best(request)
    for looks in range(0, 30, 3):
        ticks = count()
        cut = said(request, price_json(request, clock=lambda: next(ticks) * 1_000_000, deadline_ms=looks))  # noqa: B023
        assert right.total <= cut.total <= right.total + cut.at_most_better


def test_where_the_clock_cuts_the_late_offers_those_that_take_most_are_on():
    """Once the first four in their order were tried, and the best one's group was then taken: 56.00 of 152.00."""
    steps = [
        offer(f"over {n}00", "threshold", steps=[{"least_amount": f"{n}00.00", "amount": f"{8 * n}.00"}])
        for n in range(1, 8)
    ]
    for odd in steps[::2]:
        odd["group"] = "odd"
    ticks = count()
    request = document(basket("tea 2.00 x 1000; bread 3.00 x 1000"), steps)
    cut = price_json(request, clock=lambda: next(ticks) * 10_000_000, deadline_ms=1)
    assert (cut["discount"], cut["optimal"]) == ("152.00", True), "16 + 32 + 48 and, of the odd ones, 56"
    assert [one["offer"] for one in cut["applied"]] == ["over 200", "over 400", "over 600", "over 700"]


@pytest.mark.parametrize("milliseconds", [0, 1, 3, 10])
def test_cut_after_as_many_looks_the_answer_is_the_same_in_any_order_of_lines(milliseconds):
    """Time alone may make two answers differ, never how the goods were scanned."""
    request = tangle(2, lines=18, overlapping=9)
    turned = {**request, "basket": request["basket"][::-1], "offers": request["offers"][3:] + request["offers"][:3]}
    answers = []
    for one in (request, turned):
        ticks = count()
        answers.append(price_json(one, clock=lambda: next(ticks) * 100_000, deadline_ms=milliseconds))  # noqa: B023
    assert answers[0]["optimal"] == answers[1]["optimal"] == (milliseconds > 3)
    assert said(request, answers[0]) == said(turned, answers[1])
