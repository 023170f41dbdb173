"""Points live to the last second of their last day, in the last store that is still on it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.builders import SMALL_CHAIN, member_ids, rows, run, take

from huitou.loyalty import service as loyalty
from huitou.usecases.end_overdue_points import chain_moment, end_overdue_points

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("now", "zone", "day_starts_at", "today", "because"),
    [
        (datetime(2026, 11, 20, 15, 59, 59, tzinfo=UTC), "", 0, 20, "a second to midnight in Shanghai"),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), "", 0, 21, "midnight"),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), "", 4, 20, "a store is open until four"),
        (datetime(2026, 11, 20, 20, tzinfo=UTC), "", 4, 21, "and closes"),
        (datetime(2026, 11, 20, 16, tzinfo=UTC), "Asia/Kolkata", 0, 20, "a store further west is still on the day"),
    ],
)
def test_the_chains_day_ends_in_its_last_store(tmp_path, settings, now, zone, day_starts_at, today, because):
    settings.TIME_ZONE = "Asia/Shanghai"
    take(tmp_path, SMALL_CHAIN)
    run(f"UPDATE catalogue_store SET zone = '{zone}', day_starts_at = {day_starts_at} WHERE code = 'west'")
    assert chain_moment(now).today == date(2026, 11, today), because


def test_the_job_expires_when_that_day_is_over_and_once(tmp_path, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    take(tmp_path, SMALL_CHAIN)
    run(
        "UPDATE catalogue_store SET day_starts_at = 4 WHERE code = 'west'",
        "UPDATE loyalty_lot SET expires_on = '2026-11-20' WHERE original = 55",
    )
    member = member_ids()["C1"]
    assert end_overdue_points(datetime(2026, 11, 20, 19, 59, 59, tzinfo=UTC)) == (0, 0)
    assert loyalty.balance_of(member) == 75
    assert end_overdue_points(datetime(2026, 11, 20, 20, tzinfo=UTC)) == (0, 1)
    assert end_overdue_points(datetime(2026, 11, 20, 20, tzinfo=UTC)) == (0, 0)
    assert loyalty.balance_of(member) == 20
    assert rows("SELECT key, business_date FROM loyalty_transaction WHERE kind = 'expire'") == [
        (rows("SELECT 'expire/' || id || '/2026-11-20' FROM loyalty_lot WHERE original = 55")[0][0], date(2026, 11, 20))
    ]
