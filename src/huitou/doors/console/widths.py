"""How wide bars are, in per cent of their track."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from huitou.doors.console import figures


def of_largest(values: Sequence[int | Fraction]) -> list[str]:
    """Each value by the largest of them; what is below zero has no bar."""
    largest = max(values, default=0)
    return [figures.rounded(Fraction(max(0, value)) * 100 / largest, 1) if largest > 0 else "0" for value in values]
