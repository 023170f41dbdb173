"""What the components of `templates/console/parts` are given: plain values, ready to be shown.

`/design` shows every one of them. A view builds these; a template of a page only says where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from huitou.doors.console import figures


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `phone` says whether a phone has room for it: the least needed go first."""

    name: str
    number: bool = False
    phone: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and where it leads. `layer` (diamond, ...) draws the layer's mark before it."""

    text: str
    address: str = ""
    tone: str = ""
    """good, bad or mut; `turns` may go on in a next line where the table is narrow."""
    layer: str = ""
    exact: str = ""
    """What a spreadsheet gets instead of the text: a number without its unit."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, a text where nothing but a text is shown. `total` is the row at the foot; one that is `narrow` has
    many columns of small figures, all of them needed: a phone sets them close."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    total: Sequence[Cell | str] = ()
    narrow: bool = False

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        return [self._cells(row) for row in self.rows]

    @property
    def foot(self) -> list[tuple[Column, Cell]]:
        return self._cells(self.total) if self.total else []

    def _cells(self, row: Sequence[Cell | str]) -> list[tuple[Column, Cell]]:
        cells = [cell if isinstance(cell, Cell) else Cell(str(cell)) for cell in row]
        return list(zip(self.columns, cells, strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with all that DESIGN asks of one: what it found, what it shows, the rows behind it, a link that lasts."""

    key: str
    """Its name on the page, and of the files that are made of it: letters, digits and hyphens."""
    builder: str
    """The file of static/console/charts that draws it."""
    title: str
    options: Mapping[str, Any]
    """What the builder is given, as JSON."""
    finding: str
    """The text alternative: what a person would see, in a sentence."""
    definition: str
    """What is counted, of whom, in which time, from which source."""
    table: Table
    """The figures behind it; CSV is made of them."""
    about: str = ""
    height: str = "tall"
    """tall (336 px), mid (282) or cal (160)."""
    link: str = ""
    """An address that shows the same chart for ever; without one the page's own address."""
    more: str = ""
    """Where all about it is told, where there is such a page."""

    @property
    def scripts(self) -> str:
        return f"console/charts/{self.builder}.js"


@dataclass(frozen=True, slots=True)
class Road:
    """From baseline to target, and where we stand: 0 and 100 are the road's ends, `at` never leaves it."""

    at: str
    baseline: str
    target: str
    said: str
    """The same in a sentence, for who does not see it."""


@dataclass(frozen=True, slots=True)
class Driver:
    """One part of a change: the bar goes to the right where it pushed up, to the left where it held down."""

    name: str
    now: str = ""
    before: str = ""
    moved: str = ""
    up: bool = True
    good: bool = True
    width: str = "0"
    """Of half the cell, in per cent."""
    layer: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """One way to split a change; its parts sum to `total`, which is printed."""

    name: str
    total: str
    drivers: Sequence[Driver]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel. `kind`: held (kept out at random, hatched) or end (what we hold, cinnabar)."""

    name: str
    count: str
    width: str
    note: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval on an axis; all places in per cent of its width."""

    at: str
    low: str
    length: str
    zero: str
    said: str
    clear: bool = True
    """False where it crosses zero: grey, hollow, and the words say so."""
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Event:
    """A moment of a timeline."""

    at: str
    icon: str
    text: str
    detail: str = ""
    reference: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of a few views of the same thing."""

    name: str
    address: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True, slots=True)
class Lot:
    """Points of one origin: `frame` by the largest lot, `fill` by what is left, in per cent."""

    name: str
    left: str
    of: str
    frame: str
    fill: str
    until: str
    soon: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure that says what it is: facts are pairs of name and value."""

    key: str
    label: str
    title: str
    text: str
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)


def road(baseline: Fraction, now: Fraction, target: Fraction, texts: tuple[str, str], said: str) -> Road:
    """Where `now` lies between the two; a road that falls (churn) is walked like one that rises."""
    share = (now - baseline) / (target - baseline) if target != baseline else Fraction(1)
    at = figures.rounded(max(Fraction(0), min(Fraction(1), share)) * 100, 1)
    return Road(at, texts[0], texts[1], said)


def interval(low: Fraction, at: Fraction, high: Fraction, axis: tuple[Fraction, Fraction], said: str) -> Interval:
    """Places on an axis that reaches from axis[0] to axis[1]."""

    def place(value: Fraction) -> Fraction:
        return (value - axis[0]) * 100 / (axis[1] - axis[0])

    return Interval(
        at=figures.rounded(place(at), 1),
        low=figures.rounded(place(low), 1),
        length=figures.rounded(place(high) - place(low), 1),
        zero=figures.rounded(place(Fraction(0)), 1),
        said=said,
        clear=low > 0 or high < 0,
    )
