"""What a member's page counts: twelve months of the receipts that its reader may see, and of no others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from huitou.insight import service as insight
from huitou.insight.terms.person import Rhythm
from huitou.receipts import service as receipts
from huitou.receipts.terms import DayOfVisits

LENGTH = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Year:
    """The 365 days that end on `last_day`. A store's people see the receipts of their stores, so theirs count those."""

    first_day: date
    last_day: date
    days: tuple[DayOfVisits, ...]

    @property
    def visits(self) -> tuple[DayOfVisits, ...]:
        """The days with a purchase."""
        return tuple(day for day in self.days if day.visits)

    @property
    def receipts(self) -> int:
        return sum(day.visits for day in self.days)

    @property
    def spend_fen(self) -> int:
        return sum(day.net_fen for day in self.days)

    @property
    def average_fen(self) -> Fraction | None:
        return Fraction(self.spend_fen, self.receipts) if self.receipts else None

    @property
    def rhythm(self) -> Rhythm | None:
        return insight.rhythm_of([day.on for day in self.visits])


def year_of(member_id: int, last_day: date) -> Year:
    first_day = last_day - LENGTH + timedelta(days=1)
    return Year(first_day, last_day, tuple(receipts.visits_by_day(member_id, first_day, last_day)))
