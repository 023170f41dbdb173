"""What the chain lets points be worth as a payment: one setting, in versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.kernel.money import Money
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import PointsAsMoney


def rate_now(now: datetime) -> PointsAsMoney | None:
    """What points are worth; None: they do not pay."""
    return loyalty.rate_now(now)


@transaction.atomic
def set_rate(rate: PointsAsMoney | None, *, now: datetime, actor: str) -> bool:
    """From now on; None: points do not pay. Whether that is new. Raises PointsRateUnfit."""
    new = loyalty.set_rate(rate, by=actor, now=now)
    if new:
        access.note_by(actor, "points.rate", "points:rate", **told(rate))
    return new


def told(rate: PointsAsMoney | None) -> dict[str, Any]:
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
        {"rate": one.rate, **told(one.rate), "set_at": one.set_at, "set_by": one.set_by}
        for one in loyalty.rates_set(limit)
    ]
