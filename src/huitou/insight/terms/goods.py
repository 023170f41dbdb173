"""What insight knows of products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class GoodsSeen:
    """What a product sold in a store, or (no store) in the chain, in the newest four whole weeks; beside them the four
    weeks before and those a year ago, and the 52 weeks that tell its usual price. Quantities in thousandths, fen."""

    product_id: int
    store_id: int | None
    times: int
    net_fen: int
    member_fen: int
    sold_milli: int
    sold_fen: int
    promoted_fen: int
    before_fen: int
    before_times: int
    year_before_fen: int
    year_sold_milli: int
    year_sold_fen: int
    year_promoted_fen: int

    @property
    def usual_price(self) -> Fraction | None:
        """Fen for a piece or kilogram, on the average of 52 weeks; None where none went out."""
        return Fraction(self.year_sold_fen * 1000, self.year_sold_milli) if self.year_sold_milli > 0 else None


@dataclass(frozen=True, slots=True)
class GoodsSold:
    """What several products sold together, now, before and a year ago (fen)."""

    products: int
    net_fen: int
    before_fen: int
    year_before_fen: int
    member_fen: int


@dataclass(frozen=True, slots=True)
class Buyers:
    """Members who bought a product in 13 weeks, those of them who bought it on two days or more, and their layers."""

    members: int
    again: int
    by_layer: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BoughtWith:
    """Of `baskets` baskets so many hold the product, so many the other, and so many both."""

    other_id: int
    together: int
    of_product: int
    of_other: int
    baskets: int
    since: date
    until: date

    @property
    def lift(self) -> Fraction:
        """How much more often than by chance: 1 is chance."""
        return Fraction(self.together * self.baskets, self.of_product * self.of_other)


@dataclass(frozen=True, slots=True)
class WeekOfGoods:
    """A week of a product, by its Monday."""

    week_on: date
    net_fen: int
    times: int
    sold_milli: int
    sold_fen: int
    discount_fen: int

    @property
    def paid(self) -> Fraction | None:
        """Fen for a piece or kilogram as it was paid ..."""
        return Fraction(self.sold_fen * 1000, self.sold_milli) if self.sold_milli > 0 else None

    @property
    def listed(self) -> Fraction | None:
        """... and before discounts."""
        gross = self.sold_fen + self.discount_fen
        return Fraction(gross * 1000, self.sold_milli) if self.sold_milli > 0 else None
