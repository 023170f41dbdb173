"""The rhythm of the year: festivals, weekends, and how strongly each day pulls people into a shop."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from huitou.kernel.festivals import LUNAR, NATIONAL_DAYS, SALE_DAYS, festival_days

WEEKDAY_PULL = (0.90, 0.87, 0.89, 0.87, 0.98, 1.27, 1.22)
MONTH_PULL = (1.04, 0.98, 0.97, 0.98, 1.0, 0.99, 0.97, 0.97, 1.0, 1.02, 1.02, 1.05)


def days_to(name: str, day: date) -> int | None:
    """Days from `day` to the nearest such festival, negative after it; None when none is within 60 days."""
    near = [(festival - day).days for festival in festival_days(name)]
    nearest = min(near, key=abs)
    return nearest if abs(nearest) <= 60 else None


@cache
def pull_of(day: date) -> float:
    """How many people come, against an ordinary day (1.0)."""
    pull = WEEKDAY_PULL[day.weekday()] * MONTH_PULL[day.month - 1]
    if (day.month, day.day) in SALE_DAYS:
        pull *= 1.45
    if (day.month, day.day) in NATIONAL_DAYS:
        pull *= 1.25
    return pull * _spring(day) * _eve(day, "中秋节") * _eve(day, "端午节")


def _spring(day: date) -> float:
    left = days_to("春节", day)
    if left is None:
        return 1.0
    # The rush has its height three days before; on New Year's Eve shops close at noon, and visits to relatives follow.
    rush = {0: 0.35, 1: 1.3, 2: 2.6, 3: 2.5, 4: 2.0, -1: 0.6, -2: 0.9, -3: 1.1, -4: 1.2, -5: 1.2, -6: 1.1}
    if left in rush:
        return rush[left]
    if 5 <= left <= 14:
        return 1.62 - 0.05 * left
    return 0.9 if -14 <= left < -6 else 1.0


def _eve(day: date, festival: str) -> float:
    left = days_to(festival, day)
    return 1.35 if left is not None and 0 <= left <= 4 else 1.0


@cache
def in_season(season: str, day: date) -> bool:
    """Whether a good with this season (see `Good.season`) is on the shelf on `day`."""
    if not season:
        return True
    head, tail = season.split("-")
    if head in LUNAR:
        left = days_to(head, day)
        return left is not None and 0 <= left <= int(tail)
    first, last = int(head), int(tail)
    return first <= day.month <= last if first <= last else day.month >= first or day.month <= last


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
