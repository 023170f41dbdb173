"""How large what stands in a segment may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huitou.segments.terms import Count, Days, Degrees, Fen, HomeMetres, Metres, Month, Offset, Percent, Score, Weekday

DEEPEST = 16
"""Groups inside groups: nobody reads a sentence that is deeper."""
MOST_CONDITIONS = 200
MOST_RESOLVED = 2_000
"""Conditions of a segment together with those that it names."""
MOST_WORDS = 1_000
LONGEST_WORD = 200
LONGEST_TEXT = 1_000_000
"""Characters of a segment's JSON."""

BOUNDS: Mapping[Any, tuple[int, int]] = {
    Count: (0, 10**9),
    Days: (1, 3_660),
    Offset: (-366, 366),
    Percent: (0, 100),
    Score: (1, 5),
    Month: (1, 12),
    Weekday: (1, 7),
    Metres: (0, 20_100_000),
    HomeMetres: (500, 50_000),
}
DECIMALS: Mapping[Any, tuple[int, int, int]] = {
    Fen: (2, -(10**13), 10**13),
    Degrees: (6, -180_000_000, 180_000_000),
}
"""The digits behind the point, the least and the most."""
