"""The festivals of the Chinese year and the days of promotion that every shopper knows.

The lunar festivals have no short rule and are fixed long before: a table is shorter than a library, and exact. Those to
2026 are those of a public calendar of holidays (tests hold it beside). Which days around a festival are free, and which
Sundays are worked instead, the State Council says anew every autumn: that is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from huitou.kernel.errors import N_

LUNAR = {
    "春节": "2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 "
    "2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08",
    "端午节": "2019-06-07 2020-06-25 2021-06-14 2022-06-03 2023-06-22 2024-06-10 2025-05-31 2026-06-19 2027-06-09 "
    "2028-05-28 2029-06-16 2030-06-05 2031-06-24 2032-06-12 2033-06-01 2034-06-20 2035-06-10",
    "中秋节": "2019-09-13 2020-10-01 2021-09-21 2022-09-10 2023-09-29 2024-09-17 2025-10-06 2026-09-25 2027-09-15 "
    "2028-10-03 2029-09-22 2030-09-12 2031-10-01 2032-09-19 2033-09-08 2034-09-27 2035-09-16",
}
LAST_YEAR = 2035

# Days of promotion that every shopper in China knows, by month and day.
SALE_DAYS = {(6, 17), (6, 18), (11, 10), (11, 11), (12, 11), (12, 12)}
NATIONAL_DAYS = {(10, 1), (10, 2), (10, 3), (5, 1), (5, 2), (1, 1)}

NAMES = {
    "春节": N_("Spring Festival"),
    "除夕": N_("New Year's Eve"),
    "元宵节": N_("Lantern Festival"),
    "清明节": N_("Qingming"),
    "端午节": N_("Dragon Boat Festival"),
    "中秋节": N_("Mid-Autumn Festival"),
    "元旦": N_("New Year's Day"),
    "妇女节": N_("Women's Day"),
    "劳动节": N_("Labour Day"),
    "儿童节": N_("Children's Day"),
    "618": N_("618"),
    "国庆节": N_("National Day"),
    "双11": N_("Double 11"),
    "双12": N_("Double 12"),
}
FIXED = {
    "元旦": (1, 1, 1),
    "妇女节": (3, 8, 1),
    "劳动节": (5, 1, 3),
    "儿童节": (6, 1, 1),
    "618": (6, 18, 1),
    "国庆节": (10, 1, 7),
    "双11": (11, 11, 1),
    "双12": (12, 12, 1),
}
"""Month, day, and how many days it is kept at least."""


@dataclass(frozen=True, slots=True)
class Festival:
    """A festival with its first and last day; `key` is its Chinese name, `name` English, to be translated."""

    key: str
    name: str
    first: date
    last: date


@cache
def festival_days(name: str) -> tuple[date, ...]:
    """Of a lunar festival every day that is known."""
    return tuple(date.fromisoformat(day) for day in LUNAR[name].split())


def festivals_between(first: date, last: date) -> list[Festival]:
    """Those that lie on any of these days, in the order of their first day."""
    found = [one for year in range(first.year, last.year + 1) for one in _of_year(year)]
    return sorted((one for one in found if one.first <= last and one.last >= first), key=lambda one: one.first)


def _of_year(year: int) -> Iterator[Festival]:
    for key, (month, day, days) in FIXED.items():
        begins = date(year, month, day)
        yield Festival(key, NAMES[key], begins, begins + timedelta(days=days - 1))
    qingming = date(year, 4, _day_of_qingming(year))
    yield Festival("清明节", NAMES["清明节"], qingming, qingming)
    for key in LUNAR:
        for lunar in festival_days(key):
            if lunar.year == year:
                yield Festival(key, NAMES[key], lunar, lunar + timedelta(days=6 if key == "春节" else 0))
    for spring in festival_days("春节"):
        if spring.year == year:
            eve, lantern = spring - timedelta(days=1), spring + timedelta(days=14)
            yield Festival("除夕", NAMES["除夕"], eve, eve)
            yield Festival("元宵节", NAMES["元宵节"], lantern, lantern)


def _day_of_qingming(year: int) -> int:
    """In April; the rule of thumb for this century's solar term, exact from 2000 to 2099."""
    of_century = year % 100
    return (of_century * 2422 + 48100) // 10000 - of_century // 4
