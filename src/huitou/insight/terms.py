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
class Rhythm:
    """How regularly a member comes: the middle gap between days with a visit, and a weekday if one stands out."""

    gap_days: int
    weekday: int | None
    """1 is Monday, 7 is Sunday; None where no day has half of the visits."""
    days: int
    """On how many days of the year this rests."""


@dataclass(frozen=True, slots=True)
class GoodsSeen:
    """What a product sold in a store, or (no store) in the chain, in the newest four whole weeks; beside them the four
    weeks before and those a year ago, and the 52 weeks that tell its usual price. Quantities in thousandths, fen."""

    product_id: int
    store_id: int | None
    times: int
    net_fen: int
    member_fen: int
    sold_milli: int
    sold_fen: int
    promoted_fen: int
    before_fen: int
    before_times: int
    year_before_fen: int
    year_sold_milli: int
    year_sold_fen: int
    year_promoted_fen: int

    @property
    def usual_price(self) -> Fraction | None:
        """Fen for a piece or kilogram, on the average of 52 weeks; None where none went out."""
        return Fraction(self.year_sold_fen * 1000, self.year_sold_milli) if self.year_sold_milli > 0 else None


@dataclass(frozen=True, slots=True)
class GoodsSold:
    """What several products sold together, now, before and a year ago (fen)."""

    products: int
    net_fen: int
    before_fen: int
    year_before_fen: int
    member_fen: int


@dataclass(frozen=True, slots=True)
class Buyers:
    """Members who bought a product in 13 weeks, those of them who bought it on two days or more, and their layers."""

    members: int
    again: int
    by_layer: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BoughtWith:
    """Of `baskets` baskets so many hold the product, so many the other, and so many both."""

    other_id: int
    together: int
    of_product: int
    of_other: int
    baskets: int
    since: date
    until: date

    @property
    def lift(self) -> Fraction:
        """How much more often than by chance: 1 is chance."""
        return Fraction(self.together * self.baskets, self.of_product * self.of_other)


@dataclass(frozen=True, slots=True)
class WeekOfGoods:
    """A week of a product, by its Monday."""

    week_on: date
    net_fen: int
    times: int
    sold_milli: int
    sold_fen: int
    discount_fen: int

    @property
    def paid(self) -> Fraction | None:
        """Fen for a piece or kilogram as it was paid ..."""
        return Fraction(self.sold_fen * 1000, self.sold_milli) if self.sold_milli > 0 else None

    @property
    def listed(self) -> Fraction | None:
        """... and before discounts."""
        gross = self.sold_fen + self.discount_fen
        return Fraction(gross * 1000, self.sold_milli) if self.sold_milli > 0 else None


@dataclass(frozen=True, slots=True)
class Square:
    """Members alike in recency, frequency, layer and stage, with their receipts and spend of a year."""

    recency: int
    frequency: int
    layer: str
    stage: str
    members: int
    receipts: int
    spend_fen: int


@dataclass(frozen=True, slots=True)
class LoyaltyTenth:
    """Members of a layer whose loyalty index lies in a tenth (0: 0 to 9, 9: 90 to 100), with the sums of their index
    and of its parts."""

    layer: str
    tenth: int
    members: int
    loyalty: int
    repeat: int
    tenure: int
    breadth: int
    wallet: int


@dataclass(frozen=True, slots=True)
class CohortSeen:
    """Of those who bought first in a month, so many bought `after` months later; after 0 are all of them."""

    month_on: date
    after: int
    members: int


@dataclass(frozen=True, slots=True)
class NewcomersSeen:
    """So many bought first in this month, in this store, by this channel, as this source told."""

    month_on: date
    store_id: int
    channel: str
    source: str
    members: int


@dataclass(frozen=True, slots=True)
class Flow:
    """So many were in one layer on a day and in the other on the later one; '' is none yet."""

    from_on: date
    to_on: date
    from_layer: str
    to_layer: str
    members: int


@dataclass(frozen=True, slots=True)
class PriceSense:
    """What part of the money goes on goods at a discount, and what is paid beside what the goods usually cost."""

    promoted: Fraction
    index: Fraction | None
    """1 is what everybody pays; None where too few of the goods have a usual price."""
    lines: int
    priced_lines: int


class ChangeKind(StrEnum):
    """What can have changed with a member."""

    FEWER = "fewer"
    MORE = "more"
    WEEKDAY = "weekday"
    ENDED = "ended"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class ChangeSeen:
    """Visits of eight weeks now and before; weekdays (1 is Monday); of a habit that ended the days since and its usual
    gap; of one that began how often."""

    kind: ChangeKind
    category: str = ""
    now: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """When somebody is expected next: the day in the middle, and from when to when 80 of 100 such visits come."""

    on: date
    earliest: date
    latest: date
    gaps: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """By their own rhythm they would have come by this day."""

    by: date
    gaps: int


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
