"""An amount off goods: per unit, per line or once over the lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from huitou.offers.rules.forms import Reduction, Trouble
from huitou.offers.terms import Fen, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountOff(Reduction):
    """`amount` off, at most what the unit, the line or the lot is worth."""

    kind: ClassVar[str] = "amount_off"

    amount: Fen

    def usual_per(self, stage: Stage) -> Literal["unit", "line", "lot"]:
        return "unit" if stage == "price" else "lot"

    @property
    def strength(self) -> int:
        return self.amount

    def off(self, amount: int, pieces: int) -> int:
        return min(self.amount, amount)

    def troubles(self) -> Iterator[Trouble]:
        yield from Reduction.troubles(self)
        if self.amount <= 0:
            yield "amount_below_one_fen", "get.amount"
