"""Quantities are integer thousandths: 1000 is one piece or one kilogram, so a gram is 1."""

from __future__ import annotations

from decimal import Decimal
from typing import NewType

Milli = NewType("Milli", int)
"""Thousandths of a piece or of a kilogram (grams). Negative: goods that came back."""

ONE = Milli(1000)


def shown(quantity_milli: int) -> str:
    """As people write it: `2`, `1.352`, `-1`."""
    return f"{Decimal(quantity_milli).scaleb(-3).normalize():f}"
