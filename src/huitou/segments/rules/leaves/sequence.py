"""One thing and then another, or not another, within so many days of 24 hours.

What comes then has a later moment than the first, so a receipt never follows itself. That something did not follow is
known when the days are over, and not before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from huitou.kernel.errors import N_
from huitou.segments.rules.fields import field_words
from huitou.segments.rules.goods import (
    at_sql,
    events_meant,
    events_place_said,
    events_said,
    events_sql,
    goods_said,
    lines_meant,
    lines_sql,
    place_said,
    purchase_troubles,
)
from huitou.segments.rules.troubles import unknown_stores
from huitou.segments.rules.windows import window_said, window_troubles
from huitou.segments.terms import (
    FOR_EVER,
    Days,
    Known,
    Leaf,
    Moment,
    Person,
    Said,
    Selection,
    Step,
    Trouble,
    Window,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(Leaf):
    """Some `first` in the window has a `then` within so many times 24 hours after it (`follows`: yes), or has none and
    the time is over (`follows`: no)."""

    name: ClassVar[str] = "sequence"

    first: Step
    then: Step
    within_days: Days
    follows: Literal["yes", "no"] = "yes"
    window: Window = FOR_EVER

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return [
            *_step_troubles("first", self.first, known),
            *_step_troubles("then", self.then, known),
            *window_troubles("window", self.window),
        ]

    def holds(self, person: Person, moment: Moment) -> bool:
        then = _moments(person, self.then, FOR_EVER, moment)
        span = timedelta(days=self.within_days)
        return any(
            self._decided(begun, min((at for at in then if at > begun), default=None), span, moment.at)
            for begun in _moments(person, self.first, self.window, moment)
        )

    def _decided(self, begun: datetime, followed: datetime | None, span: timedelta, now: datetime) -> bool:
        in_time = followed is not None and followed <= begun + span
        return in_time if self.follows == "yes" else not in_time and begun + span <= now

    def sql(self, moment: Moment) -> Selection:
        end = f"f.at_utc + INTERVAL {int(self.within_days)} DAY"
        in_time = f"t.at_utc IS NOT NULL AND t.at_utc <= {end}"
        decided = (
            in_time if self.follows == "yes" else f"NOT ({in_time}) AND {at_sql(moment).replace('at_utc', end, 1)}"
        )
        return Selection(
            query=f"SELECT DISTINCT f.member_id FROM ({_rows(self.first, self.window, moment)}) f "
            f"ASOF LEFT JOIN ({_rows(self.then, FOR_EVER, moment)}) t "
            f"ON f.member_id = t.member_id AND f.at_utc < t.at_utc WHERE {decided}"
        )

    def said(self) -> Said:
        says = {
            ("yes", False): N_("{first} {when} and then {then} within {days} days"),
            ("yes", True): N_("{first} {when} and then {then} within a day"),
            ("no", False): N_("{first} {when} without having {then} within {days} days after it"),
            ("no", True): N_("{first} {when} without having {then} within a day after it"),
        }
        then = _step_said(self.then, none=self.follows == "no")
        facts = {"first": _step_said(self.first), "then": then, "when": window_said(self.window)}
        return Said(says[self.follows, self.within_days == 1], {**facts, "days": str(self.within_days)})


def _step_troubles(field: str, step: Step, known: Known) -> Iterator[Trouble]:
    if (step.bought is None) == (step.did is None):
        yield Trouble(field, "two_ways", {"fields": field_words("bought", "did")})
    if step.bought is not None:
        yield from purchase_troubles(f"{field}.bought", step.bought, known)
    if step.did is not None:
        yield from unknown_stores(f"{field}.did.stores", step.did.stores, known)


def _moments(person: Person, step: Step, window: Window, moment: Moment) -> set[datetime]:
    if step.did is not None:
        return {event.at_utc for event in events_meant(person, step.did, window, moment)}
    assert step.bought is not None, "a step that was checked"
    lines = lines_meant(person, step.bought, window, moment)
    return {line.at_utc for line in lines if line.kind == "sale"}


def _rows(step: Step, window: Window, moment: Moment) -> str:
    if step.did is not None:
        return f"SELECT DISTINCT member_id, at_utc FROM events WHERE {events_sql(step.did, window, moment)}"
    assert step.bought is not None, "a step that was checked"
    asked = lines_sql(step.bought, window, moment)
    return f"SELECT DISTINCT member_id, at_utc FROM lines WHERE kind = 'sale' AND {asked}"


def _step_said(step: Step, *, none: bool = False) -> Said:
    if step.did is not None:
        done = {"kinds": events_said(step.did), "place": events_place_said(step.did)}
        return Said(N_("had the event “{kinds}”{place}"), done)
    assert step.bought is not None, "a step that was checked"
    facts = {"goods": goods_said(step.bought, none=none), "place": place_said(step.bought)}
    return Said(N_("bought {goods}{place}"), facts)
