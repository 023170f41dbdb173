"""Percent off goods: 8 折 is 20 percent off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from huitou.offers.rules.forms import Reduction, Trouble
from huitou.offers.rules.rounding import share
from huitou.offers.terms import HUNDRED_PERCENT, Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentOff(Reduction):
    """`percent` off every unit (or line, or the lot)."""

    kind: ClassVar[str] = "percent_off"

    percent: Percent

    @property
    def strength(self) -> int:
        return self.percent

    @property
    def slope(self) -> int:
        return self.percent

    @property
    def most_share(self) -> int:
        return self.percent

    @property
    def by_percent(self) -> bool:
        return True

    def off(self, amount: int, pieces: int) -> int:
        return share(amount, self.percent)

    def troubles(self) -> Iterator[Trouble]:
        yield from Reduction.troubles(self)
        if not 0 < self.percent <= HUNDRED_PERCENT:
            yield "percent_out_of_range", "get.percent"
