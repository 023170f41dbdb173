"""What the chain lets points be worth as a payment: one setting, in versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.kernel.money import Money
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import PayingNow, PointsAsMoney
from huitou.receipts import service as receipts


def rate_now(now: datetime) -> PointsAsMoney | None:
    """What points are worth; None: they do not pay."""
    return loyalty.rate_now(now)


@dataclass(frozen=True, slots=True)
class AtStake:
    """Whom a change of the setting concerns: what members hold, what of it pays before and after, and where."""

    members: int
    points: int
    promised: int
    """Points that baskets hold at this moment."""
    before: PayingNow | None
    after: PayingNow | None
    """None: points do not pay."""
    stores: int
    tills: int
    """Those that sold something in the last two days on which anybody did."""


def at_stake(rate: PointsAsMoney | None, now: datetime) -> AtStake:
    """Of a change to this rate; None: points pay no more. Raises PointsRateUnfit."""
    hands = loyalty.points_in_hands()
    standing = loyalty.rate_now(now)
    last = receipts.last_sale_on()
    stores, tills = receipts.tills_selling(last - timedelta(days=1)) if last is not None else (0, 0)
    before, after = (None if one is None else loyalty.paying_by(one) for one in (standing, rate))
    return AtStake(hands.members, hands.points, hands.promised, before, after, stores, tills)


@transaction.atomic
def set_rate(rate: PointsAsMoney | None, *, now: datetime, actor: str) -> bool:
    """From now on; None: points do not pay. Whether that is new. Raises PointsRateUnfit."""
    new = loyalty.set_rate(rate, by=actor, now=now)
    if new:
        access.note_by(actor, "points.rate", "points:rate", **told_rate(rate))
    return new


def told_rate(rate: PointsAsMoney | None) -> dict[str, Any]:
    """As machines read it."""
    if rate is None:
        return {"pays": False}
    return {
        "pays": True,
        "points": rate.points,
        "worth": str(Money(rate.worth_fen)),
        "least": rate.least,
        "step": rate.step,
        "share_percent": rate.share_percent,
        "earns": rate.earns,
    }


def rates_set(limit: int = 20) -> list[dict[str, Any]]:
    """What was set, when and by whom, newest first."""
    return [
        {"rate": one.rate, **told_rate(one.rate), "set_at": one.set_at, "set_by": one.set_by}
        for one in loyalty.rates_set(limit)
    ]
