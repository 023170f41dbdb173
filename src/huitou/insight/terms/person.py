"""What insight tells of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How regularly a member comes: the middle gap between days with a visit, and a weekday if one stands out."""

    gap_days: int
    weekday: int | None
    """1 is Monday, 7 is Sunday; None where no day has half of the visits."""
    days: int
    """On how many days of the year this rests."""


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
