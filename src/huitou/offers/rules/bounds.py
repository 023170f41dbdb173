"""How large anything in a request may be: what the reader refuses and the published schemas say, from one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huitou.offers.terms import (
    BasketLine,
    Coupon,
    EarnRule,
    Fen,
    Grams,
    Left,
    Name,
    Offer,
    Percent,
    Points,
    Signed,
    TaxRule,
    Tender,
    Weekday,
)

LARGEST = 10**12
MOST_PIECES = 10_000
"""In a basket; nothing in an offer counts more pieces or times."""
MOST_LINES = 1_000
MOST_PRICE = Fen(100_000_000)
"""A million for one unit."""
MOST_OFFERS = 20_000
LARGEST_DOCUMENT = 32_000_000
"""Bytes. 10,000 offers have about six million."""
LONGEST_TEXT = 200
LONGEST_DIGITS = 30

BOUNDS: Mapping[Any, tuple[int, int]] = {
    int: (0, MOST_PIECES),
    Points: (0, 100_000_000),
    Left: (0, LARGEST),
    Weekday: (1, 7),
    Signed: (-100_000_000, 100_000_000),
    Fen: (0, LARGEST - 1),
    Percent: (0, 9_999_99),
    Grams: (0, 99_999_999),
}
"""Least and most of every kind of number, in its own unit. What has decimals ends with nines, as a pattern can say."""

MOST_ENTRIES: Mapping[Any, int] = {
    BasketLine: MOST_LINES,
    Offer: MOST_OFFERS,
    Coupon: 1_000,
    EarnRule: 1_000,
    TaxRule: 1_000,
    Tender: 100,
    str: 10_000,
    Name: 10_000,
}
"""How many of each a list may hold."""
MOST_OTHERS = 100
"""Of everything else: needs, steps, groups, gifts, shares."""

YEARS = (1970, 2999)
"""Of a moment; a zone could otherwise carry it out of the calendar."""


def most_entries(kind: Any) -> int:
    """How many of this kind a list may hold."""
    return MOST_ENTRIES.get(kind, MOST_OTHERS)
