"""A gift beside the purchase: 满赠."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from huitou.offers.rules.forms import Benefit, Trouble, Won
from huitou.offers.terms import Name, Offer


@dataclass(frozen=True, slots=True)
class Present:
    sku: Name
    pieces: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift(Benefit):
    """The cashier hands out `gifts`. What is scanned as a purchase stays one: for that there is `buy_get`."""

    kind: ClassVar[str] = "gift"

    gifts: tuple[Present, ...]
    every: bool = False
    """Once for every full time that the first need holds."""
    less_scanned: bool = False
    """Pieces of it that lie in the basket already are not handed out again."""

    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        times = 1
        if self.every and offer.buy:
            need = offer.buy[0]
            by_amount = [won.amount // need.least_amount] if need.least_amount else []
            by_pieces = [won.pieces // need.least_pieces] if need.least_pieces else []
            times = min(by_amount + by_pieces, default=1)
        handed = Counter[str]()
        for gift in self.gifts:
            handed[gift.sku] += gift.pieces * times
        if self.less_scanned:
            handed.subtract({sku: won.scanned.get(sku, 0) for sku in handed})
        gifts = [{"sku": sku, "pieces": pieces} for sku, pieces in handed.items() if pieces > 0]
        return {"gifts": gifts} if gifts else {}

    def troubles(self) -> Iterator[Trouble]:
        if not self.gifts:
            yield "gives_nothing", "get.gifts"
        if any(gift.pieces < 1 for gift in self.gifts):
            yield "number_below_one", "get.gifts"
