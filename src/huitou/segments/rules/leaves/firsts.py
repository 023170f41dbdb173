"""When somebody bought, or did something, first or last. Who never did has no such day and meets no condition on
it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.rules.fields import field_words
from huitou.segments.rules.goods import (
    events_meant,
    events_place_said,
    events_said,
    events_sql,
    goods_said,
    lines_meant,
    lines_sql,
    place_said,
    purchase_troubles,
    rows_for,
)
from huitou.segments.rules.troubles import unknown_stores
from huitou.segments.rules.windows import in_window, window_said, window_troubles
from huitou.segments.terms import (
    ANYTHING,
    FOR_EVER,
    Events,
    Known,
    Leaf,
    Moment,
    Person,
    Purchases,
    Said,
    Selection,
    Trouble,
    Window,
)

Which = Literal["first", "last"]
_SQL = {"first": "min", "last": "max"}


def _day_of(days: Sequence[date], which: str) -> date | None:
    return (min(days) if which == "first" else max(days)) if days else None


def _lies_sql(window: Window, moment: Moment, which: str, column: str) -> str:
    """SQL: whether the first or last day is in the window, by the chain's day."""
    first, last = window.days_on(moment.today)
    found = f"{_SQL[which]}({column})"
    return f"{found} <= DATE '{last}'" + (f" AND {found} >= DATE '{first}'" if first else "")


def _asked(window: Window) -> Iterator[Trouble]:
    if window == FOR_EVER:
        yield Trouble("on", "asks_nothing", {"fields": field_words("last_days", "ago_days", "since", "until")})
    yield from window_troubles("on", window)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtOn(Leaf):
    """The first or the last day of a sale lies in the window `on`, which goes by the chain's day."""

    name: ClassVar[str] = "bought_on"

    which: Which
    on: Window
    of: Purchases = ANYTHING

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [*_asked(self.on), *purchase_troubles("of", self.of, known)]

    def holds(self, person: Person, moment: Moment) -> bool:
        lines = lines_meant(person, self.of, FOR_EVER, moment)
        day = _day_of([line.business_date for line in lines if line.kind == "sale"], self.which)
        return day is not None and in_window(self.on, day, moment.today)

    def sql(self, moment: Moment) -> Selection:
        rows = rows_for(self.of)
        asked = f"kind = 'sale' AND {lines_sql(self.of, FOR_EVER, moment, rows)}"
        having = _lies_sql(self.on, moment, self.which, "business_date")
        return Selection(query=f"SELECT member_id FROM {rows.table} WHERE {asked} GROUP BY member_id HAVING {having}")

    def said(self) -> Said:
        says = {
            "first": N_("bought {goods}{place} for the first time {when}"),
            "last": N_("bought {goods}{place} for the last time {when}"),
        }
        facts = {"goods": goods_said(self.of), "place": place_said(self.of), "when": window_said(self.on)}
        return Said(says[self.which], facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DidOn(Leaf):
    """The first or the last day of an event lies in the window `on`, which goes by the chain's day."""

    name: ClassVar[str] = "did_on"

    which: Which
    on: Window
    of: Events

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [*_asked(self.on), *unknown_stores("of.stores", self.of.stores, known)]

    def holds(self, person: Person, moment: Moment) -> bool:
        days = [event.day for event in events_meant(person, self.of, FOR_EVER, moment)]
        day = _day_of(days, self.which)
        return day is not None and in_window(self.on, day, moment.today)

    def sql(self, moment: Moment) -> Selection:
        asked = events_sql(self.of, FOR_EVER, moment)
        having = _lies_sql(self.on, moment, self.which, "day")
        return Selection(query=f"SELECT member_id FROM events WHERE {asked} GROUP BY member_id HAVING {having}")

    def said(self) -> Said:
        says = {
            "first": N_("had the event “{kinds}”{place} for the first time {when}"),
            "last": N_("had the event “{kinds}”{place} for the last time {when}"),
        }
        facts = {"kinds": events_said(self.of), "place": events_place_said(self.of), "when": window_said(self.on)}
        return Said(says[self.which], facts)
