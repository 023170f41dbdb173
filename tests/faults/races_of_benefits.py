"""What two tills do to the last use of an offer that gives a coupon, and to one sale that brings one (C3, C17)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from huitou.offers.service import coupons, programmes
from huitou.offers.terms.coupons import KindSeen
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import promotions
from huitou.usecases.till_terms import Sale
from tests.builders import rows
from tests.faults.races import FAILURES, Race, card_of, make_members
from tests.faults.racing import Runner
from tests.usecases.tills import Till

AMOUNT = 60_00
GIVEN, NOT_GIVEN = "given", "not given"


def _stand(**terms: int) -> int:
    """An offer that gives a coupon; the programme's version."""
    coupons.make_kind(KindSeen("NEXT", "next", personal=True, valid_days=14), by="test")
    offer = {"id": "give", "get": {"kind": "next_coupon", "coupon": "NEXT"}}
    promotions.draft_offer(offer, OfferTerms(**terms), actor="test")
    promotions.switch_on("give", actor="test")
    programmes.forget()
    return programmes.programme_now().version


def _quoted(till: Till, card: Any, programme: int) -> Sale:
    return replace(till.sale(AMOUNT, member=card), programme=programme)


def _say(till: Till, sale: Sale) -> str:
    told = till.record(sale)
    return GIVEN if told.get("coupons_given") else NOT_GIVEN


def last_of_a_member(rounds: int, piece: int, tills: int = 3) -> Race:
    """Each till was quoted the member's only coupon: one sale brings it, the others are told that it is gone."""
    name = f"next {piece}"
    who, programme = make_members(rounds, name), _stand(per_member=1)

    def sell(place: int) -> Runner:
        till = Till(number=f"{name}-{place}")
        sales = [_quoted(till, card_of(name, number), programme) for number in range(rounds)]
        return lambda number: _say(till, sales[number])

    fair = {GIVEN, NOT_GIVEN, *FAILURES}

    def wrong(said: list[list[Any]]) -> list[str]:
        there = dict(rows("SELECT member_id, count(*) FROM offers_coupon WHERE member_id = ANY(%s) GROUP BY 1", who))
        return [
            f"{number}: {words} {there.get(who[number])}"
            for number, words in enumerate(said)
            if words.count(GIVEN) != 1 or not set(words) <= fair or there.get(who[number]) != 1
        ]

    return Race([sell(place) for place in range(tills)], wrong)


def one_sale(rounds: int, piece: int, tills: int = 3) -> Race:
    """One sale comes by several connections: it brings one coupon, and each of them is told its code."""
    name = f"same {piece}"
    who, programme = make_members(rounds, name), _stand()
    till = Till(number=name)
    sales = [_quoted(till, card_of(name, number), programme) for number in range(rounds)]

    def sell(number: int) -> str:
        return " ".join(one["coupon"] for one in till.record(sales[number])["coupons_given"])

    def wrong(said: list[list[Any]]) -> list[str]:
        query = "SELECT member_id, count(*), min(code) FROM offers_coupon WHERE member_id = ANY(%s) GROUP BY 1"
        there = {member: found for member, *found in rows(query, who)}
        return [
            f"{number}: {words} {there.get(who[number])}"
            for number, words in enumerate(said)
            if there.get(who[number]) != [1, _code(words)]
        ]

    return Race([sell for _ in range(tills)], wrong)


def _code(words: list[str]) -> str:
    """The one code that all who heard anything were told, as it is kept; nothing where they were told several."""
    told = set(words) - FAILURES
    return told.pop().replace("-", "") if len(told) == 1 else ""
