"""What has changed with a member of late, and when they are expected, in sentences."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString

from huitou.doors.console import figures
from huitou.doors.console.findings import LONG_WEEKDAYS, say, strong
from huitou.insight.terms.person import ChangeKind, ChangeSeen, Expected, Overdue
from huitou.kernel.errors import N_

_FEWER = N_("Came on {now} days in eight weeks, after {before} in the eight before.")
_MORE = N_("Came on {now} days in eight weeks, up from {before} in the eight before.")
_WEEKDAY = N_("Comes on {now} now, and came on {before} before.")
_ENDED = N_("No {category} for {now} days, where every {before} days was usual.")
_BEGUN = N_("New of late: {category}, on {now} days.")
_EXPECTED = N_("Expected on {day}.")
_OVERDUE = N_("By their own ways they would have come before {day}.")


def _count(template: str) -> Callable[[ChangeSeen], SafeString]:
    return lambda one: say(template, now=strong(one.now), before=one.before)


def _weekday(one: ChangeSeen) -> SafeString:
    now, before = (say(LONG_WEEKDAYS[number - 1]) for number in (one.now, one.before))
    return say(_WEEKDAY, now=strong(now), before=before)


def _category(path: str) -> str:
    return path.split("/")[-1]


STANDING: dict[ChangeKind, Callable[[ChangeSeen], SafeString]] = {
    ChangeKind.FEWER: _count(_FEWER),
    ChangeKind.MORE: _count(_MORE),
    ChangeKind.WEEKDAY: _weekday,
    ChangeKind.ENDED: lambda one: say(_ENDED, category=strong(_category(one.category)), now=one.now, before=one.before),
    ChangeKind.BEGUN: lambda one: say(_BEGUN, category=strong(_category(one.category)), now=one.now),
}


def expected_said(found: Expected | Overdue | None) -> SafeString | None:
    """For the finding of the page; None where too little is known."""
    if isinstance(found, Expected):
        return say(_EXPECTED, day=format_html('<b class="nw">{}</b>', figures.day_and_weekday(found.on)))
    return None if found is None else say(_OVERDUE, day=figures.day(found.by))
