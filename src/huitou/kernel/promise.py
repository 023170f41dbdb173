"""A promise: what is true at every moment, and the question that finds the first row where it is not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the list of promises, of one room.

    `broken` is SQL of the room that selects one text: the first broken row, named so that a person finds it; no row
    when the promise holds. Some promises of a name are shared by several rooms.
    """

    name: str
    says: str
    broken: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit found of one promise; `first_broken` is None when it holds."""

    name: str
    says: str
    first_broken: str | None

    @property
    def holds(self) -> bool:
        return self.first_broken is None
