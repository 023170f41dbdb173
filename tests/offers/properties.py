"""What must hold for any pricing function. Each raises AssertionError where it does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import assume

from tests.offers.answers import Json, Price, disagreement, said
from tests.offers.brute_force import TooTangled, best
from tests.offers.brute_world import fen

Shuffle = Callable[[Sequence[Any]], list[Any]]


def is_the_best_legal_combination(price: Price, request: Json) -> None:
    """Proven, as cheap as can be, of equals the first, and legal down to the last fen of its allocation."""
    try:
        right = best(request)
    except TooTangled:
        assume(False)
    answer = price(request)
    assert answer["optimal"], "a basket of a few units was not proven"
    assert answer["first_of_equals"], "of a few units the tie was not settled"
    wrong = disagreement(said(request, answer), right)
    assert not wrong, wrong


def order_means_nothing(price: Price, request: Json, shuffle: Shuffle) -> None:
    """The same goods in another order of lines, offers and coupons fare alike."""
    other = {**request, **{name: shuffle(request[name]) for name in ("basket", "offers", "coupons")}}
    one_answer, other_answer = price(request), price(other)
    assert said(request, one_answer) == said(other, other_answer)
    for told in ("total", "net", "points", "applied", "benefits", "taxes"):
        assert one_answer[told] == other_answer[told], told


def parts_sum(price: Price, request: Json) -> None:
    """Units, offers and totals tell one story, and no unit costs less than nothing."""
    answer = price(request)
    before = after = levies = 0
    taken: dict[str, int] = {}
    for unit in answer["units"]:
        offs = [fen(taking["off"]) for taking in unit["takings"]]
        assert min(offs, default=0) >= 0
        assert fen(unit["after"]) == fen(unit["before"]) - sum(offs) >= 0
        before += fen(unit["before"]) * unit["pieces"]
        after += fen(unit["after"]) * unit["pieces"]
        levies += fen(unit["levy"]) * unit["pieces"]
        for taking, off in zip(unit["takings"], offs, strict=True):
            taken[taking["offer"]] = taken.get(taking["offer"], 0) + off * unit["pieces"]
    assert sum(unit["pieces"] for unit in answer["units"]) == sum(line["quantity"] for line in request["basket"])
    assert fen(answer["total_before"]) == before + levies
    assert fen(answer["total"]) == after + levies
    assert fen(answer["discount"]) == before - after
    assert {one["offer"]: fen(one["off"]) for one in answer["applied"]} == {
        id_: off for id_, off in taken.items() if off
    }
    assert fen(answer["levies"]) == levies
    assert sum(fen(tax["tax"]) for tax in answer["taxes"]) + fen(answer["net"]) + levies == fen(answer["total"])
    assert fen(answer["due"]) >= 0


def one_more_offer_never_costs(price: Price, request: Json, offer: Json) -> None:
    before, after = price(request), price({**request, "offers": [*request["offers"], offer]})
    assume(before["optimal"] and after["optimal"])
    assert Decimal(after["total"]) <= Decimal(before["total"])


def tenders_change_only_what_is_due(price: Price, request: Json, paid: list[Json]) -> None:
    plain, with_tenders = price(request), price({**request, "tenders": paid})
    given = 0
    for tender in with_tenders["tenders"]:
        assert fen(tender["amount"]) == sum(fen(part) for part in tender["lines"])
        given += fen(tender["amount"])
    assert fen(with_tenders["due"]) == fen(plain["due"]) - given
    assert given == min(fen(plain["due"]), sum(fen(tender["amount"]) for tender in paid))
    for told in plain:
        if told not in ("tenders", "due"):
            assert plain[told] == with_tenders[told], told
