"""The periods that KPIs are kept for: 28-day windows that end every week, and calendar months. Any other is reckoned
when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ROLLING, MONTH, ASKED = "rolling28", "month", "asked"
WINDOW = timedelta(days=28)
"""Four whole weeks: every window has the same weekdays."""
STEP = timedelta(days=7)
WINDOWS_KEPT = 104
MONTHS_KEPT = 25
"""Two years, and the month that is running."""
SPARE_WINDOWS = 13
"""Of windows that end on any day so many weeks more are known than are shown: a link to a day of the last quarter still
finds the two years that were shown then."""
MOST_PARTS = 1000
ONE_DAY = timedelta(days=1)


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
        starts_on = ends_on - WINDOW + ONE_DAY
        if step and starts_on < first_day:
            return
        yield Period(ROLLING, starts_on, ends_on)


def every_window(first_day: date, as_of: date) -> Iterator[Period]:
    """The windows that are `rolling_windows` of this day, may be of one of the next days, or were of one of the days
    before, the newest first. Those of a chain's first 28 days reach back to before it."""
    for days in range((WINDOWS_KEPT + SPARE_WINDOWS) * STEP.days):
        ends_on = as_of - days * ONE_DAY
        if days and ends_on < first_day:
            return
        yield Period(ROLLING, ends_on - WINDOW + ONE_DAY, ends_on)


def months_kept(first_day: date, as_of: date) -> list[Period]:
    """The calendar months back from that of `as_of`, which goes up to that day."""
    found: list[Period] = []
    ends_on = as_of
    while ends_on >= first_day and len(found) < MONTHS_KEPT:
        found.append(Period(MONTH, ends_on.replace(day=1), ends_on))
        ends_on = ends_on.replace(day=1) - ONE_DAY
    return found


def month_ends(first_day: date, as_of: date, months: int) -> list[date]:
    """The last days of the `months` months before that of `as_of`, oldest first, none before `first_day`."""
    ends, day = [], as_of
    for _ in range(months):
        day = day.replace(day=1) - ONE_DAY
        if day < first_day:
            break
        ends.append(day)
    return ends[::-1]


def parts_of(starts_on: date, ends_on: date, by: str) -> list[Period]:
    """The days, ISO weeks or calendar months of a period, the first and the last cut to it."""
    parts: list[Period] = []
    begin = starts_on
    while begin <= ends_on and len(parts) <= MOST_PARTS:
        parts.append(Period(ASKED, begin, min(_last_of(begin, by), ends_on)))
        begin = parts[-1].ends_on + ONE_DAY
    return parts


def _last_of(day: date, by: str) -> date:
    if by == "day":
        return day
    if by == "week":
        return day + timedelta(days=7 - day.isoweekday())
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
