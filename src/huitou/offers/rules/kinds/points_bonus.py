"""More points: 生日月双倍积分, or a number of points on top."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from huitou.offers.rules.forms import Benefit, Trouble, Won
from huitou.offers.terms import HUNDRED_PERCENT, NO_POINTS, Offer, Percent, Points


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsBonus(Benefit):
    """`add` points; and `multiply` times the points of the rules for its goods, of which one time is theirs already."""

    kind: ClassVar[str] = "points_bonus"

    multiply: Percent = HUNDRED_PERCENT
    """In percent: 200 doubles."""
    add: Points = NO_POINTS

    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        more = won.base_points * (self.multiply - HUNDRED_PERCENT) // HUNDRED_PERCENT
        points = more + self.add
        return {"points": points} if points > 0 else {}

    def troubles(self) -> Iterator[Trouble]:
        if self.multiply < HUNDRED_PERCENT:
            yield "bonus_takes_points", "get.multiply"
        if self.multiply == HUNDRED_PERCENT and self.add == 0:
            yield "gives_nothing", "get"
