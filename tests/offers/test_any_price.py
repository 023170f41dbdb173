"""Prices beside deals, and steps of 满减 beside both: bounded all at once, and reached by giving savings back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huitou.offers.rules.search import cheapest
from huitou.offers.rules.search.any_price import AnyPrice
from huitou.offers.rules.search.equals import Equals
from huitou.offers.service import price_json
from tests.offers.documents import basket, document, offer
from tests.offers.strategies import Json, baskets, deals, reductions, thresholds
from tests.offers.test_one_deal import is_bounded_truly, priced_in
from tests.offers.wide_strategies import shelf_prices

PAIR = offer("a and b for 10", "bundle", groups=[{"goods": {"skus": [sku]}} for sku in "ab"], price="10.00")
CHEAPER = offer("a for members", "fixed_price", goods="a", price="10.00", stage="price")
HALF = offer("half off a", "percent_off", goods="a", percent="50")
DEARER_IS_BETTER = document(basket("a 20.00; b 10.00"), [PAIR, CHEAPER, HALF])


@pytest.fixture
def all_at_once(monkeypatch):
    """As where there are many sets of prices: one bound for all of them."""
    monkeypatch.setattr(cheapest, "LOOKED_AT_ONCE", 0)


def test_a_lower_price_is_left_out_where_more_of_a_deal_then_lies_on_what_is_halved(all_at_once):
    answer = price_json(DEARER_IS_BETTER)
    assert (answer["total"], answer["optimal"]) == ("6.66", True), "of 10.00 now 6.67 lies on a, which costs half"
    assert [one["offer"] for one in answer["applied"]] == ["a and b for 10", "half off a"]


def test_a_bound_that_forgets_dearer_prices_is_found_out(all_at_once, monkeypatch):
    """The control; the search for equals, which prices again with fewer offers, would hide it."""
    monkeypatch.setattr(Equals, "first", lambda equals: equals.best)
    states = AnyPrice._states
    monkeypatch.setattr(AnyPrice, "_states", lambda self, unit, prices: states(self, unit, prices)[:1])
    assert (price_json(DEARER_IS_BETTER)["total"], price_json(DEARER_IS_BETTER)["optimal"]) == ("7.50", True)
    with pytest.raises(AssertionError):
        is_bounded_truly(DEARER_IS_BETTER)


@st.composite
def priced_deals(draw: st.DrawFn) -> Json:
    """Prices, deals and a percentage over the same goods, now and then under a threshold."""
    without_coupon = reductions().filter(lambda made: made["stage"] != "coupon")
    made = [draw(shelf_prices()), draw(deals()), draw(deals()), draw(without_coupon)]
    if draw(st.booleans()):
        made.append(draw(thresholds()))
    return document(draw(baskets(5)), [{"id": f"o{at}", **one} for at, one in enumerate(made)])


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(priced_deals())
def test_one_bound_for_all_prices_is_true(all_at_once, request):
    is_bounded_truly(request)


def test_out_of_time_the_cheapest_saving_is_given_back_for_a_step():
    """Two pairs save 3.00 and 8.00 of 100.00; from 90.00 on there are 20.00 off."""
    pairs = [
        offer(f"pair of {sku}", "bundle", groups=[{"goods": {"skus": [sku]}, "pieces": 2}], amount=off)
        for sku, off in (("tea", "3.00"), ("rice", "8.00"))
    ]
    step = offer("满90减20", "threshold", steps=[{"least_amount": "90.00", "amount": "20.00"}])
    answer = priced_in(document(basket("tea 20.00 x 2; rice 30.00 x 2"), [*pairs, step]), 0)
    assert answer["total"] == "72.00", "100.00 less 8.00, less 20.00"
    assert {one["offer"] for one in answer["applied"]} == {"pair of rice", "满90减20"}


def test_out_of_time_a_flash_price_that_closes_its_goods_does_not_cost_a_deal(all_at_once):
    """秒杀 saves 30.00 and takes the wine out of a bundle that saves 90.00."""
    flash = offer("秒杀", "percent_off", percent="30", goods="wine", stage="price", stack="never")
    bundle = offer("任选3件30元", "bundle", groups=[{"goods": {}, "pieces": 3}], price="30.00")
    answer = priced_in(document(basket("wine 100.00; tea 10.00; rice 10.00"), [flash, bundle]), 0)
    assert (answer["total"], [one["offer"] for one in answer["applied"]]) == ("30.00", ["任选3件30元"])
