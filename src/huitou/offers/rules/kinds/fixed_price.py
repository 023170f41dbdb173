"""A fixed unit price: member price, flash price."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.offers.rules.forms import Reduction, Trouble
from huitou.offers.terms import HUNDRED_PERCENT, Fen, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice(Reduction):
    """Each unit costs `price`, where that is less."""

    kind: ClassVar[str] = "fixed_price"
    stages: ClassVar[tuple[Stage, ...]] = ("price", "item", "coupon")

    price: Fen

    def usual_per(self, stage: Stage) -> Literal["unit", "line", "lot"]:
        return "unit"

    @property
    def strength(self) -> int:
        return -self.price

    @property
    def growth(self) -> int:
        return HUNDRED_PERCENT

    def asked_price(self) -> int | None:
        return self.price

    def off(self, amount: int, pieces: int) -> int:
        return max(0, amount - self.price * pieces)

    def troubles(self) -> Iterator[Trouble]:
        yield from Reduction.troubles(self)
        if self.per not in (None, "unit"):
            yield "fixed_price_is_per_unit", "get.per"
