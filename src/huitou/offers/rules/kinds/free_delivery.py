"""Free delivery: 包邮."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from huitou.offers.rules.forms import Benefit, Won
from huitou.offers.terms import Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeDelivery(Benefit):
    """The delivery fee is not charged."""

    kind: ClassVar[str] = "free_delivery"

    def give(self, offer: Offer, won: Won) -> dict[str, Any]:
        return {"delivery": "free"}
