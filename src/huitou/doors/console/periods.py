"""Which 28 days a page shows: picked by a person, kept in the address (`?ends=2026-11-22`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import QueryDict
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Tab
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure
from huitou.usecases.kpis_of_days import kpi_histories_up_to

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


@dataclass(frozen=True, slots=True)
class Windows:
    """The KPIs of 28 days each that a page shows, oldest first and up to those that were asked for, and the ends of all
    that it can offer, newest first."""

    histories: dict[str, list[KpiFigure]]
    kept: Sequence[date]

    @property
    def ends_on(self) -> date:
        return next(iter(self.histories.values()))[-1].ends_on

    @property
    def newest(self) -> bool:
        return self.ends_on == self.kept[0]


def asked_day(asked: QueryDict, name: str = "ends") -> date | None:
    """The day that a link to a chart pins."""
    try:
        return date.fromisoformat(asked.get(name, ""))
    except ValueError:
        return None


def asked_goals(asked: QueryDict) -> int | None:
    """The version of the goals that a link pins; None: those of today."""
    text = asked.get("goals", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def asked_windows(asked: QueryDict, store: int | None) -> Windows | None:
    """Windows up to the day that is asked for, also where only others are shown today: they end a week apart, and
    tomorrow's on another weekday. Of a day that nobody knows, those of the last one before it. None: nothing yet."""
    histories = insight.kpi_histories(store)
    if not histories:
        return None
    kept = [figure.ends_on for figure in next(iter(histories.values()))][::-1]
    wanted = asked_day(asked)
    if wanted is None or wanted >= kept[0]:
        return Windows(histories, kept)
    if wanted not in kept:
        counted = kpi_histories_up_to(wanted, store)
        if counted:
            return Windows(counted, kept)
    last = next((end for end in kept if end <= wanted), kept[-1])
    upto = {name: [one for one in series if one.ends_on <= last] for name, series in histories.items()}
    return Windows({name: series for name, series in upto.items() if series}, kept)


def _address(asked: QueryDict, ends: str) -> str:
    changed = asked.copy()
    changed.pop("ends", None)
    if ends:
        changed["ends"] = ends
    return "?" + changed.urlencode()
