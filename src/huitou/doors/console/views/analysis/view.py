"""What the views of the analysis share: what was asked, what is shown, and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.lifts import LiftShown
from huitou.doors.console.parts import Chart, Tab, Table
from huitou.doors.console.whose import Whose
from huitou.usecases.analyse import Asked

DEEPEST = 6
LONGEST_PATH = 400


@dataclass(frozen=True, slots=True)
class Question:
    """Who is meant, where, when, and what of it a view is asked for."""

    asked: Asked
    whose: Whose | None
    stores: Mapping[int, StoreSeen]
    """Those that the reader sees."""
    kept: Mapping[str, str]
    """What of the address stays from view to view."""
    within: str = ""
    level: str = ""

    def address(self, **changes: Any) -> str:
        """This page with some values changed; empty ones go away."""
        values = {**self.kept, **{name: str(value) for name, value in changes.items()}}
        return f"{reverse('console:analysis')}?{urlencode({k: v for k, v in values.items() if v})}"

    @property
    def whom(self) -> str:
        """What those are called whose figures these are."""
        return self.whose.segment.name if self.whose else ""


@dataclass(frozen=True, slots=True)
class Lifts:
    """A table of lifts under its title."""

    title: str
    about: str
    heading: str
    rows: Sequence[LiftShown]
    nothing: str
    """What stands there where none tell."""
    key: str = "lifts"
    here: str = ""
    all: str = ""
    """What the two shares are called; else of these, and of everybody."""


@dataclass(frozen=True, slots=True)
class View:
    """What a view shows; `blank` says what to do where there is nothing."""

    finding: str = ""
    chart: Chart | None = None
    tables: Sequence[tuple[str, str, Table]] = ()
    """Key, title and rows of each."""
    lifts: Sequence[Lifts] = ()
    foot: str = ""
    tabs: Sequence[Tab] = field(default_factory=tuple)
    blank: str = ""


def compared(question: Question, table: Table, *columns: int) -> Table:
    """The table without these columns where no segment is chosen: everybody beside everybody says nothing."""
    if question.whose:
        return table

    def left(row: Sequence[Any]) -> list[Any]:
        return [cell for place, cell in enumerate(row) if place not in columns]

    return Table(left(table.columns), [left(row) for row in table.rows], left(table.total))


def count(number: int) -> str:
    return figures.rounded(number, 0)


def last_name(path: str) -> str:
    """Of a category's path what it is called itself."""
    return path.rpartition("/")[2]


def index(part: int, whole: int, all_part: int, all_whole: int) -> str:
    """A share of theirs by everybody's share, 100 is the same; — where nobody can tell."""
    if not (whole and all_whole and all_part):
        return "—"
    return figures.rounded(figures.Fraction(part * all_whole * 100, whole * all_part), 0)
