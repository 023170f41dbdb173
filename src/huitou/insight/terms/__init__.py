"""The nouns of insight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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

    def is_whole_month(self, first_day: date) -> bool:
        """The month is over, and each of its days is known, the first of all being `first_day`: a part of a month is no
        measure for another."""
        return self.starts_on >= first_day and (self.ends_on + timedelta(days=1)).day == 1

    def without(self, part: KpiFigure | None) -> KpiFigure:
        """Everybody else: what is left of a KPI of everybody when some members are taken out. Each receipt and each
        member belongs to one side, so what is above and below the line are those of everybody less theirs."""
        if part is None:
            return self
        below = None if self.denominator is None else self.denominator - (part.denominator or 0)
        return KpiFigure(self.kpi, self.starts_on, self.ends_on, self.numerator - part.numerator, below)


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
class StageMoveSeen:
    """At the end of a month a member stood in another stage than at the end of the one before; '' is before the first
    purchase."""

    on_day: date
    stage: str
    before: str


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
    """A refresh: the business day that it counted up to, what each step took, and what it counted anew.

    `lake_version` is None while it brings receipts into the lake: up to which day it counts is not known yet.
    """

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
    """Why it was stopped; empty where its process was killed."""
    state: RunState
    interrupted: Sequence[Mapping[str, str]]
    """Each time that it was stopped and the next run went on with it: `step`, and `by` as in `stopped_by`."""

    @property
    def seconds(self) -> float:
        return float(sum(step["seconds"] for step in self.steps))


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a KPI of 28 days starts and where it is to be, in its own unit (fen for money); either may be open."""

    baseline: Fraction | None
    target: Fraction | None


@dataclass(frozen=True, slots=True)
class GoalsSeen:
    """One version of the chain's goals by KPI; version 0 is before anybody set one."""

    version: int
    goals: Mapping[str, Goal]
    made_by: str = ""
    made_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What others have said of a KPI: where a chain began and ended within a year, and its industry's figure."""

    baseline: Fraction | None
    target: Fraction
    industry: Fraction | None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the chain in both periods, and how much of the chain's change it made."""

    key: str
    now: KpiFigure | None
    before: KpiFigure | None
    moved: Fraction


@dataclass(frozen=True, slots=True)
class DrivenBy:
    """A change split over parts: they, `mix` (who there is) and `overlap` (counted in several) sum to `total`."""

    parts: Sequence[Part]
    mix: Fraction
    overlap: Fraction
    total: Fraction


# ---- asked of a span of days


@dataclass(frozen=True, slots=True)
class HourSeen:
    """Sales of a weekday (1 is Monday) and hour: of some members, and of everybody. Money in fen."""

    weekday: int
    hour: int
    visits: int
    net_fen: int
    all_visits: int
    all_fen: int


@dataclass(frozen=True, slots=True)
class CategorySeen:
    """A category of a tree: what some members spent on it and how many bought it, beside everybody."""

    category: str
    net_fen: int
    buyers: int
    all_fen: int
    all_buyers: int


@dataclass(frozen=True, slots=True)
class StorePart:
    """A store's receipts, fen and members, of some members and of everybody."""

    store_id: int
    receipts: int
    net_fen: int
    members: int
    all_receipts: int
    all_fen: int
    all_members: int


@dataclass(frozen=True, slots=True)
class PairSeen:
    """Of `baskets` baskets so many hold an item, so many the other, and so many both."""

    one: str
    other: str
    together: int
    of_one: int
    of_other: int
    baskets: int
