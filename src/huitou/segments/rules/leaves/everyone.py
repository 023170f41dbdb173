"""Everybody, and another segment by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.kernel.errors import N_
from huitou.segments.terms import Known, Leaf, Moment, Person, Said, Selection, Trouble, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone(Leaf):
    """Every member. It has to be said: nothing means nobody."""

    name: ClassVar[str] = "everyone"

    def holds(self, person: Person, moment: Moment) -> bool:
        return True

    def sql(self, moment: Moment) -> Selection:
        return Selection(condition="true")

    def said(self) -> Said:
        return Said(N_("have joined"))


@dataclass(frozen=True, slots=True, kw_only=True)
class InSegment(Leaf):
    """They are in the newest version of another segment. Its tree stands in the place of this leaf when it is asked."""

    name: ClassVar[str] = "segment"

    segment: Word

    def troubles(self, known: Known) -> Sequence[Trouble]:
        if self.segment in known.segments:
            return []
        return [Trouble("segment", "segment_unknown", {"name": self.segment})]

    def holds(self, person: Person, moment: Moment) -> bool:
        raise AssertionError("a reference is resolved before anybody is asked")

    def sql(self, moment: Moment) -> Selection:
        raise AssertionError("a reference is resolved before anybody is asked")

    def said(self) -> Said:
        return Said(N_("are in the segment {name}"), {"name": self.segment})
