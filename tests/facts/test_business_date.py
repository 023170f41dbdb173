"""Which day a store books a sale on."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from huitou.catalogue.rules.business_date import business_date

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "zone", "day_starts_at", "booked_on", "because"),
    [
        ("2026-11-22T16:30:00+00:00", SHANGHAI, 0, "2026-11-23", "it is half past midnight in the store"),
        ("2026-11-22T23:59:59+08:00", SHANGHAI, 0, "2026-11-22", "the last second is still today"),
        ("2026-11-23T01:30:00+08:00", SHANGHAI, 4, "2026-11-22", "the night's sales belong to the evening before"),
        ("2026-11-23T04:00:00+08:00", SHANGHAI, 4, "2026-11-23", "the day begins at the hour itself"),
        ("2028-03-01T02:00:00+08:00", SHANGHAI, 3, "2028-02-29", "a leap day has a night as well"),
        ("2026-03-29T03:30:00+02:00", BERLIN, 0, "2026-03-29", "the clock has just jumped an hour"),
    ],
)
def test_the_day_is_the_stores_own(at: str, zone: ZoneInfo, day_starts_at: int, booked_on: str, because: str) -> None:
    found = business_date(datetime.fromisoformat(at), zone=zone, day_starts_at=day_starts_at)
    assert found == date.fromisoformat(booked_on), because
