"""Which business days a receipt can have that is recorded now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from huitou.receipts.errors import DayImpossible

FIRST_DAY = date(2000, 1, 1)
DAYS_AHEAD = 3
"""How far a till's clock may run ahead, in days: two days off is a fault that happens, a year off is a typing error."""


def check_day(day: date, now: datetime) -> None:
    """Raises DayImpossible."""
    if not FIRST_DAY <= day <= now.astimezone(UTC).date() + timedelta(days=DAYS_AHEAD):
        raise DayImpossible(day=day.isoformat())
