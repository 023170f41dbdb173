"""The day that a store books a sale on."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo


def business_date(at: datetime, *, zone: tzinfo, day_starts_at: int) -> date:
    """The store's own date of a moment; before the hour `day_starts_at` it is still the day before."""
    return (at.astimezone(zone) - timedelta(hours=day_starts_at)).date()
