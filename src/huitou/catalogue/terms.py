"""The nouns of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StoreSeen:
    id: int
    code: str
    name: str
    district: str
    zone: str = ""
    """The name of its time zone; empty: the chain's."""
    day_starts_at: int = 0
    """The hour in which its business day begins, 0 to 23."""
    site: Site | None = None
    """None: nobody has told it yet."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a store stands (degrees of WGS 84), and when it is open by its own clock."""

    latitude: Decimal
    longitude: Decimal
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """`category` is its whole path (`生鲜/水果`), or empty."""

    id: int
    sku: str
    name: str
    category: str
