"""The nouns of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreSeen:
    id: int
    code: str
    name: str
    district: str


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """`category` is its whole path (`生鲜/水果`), or empty."""

    id: int
    sku: str
    name: str
    category: str
