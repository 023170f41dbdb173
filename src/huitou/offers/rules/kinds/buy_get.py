"""Buy A, get B cheaper or free."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from huitou.offers.rules.forms import Deal, Slot, Trouble, Values
from huitou.offers.rules.rounding import most_shared, share
from huitou.offers.terms import HUNDRED_PERCENT, Fen, Goods, Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyGet(Deal):
    """`buy_pieces` of `buy_goods` make `get_pieces` of `get_goods` free, or cheaper by one of the three."""

    kind: ClassVar[str] = "buy_get"
    gives_cheapest: ClassVar[bool] = True
    by_cheapness: ClassVar[bool] = True

    buy_goods: Goods = field(default_factory=Goods)
    buy_pieces: int = 1
    get_goods: Goods = field(default_factory=Goods)
    get_pieces: int = 1
    percent: Percent | None = None
    amount: Fen | None = None
    """Off each given unit."""
    price: Fen | None = None
    """Of each given unit."""

    def slots(self) -> tuple[Slot, ...]:
        return (Slot(self.buy_goods, self.buy_pieces), Slot(self.get_goods, self.get_pieces))

    def off(self, values: Sequence[Values]) -> int:
        given = values[1]
        if self.amount is not None:
            return sum(min(self.amount, value) for value in given)
        if self.price is not None:
            return sum(max(0, value - self.price) for value in given)
        return share(sum(given), HUNDRED_PERCENT if self.percent is None else self.percent)

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        if self.amount is not None or self.price is not None or self.get_pieces == 1:
            return sum(map(self.off, groups))
        percent = HUNDRED_PERCENT if self.percent is None else self.percent
        return most_shared([sum(given) for _, given in groups], percent)

    def asked_price(self) -> int | None:
        return self.price

    def priced(self) -> tuple[Slot, ...]:
        return (Slot(self.get_goods, 1),)

    def troubles(self) -> Iterator[Trouble]:
        yield from Deal.troubles(self)
        if sum(value is not None for value in (self.percent, self.amount, self.price)) > 1:
            yield "gives_one_thing", "get"
        if self.percent is not None and not 0 < self.percent <= HUNDRED_PERCENT:
            yield "percent_out_of_range", "get.percent"
        if self.amount == 0:
            yield "amount_below_one_fen", "get.amount"
