"""Festivals fall where calendars say."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.kernel.festivals import LAST_YEAR, LUNAR, festival_days, festivals_between


@pytest.mark.parametrize(
    ("key", "first", "last", "because"),
    [
        ("春节", "2026-02-17", "2026-02-23", "the first seven days of the lunar year"),
        ("除夕", "2026-02-16", "2026-02-16", "the day before"),
        ("元宵节", "2026-03-03", "2026-03-03", "the fifteenth day"),
        ("清明节", "2026-04-05", "2026-04-05", "a solar term"),
        ("清明节", "2024-04-04", "2024-04-04", "in a leap year a day earlier"),
        ("端午节", "2026-06-19", "2026-06-19", "the fifth of the fifth"),
        ("中秋节", "2026-09-25", "2026-09-25", "the fifteenth of the eighth"),
        ("国庆节", "2026-10-01", "2026-10-07", "a week"),
        ("双11", "2026-11-11", "2026-11-11", "a day of promotion"),
    ],
)
def test_where_they_fall(key, first, last, because):
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    found = [one for one in festivals_between(begins, ends) if one.key == key]
    assert [(one.first, one.last) for one in found] == [(begins, ends)], because


def test_those_that_reach_into_the_days_are_there():
    found = festivals_between(date(2026, 2, 20), date(2026, 2, 21))
    assert [one.key for one in found] == ["春节"]
    assert festivals_between(date(2026, 7, 1), date(2026, 7, 31)) == []


def test_the_table_is_whole():
    for name in LUNAR:
        assert [day.year for day in festival_days(name)] == list(range(2019, LAST_YEAR + 1))
