"""What offers give beside the price, when a receipt is recorded: what of it can be kept, counted, and later taken back.

What takes a `Trip` only queues its writing, and belongs inside a transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from huitou.bulk.trip import Answer as Asked
from huitou.bulk.trip import Trip
from huitou.offers.rules import giving
from huitou.offers.rules.coupon_codes import BITS, code_of
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.service.quoting import as_earned, promised
from huitou.offers.store import brought, counting
from huitou.offers.terms import Answer
from huitou.offers.terms.coupons import CouponGiven
from huitou.offers.terms.settling import Given, OverLimit, Settling

__all__ = ["as_earned", "promised"]


def given_of(answer: Answer, now: ProgrammeNow, line_of: Sequence[int]) -> tuple[Given, ...]:
    """What an answer gives beside the price, on the lines of the till. `line_of`: the till's line of each basket
    line."""
    return tuple(giving.given_of(one, now.offers[one.offer].offer_id, line_of) for one in answer.benefits)


def coupons_of(given: Sequence[Given], now: ProgrammeNow, day: date) -> tuple[CouponGiven, ...]:
    """The coupons of what a receipt is given on this day, each with a code that nobody can guess."""
    found = []
    for one in given:
        asked = [now.kinds[each["kind"]] for each in one.given.get("coupons", ()) for _ in range(each["count"])]
        for number, kind in enumerate(asked, 1):
            found.append(CouponGiven(_new_code(), kind, one.offer_id, one.offer, number, *kind.days(day)))
    return tuple(found)


def _new_code() -> str:
    while (code := code_of(secrets.randbits(BITS))) is None:
        pass
    return code


def grant(trip: Trip, one: Settling, coupons: Sequence[CouponGiven], *, actor: str) -> None:
    """Queue them, each once."""
    if coupons:
        brought.grant(trip, coupons, receipt_id=one.receipt_id, member=one.member, day=one.business_date, actor=actor)


@dataclass(frozen=True, slots=True)
class Counted:
    """The questions what of a receipt's benefits had room."""

    one: Settling
    asked: Asked | None = None
    honoured: frozenset[int] = frozenset()
    """Offers that were counted whatever was left of them."""
    beyond_asked: tuple[Asked, ...] = ()

    def settling(self) -> Settling:
        """The receipt with what it is given. Sends the trip where an offer of it is limited."""
        if self.asked is None:
            return self.one
        had_room = {offer_id for (offer_id,) in self.asked.rows()} | self.honoured
        return replace(self.one, given=tuple(each for each in self.one.given if each.offer_id in had_room))

    def beyond(self) -> list[OverLimit]:
        """What went beyond limits, and was honoured. Sends the trip where there may be any."""
        return counting.beyond(self.beyond_asked)


def count(trip: Trip, one: Settling, now: ProgrammeNow, *, promised: Collection[str] = ()) -> Counted:
    """Queue the counting of what a receipt is given, each as one use of its offer. `promised`: offers, by code, whose
    benefits a till promised while nobody could ask; they are given whatever is left."""
    if not one.given:
        return Counted(one)
    limits = now.by_row
    kept = tuple(each for each in one.given if each.offer in promised)
    rest = tuple(each for each in one.given if each.offer not in promised)
    beyond = counting.count(trip, replace(one, used=brought.used_by(kept)), limits) if kept else []
    asked = brought.give(trip, replace(one, given=rest), limits) if rest else None
    if not any(counting.is_limited(limits.get(each.offer_id)) for each in rest):
        asked = None
    return Counted(one, asked, frozenset(each.offer_id for each in kept), tuple(beyond))
