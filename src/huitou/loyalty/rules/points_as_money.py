"""Points that pay: what they are worth, how many a basket takes, and what of that a till may have said wrongly."""

from __future__ import annotations

from typing import Any

from huitou.kernel.money import Money
from huitou.loyalty.errors import (
    PointsBeyondShare,
    PointsNotTaken,
    PointsOutOfStep,
    PointsRateUnfit,
    PointsWorthDiffers,
)
from huitou.loyalty.terms import PointsAsMoney

MOST_POINTS = 1_000_000
MOST_FEN = 1_000_000
WHOLE = 100
"""Per cent of a basket."""


def check_rate(rate: PointsAsMoney) -> None:
    """Raises PointsRateUnfit: a rate says what is possible, and each step is worth whole fen."""
    bounds = {
        "points": (rate.points, 1, MOST_POINTS),
        "worth": (rate.worth_fen, 1, MOST_FEN),
        "step": (rate.step, 1, MOST_POINTS),
        "least": (rate.least, 1, MOST_POINTS),
        "share": (rate.share_percent, 1, WHOLE),
    }
    for field, (value, least, most) in bounds.items():
        if not least <= value <= most:
            raise PointsRateUnfit(field=field)
    if rate.step * rate.worth_fen % rate.points:
        raise PointsRateUnfit(field="step")
    if rate.least % rate.step:
        raise PointsRateUnfit(field="least")


def most_points(rate: PointsAsMoney | None, *, available: int, due_fen: int) -> int:
    """The most points that may pay for a basket of this sum: whole steps, within its share; 0 where none may."""
    if rate is None or due_fen <= 0:
        return 0
    within_share = (due_fen * rate.share_percent // WHOLE) * rate.points // rate.worth_fen
    points = min(available, within_share) // rate.step * rate.step
    return points if points >= rate.least else 0


def check_paid(rate: PointsAsMoney | None, *, points: int, paid_fen: int, due_fen: int) -> None:
    """Raises PointsNotTaken, PointsOutOfStep, PointsWorthDiffers or PointsBeyondShare. Whether the member has them is
    the ledger's to say."""
    if rate is None:
        raise PointsNotTaken()
    if points < rate.least or points % rate.step:
        raise PointsOutOfStep(points=points, least=rate.least, step=rate.step)
    worth = rate.worth_of(points)
    if worth != paid_fen:
        raise PointsWorthDiffers(points=points, worth=str(Money(worth)), said=str(Money(paid_fen)))
    if paid_fen * WHOLE > due_fen * rate.share_percent:
        most = most_points(rate, available=points, due_fen=due_fen)
        raise PointsBeyondShare(points=points, most=most, share=rate.share_percent)


def told_payment(rate: PointsAsMoney | None, *, available: int, due_fen: int) -> dict[str, Any] | None:
    """What a quote says of it: how many points may pay for this basket, what they are worth, and the rate."""
    if rate is None:
        return None
    most = most_points(rate, available=available, due_fen=due_fen)
    return {
        "most_points": most,
        "most_amount": str(Money(rate.worth_of(most))),
        "points": rate.points,
        "worth": str(Money(rate.worth_fen)),
        "least": rate.least,
        "step": rate.step,
        "share_percent": rate.share_percent,
    }


def earning_fen(rate: PointsAsMoney | None, *, net_fen: int, paid_fen: int) -> int:
    """What of a sale earns points: all of it, since a tender is a payment and changes nothing that is earned; less what
    points paid, where the chain said so."""
    return net_fen if rate is None or rate.earns else net_fen - paid_fen
