"""Stamps for a card: 集点."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from huitou.offers.rules.forms import Benefit, Trouble, Won
from huitou.offers.terms import NO_FEN, Fen, Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps(Benefit):
    """`count` stamps, or so many for every full `per_amount` paid for the goods of the first need."""

    kind: ClassVar[str] = "stamps"

    count: int = 1
    per_amount: Fen = NO_FEN

    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        stamps = self.count * (won.amount // self.per_amount if self.per_amount else 1)
        return {"stamps": stamps} if stamps > 0 else {}

    def troubles(self) -> Iterator[Trouble]:
        if self.count < 1:
            yield "number_below_one", "get.count"
