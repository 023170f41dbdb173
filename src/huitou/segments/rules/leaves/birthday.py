"""A birthday around today, or in some months. Whoever told none has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.days import birthdays_between
from huitou.segments.rules.fields import AROUND_TODAY, field_words
from huitou.segments.rules.goods import numbers_among
from huitou.segments.terms import Known, Leaf, Moment, Month, Offset, Person, Said, Selection, Trouble

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Birthday(Leaf):
    """The birthday is from `from_days` to `to_days` away, both included: 0 is today, -1 was yesterday. Or it is in one
    of the months. 29 February is kept on the 28th in years without one."""

    name: ClassVar[str] = "birthday"

    from_days: Offset | None = None
    to_days: Offset | None = None
    months: tuple[Month, ...] = ()

    def troubles(self, known: Known) -> Sequence[Trouble]:
        first, last = self.from_days, self.to_days
        both = first is not None and last is not None
        if both == bool(self.months) or (first is None) != (last is None):
            return [Trouble("from_days", "two_ways", {"fields": (AROUND_TODAY, *field_words("months"))})]
        if first is not None and last is not None and first > last:
            return [Trouble("to_days", "backwards", {"least": first, "most": last})]
        return []

    def _days(self, moment: Moment) -> frozenset[int]:
        if self.months:
            return frozenset(month * 100 + day for month in self.months for day in range(1, 32))
        first, last = (moment.today + timedelta(days=offset or 0) for offset in (self.from_days, self.to_days))
        return birthdays_between(first, last)

    def holds(self, person: Person, moment: Moment) -> bool:
        return person.month_day in self._days(moment)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=numbers_among("month_day", sorted(self._days(moment))))

    def said(self) -> Said:
        if self.months:
            months = tuple(Said(MONTHS[month - 1]) for month in self.months)
            return Said(N_("have their birthday in {months}"), {"months": months})
        first, last = self.from_days or 0, self.to_days or 0
        if first == last == 0:
            return Said(N_("have their birthday today"))
        if first == last:
            says = N_("had their birthday {day}") if first < 0 else N_("have their birthday {day}")
            return Said(says, {"day": _offset_said(first)})
        if first == 0 and last > 1:
            return Said(N_("have their birthday within the next {days} days"), {"days": str(last)})
        if last == 0 and first < -1:
            return Said(N_("had their birthday within the last {days} days"), {"days": str(-first)})
        facts = {"first": _offset_said(first), "last": _offset_said(last)}
        return Said(N_("have their birthday between {first} and {last}"), facts)


def _offset_said(days: int) -> Said:
    if days in (-1, 1):
        return Said(N_("tomorrow") if days > 0 else N_("yesterday"))
    if days < 0:
        return Said(N_("{days} days ago"), {"days": str(-days)})
    return Said(N_("{days} days from now"), {"days": str(days)}) if days else Said(N_("today"))
