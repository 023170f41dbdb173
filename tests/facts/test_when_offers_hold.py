"""When an offer holds, moment by moment around the edges; 2026-11-11 is a Wednesday."""

from __future__ import annotations

import pytest
from tests.facts.baskets import line, offer

from huitou.offers.service import price_json

HOLDS = None


def why(valid, at, **request):
    """The reason against an offer with this window at this moment, or HOLDS."""
    ten = offer("ten", "percent_off", percent="10", at={"valid": valid})
    answer = price_json({"at": at, "basket": [line("tea", "10.00")], "offers": [ten], **request})
    return answer["not_applied"][0]["reason"] if answer["not_applied"] else HOLDS


NIGHT = {"from_hour": "22:00", "to_hour": "02:00"}
FRIDAY_NIGHT = {**NIGHT, "weekdays": [5]}
DAYS = {"starts": "2026-11-01", "ends": "2026-11-30"}


@pytest.mark.parametrize(
    ("valid", "at", "reason", "because"),
    [
        ({}, "2026-11-11T00:00:00", HOLDS, "nothing is asked"),
        (DAYS, "2026-10-31T23:59:59.999999", "not_started", "the moment before the first day"),
        (DAYS, "2026-11-01T00:00:00", HOLDS, "a day begins at its midnight"),
        (DAYS, "2026-11-30T23:59:59.999999", HOLDS, "the last day is in it, to its end"),
        (DAYS, "2026-12-01T00:00:00", "ended", "and then it is over"),
        ({"ends": "2026-11-30T21:30"}, "2026-11-30T21:30:59", HOLDS, "the minute that is written is in it"),
        ({"ends": "2026-11-30T21:30"}, "2026-11-30T21:31:00", "ended", "the next one is not"),
        ({"ends": "2026-11-30T23:59:59"}, "2026-11-30T23:59:59.500000", HOLDS, "the second that is written is in it"),
        ({"ends": "2026-11-30T23:59:59"}, "2026-12-01T00:00:00", "ended", "the next one is not"),
        ({"ends": "2026-11-30T12:00:00.000000"}, "2026-11-30T12:00:00.000001", "ended", "to the microsecond"),
        ({"starts": "2026-11-11T08:00:00"}, "2026-11-11T07:59:59", "not_started", "a second early"),
        ({"starts": "2026-11-11T08:00:00"}, "2026-11-11T08:00:00", HOLDS, "the first moment is in it"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T07:59:59", "wrong_hour", "before eight"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T08:00:00", HOLDS, "at eight it opens"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T09:59:59", HOLDS, "still before ten"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T10:00:00", "wrong_hour", "at ten it has closed"),
        ({"from_hour": "18:00"}, "2026-11-11T23:59:59", HOLDS, "to the end of the day"),
        ({"from_hour": "18:00"}, "2026-11-12T00:00:00", "wrong_hour", "and no further"),
        ({"from_hour": "18:00", "to_hour": "24:00"}, "2026-11-11T23:59:59", HOLDS, "24:00 is the end of the day"),
        ({"from_hour": "18:00", "to_hour": "00:00"}, "2026-11-11T23:59:59", HOLDS, "so is 00:00"),
        ({"to_hour": "00:00"}, "2026-11-11T23:59:59", HOLDS, "the whole day"),
        ({"to_hour": "10:00"}, "2026-11-11T00:00:00", HOLDS, "from midnight on"),
        ({"weekdays": [3]}, "2026-11-11T00:00:00", HOLDS, "Wednesday begins at midnight"),
        ({"weekdays": [3]}, "2026-11-12T00:00:00", "wrong_weekday", "Thursday too"),
        (NIGHT, "2026-11-11T21:59:59", "wrong_hour", "before the night"),
        (NIGHT, "2026-11-11T22:00:00", HOLDS, "the night begins"),
        (NIGHT, "2026-11-12T00:00:00", HOLDS, "midnight is in the middle of it"),
        (NIGHT, "2026-11-12T01:59:59", HOLDS, "the last second"),
        (NIGHT, "2026-11-12T02:00:00", "wrong_hour", "it has closed"),
        (FRIDAY_NIGHT, "2026-11-13T22:00:00", HOLDS, "Friday evening"),
        (FRIDAY_NIGHT, "2026-11-14T01:00:00", HOLDS, "Saturday at one is still Friday's night"),
        (FRIDAY_NIGHT, "2026-11-13T01:00:00", "wrong_weekday", "Friday at one is Thursday's night"),
        (FRIDAY_NIGHT, "2026-11-14T22:00:00", "wrong_weekday", "Saturday evening"),
        ({**NIGHT, **DAYS}, "2026-12-01T01:00:00", "ended", "the dates end at midnight, in the middle of the night"),
    ],
)  # fmt: skip
def test_the_moment(valid, at, reason, because):
    assert why(valid, at) == reason, because


@pytest.mark.parametrize(
    ("valid", "at", "zone", "reason", "because"),
    [
        (DAYS, "2026-10-31T16:00:00Z", "Asia/Shanghai", HOLDS, "16:00 in Greenwich is midnight in Shanghai"),
        (DAYS, "2026-10-31T15:59:59Z", "Asia/Shanghai", "not_started", "a second before it"),
        (DAYS, "2026-11-30T16:00:00Z", "Asia/Shanghai", "ended", "December has begun there"),
        (DAYS, "2026-11-30T16:00:00Z", "Europe/London", HOLDS, "and not here"),
        (DAYS, "2026-10-31T11:00:00-05:00", "Asia/Shanghai", HOLDS, "whatever offset the till writes"),
        ({"weekdays": [4]}, "2026-11-11T17:00:00Z", "Asia/Shanghai", HOLDS, "Thursday, one in the morning"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T01:00:00Z", "Asia/Shanghai", HOLDS, "nine o'clock"),
        ({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T09:00:00Z", "Asia/Shanghai", "wrong_hour", "17:00"),
        (
            {"starts": "2026-11-11T00:00:00+08:00", "ends": "2026-11-11T23:59:59+08:00"},
            "2026-11-10T16:00:00",
            "Europe/London",
            HOLDS,
            "an offset in the offer is that moment everywhere; `at` is London's",
        ),
        (
            {"starts": "2026-11-11T00:00:00+08:00", "ends": "2026-11-11T23:59:59+08:00"},
            "2026-11-11T16:00:00",
            "Europe/London",
            "ended",
            "midnight in China",
        ),
    ],
)
def test_the_moment_in_the_store_s_zone(valid, at, zone, reason, because):
    assert why(valid, at, zone=zone) == reason, because


def test_the_birthday_is_in_the_store_s_month():
    member = {"id": "M1", "birthday": "1990-12-24"}
    late = "2026-11-30T16:30:00Z"
    assert why({"birthday_month": True}, late, member=member, zone="Asia/Shanghai") == HOLDS, "the first of December"
    assert why({"birthday_month": True}, late, member=member, zone="Europe/London") == "wrong_birthday_month"


def test_without_a_zone_it_is_that_of_china():
    assert why({"from_hour": "08:00", "to_hour": "10:00"}, "2026-11-11T01:00:00Z") == HOLDS
