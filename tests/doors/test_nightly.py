"""What the night does by itself, in the hour of the chain's clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from huitou.doors.jobs import tasks
from huitou.usecases.duplicates import Looked

EVERY_HOUR = ("prepare_months", "forget_changes", "apply_waiting_returns")


@pytest.mark.parametrize(
    ("utc_hour", "on", "found", "because"),
    [
        (18, True, 1, "2 o'clock in Shanghai"),
        (18, False, 0, "it was switched off"),
        (2, True, 0, "2 o'clock in UTC is the middle of the morning there"),
    ],
)
def test_duplicates_are_looked_for_at_night(monkeypatch, settings, utc_hour, on, found, because):
    calls = []
    settings.FIND_DUPLICATES = on
    monkeypatch.setattr(tasks.timezone, "now", lambda: datetime(2026, 11, 20, utc_hour, 10, tzinfo=UTC))
    monkeypatch.setattr(tasks, "find_duplicates", lambda: calls.append(1) or Looked(0, 0, 0))
    for name in EVERY_HOUR:
        monkeypatch.setattr(tasks, name, lambda *args, **more: None)
    tasks.hourly.func(0)
    assert len(calls) == found, because
