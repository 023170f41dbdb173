"""The nouns of insight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction


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


@dataclass(frozen=True, slots=True)
class KpiOfPeriod:
    """A KPI of the chain (no store) or of a store, in a period that somebody asked for."""

    store_id: int | None
    figure: KpiFigure


@dataclass(frozen=True, slots=True)
class RefreshSeen:
    """The last refresh that ended: the business day that it counted up to, and when it ended."""

    as_of: date
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How regularly a member comes: the middle gap between days with a visit, and a weekday if one stands out."""

    gap_days: int
    weekday: int | None
    """1 is Monday, 7 is Sunday; None where no day has half of the visits."""
    days: int
    """On how many days of the year this rests."""
