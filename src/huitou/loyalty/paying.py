"""What points are worth as a payment, for the room's door."""

from __future__ import annotations

from datetime import datetime

from huitou.bulk.trip import Answer, Trip, trip
from huitou.loyalty.rules import points_as_money
from huitou.loyalty.store import rates
from huitou.loyalty.terms import PayingNow, PointsAsMoney, PointsInHands, RateSeen

check_points_paid = points_as_money.check_paid
earning_fen = points_as_money.earning_fen
told_points_payment = points_as_money.told_payment


def ask_rate(trip: Trip, at: datetime) -> Answer:
    """Queue the question what points were worth as a payment at this moment; for `read_rate`."""
    return rates.ask(trip, at)


def read_rate(answer: Answer) -> PointsAsMoney | None:
    """None: they did not pay."""
    return rates.read(answer)


def rate_now(now: datetime) -> PointsAsMoney | None:
    """What points are worth as a payment; None: they do not pay."""
    with trip() as one:
        return rates.read(rates.ask(one, now))


def rates_set(limit: int = 20) -> list[RateSeen]:
    """What was set and by whom, newest first."""
    return rates.newest(limit)


def points_in_hands() -> PointsInHands:
    """What members hold."""
    return rates.in_hands()


def paying_by(rate: PointsAsMoney) -> PayingNow:
    """What of it would pay by this rate. Raises PointsRateUnfit."""
    points_as_money.check_rate(rate)
    return rates.paying_by(rate)


def set_rate(rate: PointsAsMoney | None, *, by: str, now: datetime) -> bool:
    """What points are worth from now on; None: they do not pay. Whether that is new. Raises PointsRateUnfit."""
    if rate is not None:
        points_as_money.check_rate(rate)
    if rate == rate_now(now):
        return False
    rates.insert(rate, by=by, at=now)
    return True
