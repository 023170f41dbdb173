"""What becomes of the rows of a file that describe things: members, products, stores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Said = TypeVar("Said")
Cells = Mapping[str, str | None]
"""One row of a file: field and text, None where the cell is empty."""


_NO_FACTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Unfit:
    """A row that is not taken: the code of the reason, and what fills the reason's braces."""

    row_number: int
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What the rows of a file were to the things that are known. Several rows may tell of one thing."""

    new: int
    changed: int
    same: int
    unfit: tuple[Unfit, ...]
    of_these: Mapping[str, int] = field(default_factory=dict)
    """Further counts of the kind, by a name of the report."""
    in_part: tuple[Unfit, ...] = ()
    """The first rows that are taken without one of their cells, and why."""
    said: tuple[Sequence[int], Sequence[int]] = ((), ())
    """Of what things the file tells, new and known: the firsts and the lasts of spans of their ids."""


class RowRefused(Exception):
    """Raised while a row is judged: the first reason against it."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def judged(
    rows: Iterable[tuple[int, Cells]], judge: Callable[[Cells], Said]
) -> tuple[list[tuple[int, Said]], list[Unfit]]:
    """Each row as `judge` reads it, with its number, and those that it refuses."""
    fit: list[tuple[int, Said]] = []
    unfit: list[Unfit] = []
    for number, cells in rows:
        try:
            fit.append((number, judge(cells)))
        except RowRefused as refusal:
            # Most reasons need no facts; of a file whose every row is refused one dict is enough.
            unfit.append(Unfit(number, refusal.code, refusal.facts or _NO_FACTS))
    return fit, unfit
