"""What offers give beside the price, when a sale is recorded: counted first, so that what is told is given.

Only a sale that is settled is reckoned, and so given anything: one that names its quote, or used coupons.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from huitou.bulk.trip import Trip
from huitou.loyalty.terms import Account, Bonus, PointsAsMoney
from huitou.offers.service import giving, quoting
from huitou.offers.service.giving import Counted
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.terms.coupons import CouponGiven
from huitou.offers.terms.settling import GivenBackNow, NotGiven, OverLimit, Settling
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording.placing import Placed, conflict_of


@dataclass(frozen=True, slots=True)
class Brought:
    """What a sale is given, and what of it has no room any more."""

    settling: Settling
    not_given: tuple[NotGiven, ...]
    counted: Counted
    coupons: tuple[CouponGiven, ...] = ()

    def bonus(self) -> tuple[Bonus, ...]:
        """Its points, for the ledger."""
        return tuple(Bonus(one.offer, line, points) for one in self.settling.given for line, points in one.points)

    def beyond(self) -> list[OverLimit]:
        """What was honoured beyond limits. Sends the trip where there may be any."""
        return self.counted.beyond()


def count(
    trip: Trip,
    sale: Placed,
    reckoned: tuple[Settling, ProgrammeNow],
    account: Account | None,
    earning_fen: int,
    rate: PointsAsMoney | None,
) -> Counted:
    """Queue the counting of what a sale is given. `earning_fen`: what of it earns points; `rate`: what they are
    worth.

    Points are a member's: nobody's sale brings none, nor does a day whose points came with an opening.
    """
    settling, programme = reckoned
    earns = account is not None and account.earns_on(sale.key.business_date)
    given = giving.as_earned(
        [one for one in settling.given if earns or not one.points],
        earning_fen,
        sum(line.amount_fen for line in sale.said.lines),
        lambda points: rate.worth_of(points) if rate is not None else 0,
    )
    promised = sale.alone.promised if sale.alone is not None else ()
    return giving.count(trip, replace(settling, given=given), programme, promised=promised)


def brought(counted: Counted, programme: ProgrammeNow) -> Brought:
    """What was counted, with its coupons. Sends the trip where an offer of it is limited."""
    settling = counted.settling()
    given = {one.offer for one in settling.given}
    missing = tuple(NotGiven(one.offer, one.name, one.kind) for one in counted.one.given if one.offer not in given)
    coupons = giving.coupons_of(settling.given, programme, settling.business_date)
    return Brought(settling, missing, counted, coupons)


def told(one: Brought, ended: Collection[str]) -> Mapping[str, Any]:
    """As tills are told of it; nothing where there is nothing. `ended`: coupons that returns, which came first, have
    brought to an end already."""
    found: dict[str, Any] = {}
    if one.settling.given:
        found["benefits"] = quoting.told_benefits(one.settling.given)
    if coupons := [coupon for coupon in one.coupons if coupon.code not in ended]:
        found["coupons_given"] = quoting.told_coupons(coupons)
    if one.not_given:
        found["benefits_not_given"] = [
            {"offer": each.offer, "name": each.name, "kind": each.kind} for each in one.not_given
        ]
    return found


def told_gone(back: GivenBackNow) -> Mapping[str, Any]:
    """What a return brought to an end, as tills are told of it: coupons that are void from now on, and what a cashier
    may ask back."""
    found: dict[str, Any] = {}
    if void := [quoting.shown(one.code) for one in back.ended if one.was in ("live", "held")]:
        found["coupons_void"] = void
    if gone := [one for one in back.gone if not one.points]:
        found["benefits_gone"] = quoting.told_benefits(gone)
    return found


def used_before(back: GivenBackNow, placed: Placed, return_id: int, member: int | None) -> list[NewConflict]:
    """What a person must see: coupons of goods that are back, which somebody has used already."""
    base = conflict_of(ConflictKind.BROUGHT_COUPON_USED, placed, return_id, member)
    return [
        replace(
            base,
            digest=f"{base.digest}/{one.code}",
            body={
                **base.body,
                "coupon": one.code,
                "kind": one.kind,
                "offer": one.offer,
                "code": ConflictKind.BROUGHT_COUPON_USED.value,
            },
        )
        for one in back.ended
        if one.was == "used"
    ]
