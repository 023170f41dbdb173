"""A coupon for next time: 买生鲜送烘焙券."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from huitou.offers.rules.forms import Benefit, Trouble, Won
from huitou.offers.terms import Name, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class NextCoupon(Benefit):
    """`count` coupons of the kind `coupon`; they are granted with the receipt and never serve it."""

    kind: ClassVar[str] = "next_coupon"

    coupon: Name
    count: int = 1

    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        return {"coupons": [{"kind": self.coupon, "count": self.count}]}

    def troubles(self) -> Iterator[Trouble]:
        if self.count < 1:
            yield "number_below_one", "get.count"
