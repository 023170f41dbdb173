"""The nouns of offers beside each other, and on receipts that were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from huitou.offers.terms import NO_FEN, Fen, Funded, PriceRequest


@dataclass(frozen=True, slots=True)
class Meeting:
    """An offer that meets another one: `way` is a code of `rules/meeting.WAYS`, `first` the id of the one that is
    reckoned first, `products` how many products both take."""

    offer: str
    verdict: Literal["both", "one_of"]
    way: str
    first: str
    products: int
    examples: tuple[str, ...]
    """Some of these products, by sku."""
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Two offers on the smallest basket on which each gives something by itself."""

    sku: str
    pieces: int
    before: Fen
    off_alone: Fen
    """What the draft takes off by itself."""
    off_other: Fen
    off_both: Fen
    applied: bool
    """The draft is among what the engine chose for both together."""
    other_applied: bool


@dataclass(frozen=True, slots=True)
class PastReceipt:
    """A receipt that was: its basket at shelf prices, and when, where and for whom it was priced."""

    id: int
    name: str
    request: PriceRequest


@dataclass(frozen=True, slots=True)
class WalkedThrough:
    """A past receipt as a draft would have made it. `reason`: a code of `rules/reasons.py`, empty where it applies."""

    id: int
    name: str
    before: Fen
    """What it costs without the draft."""
    after: Fen
    reason: str
    missing: Fen = NO_FEN
    given: Mapping[str, int] = field(default_factory=dict)
    """What the draft gives beside the price: points, stamps, gifts, coupons, deliveries."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a draft would have cost on receipts that were, had everybody bought just what they bought."""

    receipts: int
    touched: int
    """Those with goods of the draft."""
    used: int
    off: Fen
    """What the draft took off."""
    cost: Fen
    """What the customers paid less than without it: other offers may have given way."""
    low: Fen
    high: Fen
    """The 95 % interval of `cost` for as many receipts like these."""
    sales: Fen
    """Of the receipts that used it, without the draft."""
    funding: tuple[Funded, ...]
    points: int
    stamps: int
    gifts: int
    coupons: int
    displaced: tuple[tuple[str, Fen], ...]
    """Offers that gave less because of the draft, and how much less."""
    near: int
    """Receipts that lacked a little of its next step."""
    unproven: int
    """Receipts whose price was not proven in time."""
    amounts: tuple[int, ...]
    """Touched receipts by the amount of the draft's goods, a step of `step` each; the last holds all above."""
    step: Fen
    reasons: tuple[tuple[str, int], ...]
    """Of the touched receipts that did not use it, by the code of the reason."""
    walked: tuple[WalkedThrough, ...]
