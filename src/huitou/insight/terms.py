"""The nouns of insight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """A KPI of one period. Without a denominator the value is the numerator (fen for money)."""

    kpi: str
    starts_on: date
    ends_on: date
    numerator: int
    denominator: int | None

    @property
    def value(self) -> Fraction | None:
        """None where nothing stands below the line: a rate of nobody is no rate."""
        if self.denominator is None:
            return Fraction(self.numerator)
        return Fraction(self.numerator, self.denominator) if self.denominator else None


@dataclass(frozen=True, slots=True)
class KpiNow:
    """The newest 28 days, the 28 days before them, and the same weekdays a year (364 days) ago."""

    now: KpiFigure
    previous: KpiFigure | None
    year_before: KpiFigure | None


@dataclass(frozen=True, slots=True)
class KpiOfStore:
    store_id: int
    now: KpiFigure
    previous: KpiFigure | None


class Cut(StrEnum):
    """What KPIs are cut by: parts of the chain, or parts of the period."""

    CHAIN = "chain"
    STORE = "store"
    LAYER = "layer"
    CHANNEL = "channel"
    CATEGORY = "category"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class KpiOfPart:
    """A KPI of one part: of a store (its id as text), a layer, channel or category; '' is what has none. None is the
    whole chain."""

    part: str | None
    figure: KpiFigure


@dataclass(frozen=True, slots=True)
class CutOffs:
    """What scores and layers are cut by. Empty thresholds mean fifths by rank."""

    recency_days: tuple[int, ...] = ()
    """Four numbers of days, rising: at most so long ago for score 5, 4, 3 and 2."""
    frequency: tuple[int, ...] = ()
    """Four numbers of receipts in a year, rising: at least so many for score 2, 3, 4 and 5."""
    monetary_fen: tuple[int, ...] = ()
    """The same in fen of a year."""
    dormant_after_months: int = 3
    diamond_percent: int = 5
    """The top of all members by spend ..."""
    diamond_fen: int | None = None
    """... or, where this is given, everybody who spent at least so much in a year ..."""
    diamond_frequency: int = 4
    """... of whom one large purchase a year is not enough."""
    gold_score: int = 9
    """Frequency and monetary score together."""


@dataclass(frozen=True, slots=True)
class CutOffsSeen:
    """One version of the cut-offs: who made it, when and why."""

    version: int
    cut_offs: CutOffs
    made_by: str
    made_at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class LayerSpanSeen:
    """A member was in a layer from `since` until the day before `until`, or is in it still."""

    layer: str
    since: date
    until: date | None
    cut_offs: int


@dataclass(frozen=True, slots=True)
class Moves:
    """How many members other cut-offs would move, by (layer now, layer then); who stays is there too."""

    counts: Mapping[tuple[str, str], int]

    @property
    def members(self) -> int:
        return sum(self.counts.values())

    @property
    def moving(self) -> int:
        return sum(count for (now, then), count in self.counts.items() if now != then)


class RunState(StrEnum):
    RUNNING = "running"
    STOPPED = "stopped"
    """Killed, or refused on the way: the next run goes on from there."""
    DONE = "done"


@dataclass(frozen=True, slots=True)
class RefreshSeen:
    """A refresh: the business day that it counted up to, what each step took, and what it counted anew."""

    id: int
    as_of: date
    started_at: datetime
    ended_at: datetime | None
    steps: Sequence[Mapping[str, Any]]
    anew: bool
    lake_version: int | None
    cut_offs: int | None
    restated: Mapping[str, int]
    """Of each month (`2026-03`) how many days that had been counted before were counted otherwise."""
    stopped_by: str
    state: RunState

    @property
    def seconds(self) -> float:
        return float(sum(step["seconds"] for step in self.steps))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How regularly a member comes: the middle gap between days with a visit, and a weekday if one stands out."""

    gap_days: int
    weekday: int | None
    """1 is Monday, 7 is Sunday; None where no day has half of the visits."""
    days: int
    """On how many days of the year this rests."""
