"""What holds for baskets of any size. No deadline: these are about what is right, not about when."""

from __future__ import annotations

from hypothesis import given, settings

from huitou.offers.service import price_json
from tests.offers import properties
from tests.offers.strategies import offers, requests, shuffles, tenders

LARGE = settings(max_examples=60, deadline=None)


@LARGE
@given(requests(most_units=12, most_offers=7), shuffles())
def test_the_order_of_lines_offers_and_coupons_means_nothing(request, shuffle):
    properties.order_means_nothing(price_json, request, shuffle)


@LARGE
@given(requests(most_units=12, most_offers=7))
def test_parts_sum_to_the_whole_and_nothing_is_below_zero(request):
    properties.parts_sum(price_json, request)


@LARGE
@given(requests(most_units=12, most_offers=6), offers("z"))
def test_one_more_money_offer_never_makes_the_customer_pay_more(request, offer):
    properties.one_more_offer_never_costs(price_json, request, offer)


@LARGE
@given(requests(most_units=12, most_offers=6), tenders())
def test_tenders_change_nothing_but_what_is_due(request, paid):
    properties.tenders_change_only_what_is_due(price_json, request, paid)


@LARGE
@given(requests(most_units=12, most_offers=7))
def test_pricing_twice_is_equal(request):
    assert price_json(request) == price_json(request)
