"""How often somebody did what is no purchase: views, scans, sign-ins, ratings. Who did nothing did it 0 times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.rules.goods import events_meant, events_place_said, events_said, events_sql
from huitou.segments.rules.leaves.bought import counted_said, counted_sql, in_range
from huitou.segments.rules.ranges import lies, range_troubles
from huitou.segments.rules.troubles import unknown_stores
from huitou.segments.rules.windows import days_troubles, of_days, window_said, window_troubles
from huitou.segments.terms import (
    FOR_EVER,
    Count,
    Events,
    Known,
    Leaf,
    Moment,
    Person,
    Said,
    Selection,
    Trouble,
    Window,
)

_SQL = {"events": "count(*)", "days": "count(DISTINCT day)"}
_SAID = {
    "events": (N_("{range} time"), N_("{range} times")),
    "days": (N_("on {range} day"), N_("on {range} different days")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HasDone(Leaf):
    """Events of these kinds, or different days with one, from at_least to at_most."""

    name: ClassVar[str] = "did"

    of: Events
    count: Literal["events", "days"] = "events"
    at_least: Count | None = None
    at_most: Count | None = None
    window: Window = FOR_EVER

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [
            *range_troubles(self.at_least, self.at_most),
            *unknown_stores("of.stores", self.of.stores, known),
            *window_troubles("window", self.window),
            *(days_troubles(self.at_least, self.window) if self.count == "days" else ()),
        ]

    def holds(self, person: Person, moment: Moment) -> bool:
        events = events_meant(person, self.of, self.window, moment)
        counted = len(events) if self.count == "events" else len({event.day for event in events})
        return lies(counted, self.at_least, self.at_most)

    def sql(self, moment: Moment) -> Selection:
        asked = events_sql(self.of, self.window, moment)
        query = counted_sql("events", asked, _SQL[self.count])
        return in_range(query, self.at_least, self.at_most, of_days(query, self.window, moment, day="day"))

    def said(self) -> Said:
        facts = {"kinds": events_said(self.of), "place": events_place_said(self.of), "when": window_said(self.window)}
        if self.at_most == 0:
            return Said(N_("did not have the event “{kinds}”{place} {when}"), facts)
        times = counted_said(_SAID[self.count], self.at_least, self.at_most)
        return Said(N_("had the event “{kinds}”{place} {times} {when}"), {**facts, "times": times})
