"""Which 28 days a page shows: picked by a person, kept in the address (`?ends=2026-11-22`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Tab

LENGTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class PeriodPick:
    """What the period's button says, and what its menu offers. Days are written as a date field wants them."""

    name: str
    said: str
    usual: Sequence[Tab]
    oldest: str
    newest: str
    last: str
    kept: Sequence[tuple[str, str]] = ()
    """The other values of the address, which stay."""
    first: str = ""
    """Empty where a period's length is fixed and only its end is picked."""

    @classmethod
    def sample(cls, ends_on: date) -> PeriodPick:
        return pick([ends_on - timedelta(days=7 * number) for number in range(60)], ends_on, QueryDict())


def pick(kept: Sequence[date], ends_on: date, asked: QueryDict) -> PeriodPick:
    """A choice of 28 days. `kept`: the ends of the windows that are counted, newest first."""
    newest = kept[0]
    steps = ((gettext("Last 28 days"), 0), (gettext("The 28 days before"), 28), (gettext("A year ago"), 364))
    usual = []
    for name, back in steps:
        end = newest - timedelta(days=back)
        if end >= kept[-1]:
            usual.append(Tab(name, _address(asked, "" if back == 0 else end.isoformat()), current=end == ends_on))
    name = next((tab.name for tab in usual if tab.current), gettext("28 days"))
    return PeriodPick(
        name=name,
        said=figures.span(ends_on - LENGTH + timedelta(days=1), ends_on),
        usual=usual,
        oldest=kept[-1].isoformat(),
        newest=newest.isoformat(),
        last=ends_on.isoformat(),
        kept=[(key, value) for key, value in asked.items() if key != "ends"],
    )


def asked_end(asked: QueryDict, kept: Sequence[date]) -> date | None:
    """The window that `ends` names: the last kept one that ends by then; None where it names no day or none is kept."""
    try:
        wanted = date.fromisoformat(asked.get("ends", ""))
    except ValueError:
        return None
    return next((end for end in kept if end <= wanted), None)


def _address(asked: QueryDict, ends: str) -> str:
    changed = asked.copy()
    changed.pop("ends", None)
    if ends:
        changed["ends"] = ends
    return "?" + changed.urlencode()
