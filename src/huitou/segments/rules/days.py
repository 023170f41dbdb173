"""Birthdays: 29 February is the 28th in years that have none."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta

LEAP_DAY, DAY_BEFORE = 229, 228


def month_day(day: date) -> int:
    """MMDD as a number: 1231 is New Year's Eve."""
    return day.month * 100 + day.day


def birthday_bound(today: date) -> int:
    """The last birthday (MMDD) that has come this year."""
    bound = month_day(today)
    return LEAP_DAY if bound == DAY_BEFORE and not isleap(today.year) else bound


def birthdays_between(first: date, last: date) -> frozenset[int]:
    """The birthdays (MMDD) that are kept on these days, both included."""
    found = set()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        found.add(month_day(day))
        if month_day(day) == DAY_BEFORE and not isleap(day.year):
            found.add(LEAP_DAY)
    return frozenset(found)
