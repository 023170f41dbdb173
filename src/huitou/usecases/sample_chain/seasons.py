"""The rhythm of the year: festivals, weekends, and how strongly each day pulls people into a shop."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

# The lunar festivals have no short rule and are fixed long before: a table is shorter than a library, and exact. Those
# to 2026 are those of a public calendar of holidays (tests hold it beside); after 2035 the sample chain keeps none.
LUNAR = {
    "春节": "2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 "
    "2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08",
    "端午节": "2019-06-07 2020-06-25 2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09 "
    "2028-05-28 2029-06-16 2030-06-05 2031-06-24 2032-06-12 2033-06-01 2034-06-20 2035-06-10",
    "中秋节": "2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 "
    "2028-10-03 2029-09-22 2030-09-12 2031-10-01 2032-09-19 2033-09-08 2034-09-27 2035-09-16",
}

WEEKDAY_PULL = (0.90, 0.87, 0.89, 0.87, 0.98, 1.27, 1.22)
MONTH_PULL = (1.04, 0.98, 0.97, 0.98, 1.0, 0.99, 0.97, 0.97, 1.0, 1.02, 1.02, 1.05)

# Days of promotion that every shopper in China knows, by month and day.
SALE_DAYS = {(6, 17), (6, 18), (11, 10), (11, 11), (12, 11), (12, 12)}
NATIONAL_DAYS = {(10, 1), (10, 2), (10, 3), (5, 1), (5, 2), (1, 1)}


@cache
def festival_days(name: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in LUNAR[name].split())


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
