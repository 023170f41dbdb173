"""The n-th unit cheaper: 第二件半价."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from huitou.offers.rules.forms import SHARE_SCALE, Deal, Slot, Trouble, Values
from huitou.offers.rules.rounding import share
from huitou.offers.terms import HALF, HUNDRED_PERCENT, Goods, Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class NthUnit(Deal):
    """Of every `n` units the cheapest gets `percent` off."""

    kind: ClassVar[str] = "nth_unit"
    by_cheapness: ClassVar[bool] = True

    goods: Goods = field(default_factory=Goods)
    n: int = 2
    percent: Percent = HALF

    def slots(self) -> tuple[Slot, ...]:
        return (Slot(self.goods, self.n),)

    def off(self, values: Sequence[Values]) -> int:
        return share(values[0][0], self.percent)

    def unit_share(self, value: int) -> int:
        # The cheapest is worth no more than the mean.
        mean = value * SHARE_SCALE * self.percent // (HUNDRED_PERCENT * self.n)
        return mean + SHARE_SCALE // (2 * self.n) + 2

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        # Whatever is grouped: of the k dearest units one in n at most is the cheapest of its group.
        return sum(map(self.off, groups))

    def kept(self, worth: int) -> int:
        return HUNDRED_PERCENT - -(-self.percent // self.n)

    def troubles(self) -> Iterator[Trouble]:
        yield from Deal.troubles(self)
        if self.n == 1:
            yield "every_unit_is_the_cheapest", "get.n"
        if not 0 < self.percent <= HUNDRED_PERCENT:
            yield "percent_out_of_range", "get.percent"
