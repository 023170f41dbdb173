"""How many members live with somebody, as far as that is known here: households are linked, and nobody is counted twice
who turned out to be one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.rules.ranges import lies, lies_sql, range_said, range_troubles
from huitou.segments.terms import Count, Known, Leaf, Moment, Person, Said, Selection, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class LivesWith(Leaf):
    """So many members live in their household, they themselves included. Who is linked to nobody is in no range."""

    name: ClassVar[str] = "household"

    at_least: Count | None = None
    at_most: Count | None = None

    def troubles(self, known: Known) -> Sequence[Trouble]:
        return list(range_troubles(self.at_least, self.at_most))

    def holds(self, person: Person, moment: Moment) -> bool:
        people = person.household_members
        return people is not None and lies(people, self.at_least, self.at_most)

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition=lies_sql("household_members", self.at_least, self.at_most))

    def said(self) -> Said:
        facts = {"range": range_said(self.at_least, self.at_most)}
        last = self.at_most if self.at_most is not None else self.at_least
        if last == 1:
            return Said(N_("live in a household in which {range} member is known"), facts)
        return Said(N_("live in a household in which {range} members are known"), facts)
