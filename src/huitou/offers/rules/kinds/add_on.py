"""An add-on at a price: 加1元换购."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from huitou.offers.rules.forms import Deal, Slot, Trouble, Values
from huitou.offers.terms import Fen, Goods


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOn(Deal):
    """Whoever has bought what `buy` asks may take a unit of `goods` for `price`, `times` a receipt."""

    kind: ClassVar[str] = "add_on"
    suggests: ClassVar[bool] = True

    goods: Goods
    price: Fen
    times: int = 1

    def slots(self) -> tuple[Slot, ...]:
        return (Slot(self.goods, 1),)

    def off(self, values: Sequence[Values]) -> int:
        return max(0, values[0][0] - self.price)

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        return sum(map(self.off, groups))

    def asked_price(self) -> int | None:
        return self.price

    def most_applications(self) -> int | None:
        return self.times

    def troubles(self) -> Iterator[Trouble]:
        yield from Deal.troubles(self)
        if self.times < 1:
            yield "number_below_one", "get.times"
