"""Festivals as bands: between which points of a chart they lie."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from huitou.doors.console.holidays import festival_bands

SUNDAYS = [date(2026, 1, 4) + timedelta(weeks=number) for number in range(52)]
MONDAYS = [day + timedelta(days=1) for day in SUNDAYS]


@pytest.mark.parametrize(
    ("name", "between", "because"),
    [
        ("Spring Festival", (date(2026, 2, 15), date(2026, 3, 1)), "seven days from 17 February, a Tuesday"),
        ("618", (date(2026, 6, 14), date(2026, 6, 21)), "one day lies in one week"),
        ("Mid-Autumn", (date(2026, 9, 20), date(2026, 9, 27)), "25 September by the moon"),
        ("National Day", (date(2026, 9, 27), date(2026, 10, 11)), "seven days from 1 October"),
        ("Double 11", (date(2026, 11, 8), date(2026, 11, 15)), "11 November"),
    ],
)
def test_a_band_lies_between_the_points_whose_weeks_hold_the_festival(name, between, because):
    with override("en"):
        ended = {band["name"]: band for band in festival_bands(SUNDAYS, 7, days_begin=False)}
        begun = {band["name"]: band for band in festival_bands(MONDAYS, 7, days_begin=True)}
    assert (SUNDAYS[ended[name]["from"]], SUNDAYS[ended[name]["to"]]) == between, because
    assert begun[name] == ended[name], "the same weeks, told by their first day"


def test_a_festival_beyond_the_points_has_no_band():
    assert festival_bands([], 7, days_begin=False) == []
    assert festival_bands([date(2026, 3, 29), date(2026, 4, 5)], 7, days_begin=False) == []
    with override("zh-hans"):
        assert [band["name"] for band in festival_bands(SUNDAYS, 7, days_begin=False)] == [
            "春节",
            "618",
            "中秋",
            "国庆节",
            "双11",
        ]
