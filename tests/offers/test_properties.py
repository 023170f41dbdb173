"""What holds for baskets of any size: about what is right, not about when.

A basket of three deals that are always on top may take a minute to prove, so the deadline counts looks at the clock in
place of time: it is the same on every machine.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given, settings

from huitou.offers.service import price_json
from tests.offers import properties
from tests.offers.strategies import offers, requests, shuffles, tenders

LARGE = settings(max_examples=60, deadline=None)
LOOKS = 300


def price(request: Any) -> Any:
    looks = count()
    return price_json(request, clock=lambda: 1_000_000 * next(looks), deadline_ms=LOOKS)


@LARGE
@given(requests(most_units=12, most_offers=7), shuffles())
def test_the_order_of_lines_offers_and_coupons_means_nothing(request, shuffle):
    properties.order_means_nothing(price, request, shuffle)


@LARGE
@given(requests(most_units=12, most_offers=7))
def test_parts_sum_to_the_whole_and_nothing_is_below_zero(request):
    properties.parts_sum(price, request)


@LARGE
@given(requests(most_units=12, most_offers=6), offers("z"))
def test_one_more_money_offer_never_makes_the_customer_pay_more(request, offer):
    properties.one_more_offer_never_costs(price, request, offer)


@LARGE
@given(requests(most_units=12, most_offers=6), tenders())
def test_tenders_change_nothing_but_what_is_due(request, paid):
    properties.tenders_change_only_what_is_due(price, request, paid)


@LARGE
@given(requests(most_units=12, most_offers=7))
def test_pricing_twice_is_equal(request):
    assert price(request) == price(request)
