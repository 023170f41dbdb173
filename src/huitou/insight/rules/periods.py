"""The periods that KPIs are kept for: 28-day windows that end every week. Any other is reckoned when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ROLLING, ASKED = "rolling28", "asked"
WINDOW = timedelta(days=28)
"""Four whole weeks: every window has the same weekdays."""
STEP = timedelta(days=7)
WINDOWS_KEPT = 104


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` to `ends_on`, both included."""

    kind: str
    starts_on: date
    ends_on: date


def rolling_windows(first_day: date, as_of: date) -> Iterator[Period]:
    """Windows back from `as_of`, as long as they lie wholly inside what is known; the newest one always."""
    for step in range(WINDOWS_KEPT):
        ends_on = as_of - step * STEP
        starts_on = ends_on - WINDOW + timedelta(days=1)
        if step and starts_on < first_day:
            return
        yield Period(ROLLING, starts_on, ends_on)
