"""When points expire: after the last second of their last business date (L12)."""

from __future__ import annotations

from datetime import date, timedelta

NAME = "expiry"
VERSION = 1
GRACE_DAYS = 7


def last_day_to_expire(today: date) -> date:
    """Lots whose last day is this one or before it are over; today's own can be spent until midnight."""
    return today - timedelta(days=1)


def grace(expires_on: date | None, returned_on: date) -> date | None:
    """The new last day of a lot that points go back to after it had expired; None: it keeps its own (L11)."""
    if expires_on is None or expires_on >= returned_on:
        return None
    return returned_on + timedelta(days=GRACE_DAYS)
