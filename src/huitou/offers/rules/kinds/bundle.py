"""A bundle at a price: 3件99元, 周末家庭套餐; mix and match over groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from huitou.offers.rules.forms import SHARE_SCALE, Deal, Slot, Trouble, Values
from huitou.offers.rules.rounding import most_shared, share
from huitou.offers.terms import HUNDRED_PERCENT, Fen, Goods, Percent


@dataclass(frozen=True, slots=True)
class Group:
    """So many pieces of these goods, freely mixed."""

    goods: Goods = field(default_factory=Goods)
    pieces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle(Deal):
    """One piece or more of every group, together at a price, or cheaper by a percentage or an amount."""

    kind: ClassVar[str] = "bundle"

    groups: tuple[Group, ...]
    price: Fen | None = None
    percent: Percent | None = None
    amount: Fen | None = None

    def slots(self) -> tuple[Slot, ...]:
        return tuple(Slot(group.goods, group.pieces) for group in self.groups)

    def off(self, values: Sequence[Values]) -> int:
        worth = sum(map(sum, values))
        if self.price is not None:
            return max(0, worth - self.price)
        if self.percent is not None:
            return share(worth, self.percent)
        return min(self.amount or 0, worth)

    def unit_share(self, value: int) -> int:
        pieces = sum(group.pieces for group in self.groups)
        if self.price is not None:
            return max(0, value * SHARE_SCALE - self.price * SHARE_SCALE // pieces)
        if self.percent is not None:
            return value * SHARE_SCALE * self.percent // HUNDRED_PERCENT + SHARE_SCALE // (2 * pieces) + 2
        return (self.amount or 0) * SHARE_SCALE // pieces + 1

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        if self.percent is not None:
            return most_shared([sum(map(sum, values)) for values in groups], self.percent)
        if self.price is not None:
            return sum(map(self.off, groups))
        return len(groups) * (self.amount or 0)

    def kept(self, worth: int) -> int:
        if self.price is not None:
            return HUNDRED_PERCENT * self.price // max(worth, self.price, 1)
        return 0 if self.percent is None else HUNDRED_PERCENT - self.percent

    def price_together(self) -> int | None:
        return self.price

    def troubles(self) -> Iterator[Trouble]:
        yield from Deal.troubles(self)
        if sum(value is not None for value in (self.price, self.percent, self.amount)) != 1:
            yield "gives_one_thing", "get"
        if self.percent is not None and not 0 < self.percent <= HUNDRED_PERCENT:
            yield "percent_out_of_range", "get.percent"
        if self.amount == 0:
            yield "amount_below_one_fen", "get.amount"
