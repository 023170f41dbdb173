"""What is paid at least without one offer: the bound that spares the search for equals another search."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huitou.offers.rules import pricing
from huitou.offers.rules.search.equals import Equals
from huitou.offers.rules.search.without import Without
from huitou.offers.service import price_json
from tests.offers.brute_force import TooTangled, best
from tests.offers.brute_world import fen
from tests.offers.documents import basket, document, offer
from tests.offers.strategies import Json, requests
from tests.offers.test_any_price import priced_deals
from tests.offers.wide_strategies import wide_requests


def needed_in(request: Json) -> tuple[int, list[str]]:
    """What is paid, in fen, and the ids of the offers without which more is paid, as the bound says."""
    found: list[str] = []
    first = Equals.first

    def look(equals: Equals) -> Any:
        found.extend(one.compiled.offer.id for place, one in equals.offers.items() if equals.is_needed(place))
        return first(equals)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Equals, "first", look)
        answer = price_json(request)
    return fen(answer["total"]), found


def without(request: Json, name: str) -> Json:
    return {**request, "offers": [one for one in request["offers"] if one["id"] != name]}


def is_true(request: Json) -> None:
    total, needed = needed_in(request)
    for name in needed:
        try:
            paid = best(without(request, name)).total
        except TooTangled:
            continue
        assert paid > total, f"{name} is said to be needed, and {paid} is paid without it as with it"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(requests(6, 4), wide_requests(6, 4), priced_deals()))
def test_everybody_pays_more_without_an_offer_that_is_said_to_be_needed(request):
    is_true(request)


MARKET: list[Json] = [
    *[offer(f"price {n}", "percent_off", goods=f"s{n}", percent="10", stage="price") for n in range(8)],
    *[offer(f"second {n}", "nth_unit", goods=f"s{n}") for n in (8, 9)],
    offer("over 50", "threshold", steps=[{"least_amount": "50.00", "amount": "5.00"}]),
]
SHOPPING = document(basket("; ".join(f"s{n} 12.80 x 2" for n in range(12))), MARKET)


def test_a_basket_without_ties_is_searched_once(monkeypatch):
    """Each offer that is used is needed, as the bound without it shows; so quotes cost one search, not one for each."""
    searches = []
    search = pricing._best

    def counted(*told: Any) -> Any:
        searches.append(told)
        return search(*told)

    monkeypatch.setattr(pricing, "_best", counted)
    answer = price_json(SHOPPING)
    assert (len(answer["applied"]), answer["first_of_equals"]) == (11, True)
    assert len(searches) == 1


def test_a_basket_of_many_lines_is_proven_to_be_the_first_of_equals():
    """Searched again for each offer it would be more than a quote has time for; the bound does not grow so."""
    chance = random.Random(1)
    goods = "; ".join(f"s{n} {chance.randrange(300, 3000) / 100:.2f}" for n in range(60))
    offers = [offer(f"o{n}", "percent_off", goods=f"s{n}", percent="10", stage="price") for n in range(60)]
    answer = price_json(document(basket(goods), offers))
    assert len(answer["applied"]) == 60
    assert answer["first_of_equals"]


@pytest.mark.parametrize("forgets", ["the late offers", "what a component costs then"])
def test_a_bound_that_promises_too_much_is_found_out(monkeypatch, forgets):
    """The control: of two offers that take the same each is said to be needed."""
    if forgets == "the late offers":
        monkeypatch.setattr("huitou.offers.rules.search.late.Late.most_without", lambda late, place, dearest: 0)
        steps = [{"least_amount": "50.00", "amount": "5.00"}]
        offers = [offer(name, "threshold", steps=steps, group="one of these") for name in "ab"]
        request = document(basket("s1 30.00 x 2"), offers)
    else:
        monkeypatch.setattr(Without, "_least_without", lambda self, offer, component: self.least[component.mask] + 500)
        request = document(basket("s1 10.00"), [offer(name, "percent_off", goods="s1", percent="10") for name in "ab"])
    with pytest.raises(AssertionError, match="said to be needed"):
        is_true(request)
