"""The nouns of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum


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
    """None: nobody has told it yet. So it is with the hours, and each is told without the other."""
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Where a store stands, in degrees of WGS 84."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Hours:
    """When a store is open by its own clock; from midnight to midnight: round the clock."""

    opens_at: time
    closes_at: time


class CodeKind(StrEnum):
    """What a till scans or keys in for a product, besides its sku."""

    BARCODE = "barcode"
    PLU = "plu"


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """`category` is its whole path (`生鲜/水果`), or empty."""

    id: int
    sku: str
    name: str
    category: str


@dataclass(frozen=True, slots=True)
class OnSale:
    """A product as offers know it. `price_fen` is for a kilogram of weighed goods, else for a piece."""

    id: int
    sku: str
    name: str
    category: str
    brand: str
    supplier: str
    weighed: bool
    price_fen: int | None
    promotable: bool


@dataclass(frozen=True, slots=True)
class OnTheShelf:
    """A product as its shelf label knows it. `pack` says what a piece holds; `ean` is the first barcode of a piece."""

    on_sale: OnSale
    pack: str
    ean: str


@dataclass(frozen=True, slots=True)
class GoodsSeen:
    """What a till's code means for a price. `price_fen` is for a kilogram of weighed goods, else for a piece."""

    id: int
    sku: str
    category: str
    brand: str
    supplier: str
    weighed: bool
    price_fen: int | None
    promotable: bool
    pieces: int
    """How many pieces the pack holds that bears the code."""
    weight_g: int | None = None
    """What the label of a scale says that the goods weigh."""
    label_fen: int | None = None
    """What the label says that they cost."""


@dataclass(frozen=True, slots=True)
class OnTheList:
    """A product on the price list of a till. `price_fen` is for a kilogram of weighed goods, else for a piece."""

    sku: str
    name: str
    category: str
    weighed: bool
    price_fen: int | None
    promotable: bool
    codes: tuple[tuple[str, int], ...]
    """(code, pieces of the pack that bears it): its barcodes and its PLU."""


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """The product that a code means. `price_fen` is for a kilogram of weighed goods, else for a piece."""

    sku: str
    name: str
    category: str
    brand: str
    supplier: str
    pack: str
    weighed: bool
    price_fen: int | None
    promotable: bool
    pieces: int
    """How many pieces the pack holds that bears the code."""
    codes: tuple[tuple[str, str, int], ...]
    """(kind, code, pieces) of all that a till scans or keys in for it."""
    weight_g: int | None = None
    """What the label says that the goods weigh."""

    @property
    def shelf_price_fen(self) -> int | None:
        """As the shelf shows it: of weighed goods for 斤, half a kilogram, half a fen away from zero."""
        if self.price_fen is None or not self.weighed:
            return self.price_fen
        return (self.price_fen + 1) // 2


@dataclass(frozen=True, slots=True)
class ChainSeen:
    """What the first-run wizard was told; `finished_at` is None until it was gone through."""

    name: str
    language: str
    currency: str
    zone: str
    finished_at: datetime | None
