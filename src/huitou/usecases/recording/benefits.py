"""What offers give beside the price, when a sale is recorded: counted first, so that what is told is given.

Only a sale that is settled is reckoned, and so given anything: one that names its quote, or used coupons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from huitou.bulk.trip import Trip
from huitou.loyalty.terms import Account, Bonus, PointsAsMoney
from huitou.offers.service import giving, quoting
from huitou.offers.service.giving import Counted
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.terms.settling import Given, NotGiven, OverLimit, Settling
from huitou.usecases.recording.placing import Placed


@dataclass(frozen=True, slots=True)
class Brought:
    """What a sale is given, and what of it has no room any more."""

    settling: Settling
    not_given: tuple[NotGiven, ...]
    counted: Counted

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
    *,
    offline: bool,
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
    return giving.count(trip, replace(settling, given=given), programme, honour=offline)


def brought(counted: Counted) -> Brought:
    """What was counted. Sends the trip where an offer of it is limited."""
    settling = counted.settling()
    given = {one.offer for one in settling.given}
    missing = tuple(NotGiven(one.offer, one.name, one.kind) for one in counted.one.given if one.offer not in given)
    return Brought(settling, missing, counted)


def told(given: Sequence[Given], not_given: Sequence[NotGiven]) -> Mapping[str, Any]:
    """As tills are told of it; nothing where there is nothing."""
    found: dict[str, Any] = {}
    if given:
        found["benefits"] = quoting.told_benefits(given)
    if not_given:
        found["benefits_not_given"] = [{"offer": one.offer, "name": one.name, "kind": one.kind} for one in not_given]
    return found
