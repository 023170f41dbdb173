"""The cheapest of a group free: 买二送一."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from huitou.offers.rules.forms import SHARE_SCALE, Deal, Slot, Trouble, Values
from huitou.offers.rules.rounding import most_shared, share
from huitou.offers.terms import HUNDRED_PERCENT, Goods, Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapestFree(Deal):
    """Of every `group` units the `free` cheapest cost nothing (or `percent` less)."""

    kind: ClassVar[str] = "cheapest_free"
    by_cheapness: ClassVar[bool] = True

    goods: Goods = field(default_factory=Goods)
    group: int
    free: int = 1
    percent: Percent = HUNDRED_PERCENT

    def slots(self) -> tuple[Slot, ...]:
        return (Slot(self.goods, self.group),)

    def off(self, values: Sequence[Values]) -> int:
        return share(sum(values[0][: self.free]), self.percent)

    def unit_share(self, value: int) -> int:
        # The cheapest are worth no more than as many at the mean.
        mean = value * SHARE_SCALE * self.percent * self.free // (HUNDRED_PERCENT * self.group)
        return mean + SHARE_SCALE // (2 * self.group) + 2

    def most_saved(self, groups: Sequence[Sequence[Values]]) -> int:
        # Whatever is grouped: of the k dearest units no more are free than when the dearest are grouped first.
        if self.free == 1 or self.percent == HUNDRED_PERCENT:
            return sum(map(self.off, groups))
        return most_shared([sum(values[0][: self.free]) for values in groups], self.percent)

    def kept(self, worth: int) -> int:
        return HUNDRED_PERCENT - -(-self.percent * self.free // self.group)

    def troubles(self) -> Iterator[Trouble]:
        yield from Deal.troubles(self)
        if not 0 < self.free <= self.group:
            yield "more_free_than_bought", "get.free"
        elif self.free == self.group:
            yield "every_unit_is_the_cheapest", "get.free"
        if not 0 < self.percent <= HUNDRED_PERCENT:
            yield "percent_out_of_range", "get.percent"
