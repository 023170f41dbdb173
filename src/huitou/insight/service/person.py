"""What insight reckons of one person from their own visits and lines; a part of the room's door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from huitou.insight.rules import lately, next_visit
from huitou.insight.rules import price_sense as prices
from huitou.insight.terms.person import ChangeSeen, Expected, Overdue, PriceSense
from huitou.receipts.terms import BoughtLine

EXPECTED_PERCENT = round(next_visit.SHARE * 100)
MEASURED_PERCENT = next_visit.MEASURED_PERCENT
FEWEST_VISITS = next_visit.FEWEST_VISITS
FEWEST_LINES = prices.FEWEST_LINES
CHANGE_DAYS = lately.SPAN.days


def expected_next(visits: Sequence[date], as_of: date) -> Expected | Overdue | None:
    """When somebody who came on these days, ascending, is expected next, as seen on `as_of`; None: too few to tell."""
    return next_visit.expected_next(visits, as_of)


def price_sense(lines: Iterable[BoughtLine], usual: Mapping[int, Fraction]) -> PriceSense | None:
    """How much they look at prices, by what each product usually costs (fen); None: too little to tell."""
    return prices.price_sense(lines, usual)


def changes_of(visits: Sequence[date], habits: Mapping[str, Sequence[date]], as_of: date) -> list[ChangeSeen]:
    """What has changed of late: days with a visit in a year, and the days on which each category was bought."""
    return lately.changes_of(visits, habits, as_of)
