"""The nouns of the sample chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SEED = 20261
MEMBERS = 20_000
MONTHS = 24
"""The chain that is made where nobody asks for another."""
MINUTES = 2
"""What that takes on two cores, about; docs/sample-chain.md says how it was measured."""
BOOK_MONTHS = 13
"""So many months, the present one included, stand in PostgreSQL; the lake holds all."""
POINT_MONTHS, POINTS_OF_ALL_UP_TO = 6, 200_000
"""In a chain of more members than that, sales earn points in so many months alone, as in a programme that began then:
postings of all thirteen would be a third of the books."""


@dataclass(frozen=True, slots=True)
class SampleChain:
    """Which sample chain this installation holds. The same values make the same chain."""

    seed: int
    members: int
    months: int
    today: date
    laid: bool = False
    """Whether everything arrived."""
    clearing: bool = False
    """Whether somebody has begun to take it away: it is not gone on with any more."""

    @property
    def first_day(self) -> date:
        """The day on which its history begins: so many months before today, or as near as the month has days."""
        months = self.today.year * 12 + self.today.month - 1 - self.months
        year, month = divmod(months, 12)
        day = date(year, month + 1, 1)
        return min(day + timedelta(days=self.today.day - 1), first_of_next(day) - timedelta(days=1))

    @property
    def last_day(self) -> date:
        """Yesterday: a till cannot have sold in the future."""
        return self.today - timedelta(days=1)

    @property
    def point_months(self) -> int:
        """In how many months, the present one included, sales earned points."""
        return BOOK_MONTHS if self.members <= POINTS_OF_ALL_UP_TO else POINT_MONTHS

    def month_spans(self) -> list[tuple[date, date]]:
        """The first and the last day of each calendar month of its history."""
        spans, day = [], self.first_day
        while day <= self.last_day:
            end = min(first_of_next(day) - timedelta(days=1), self.last_day)
            spans.append((day, end))
            day = end + timedelta(days=1)
        return spans


def first_of_next(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
