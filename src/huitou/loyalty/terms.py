"""The nouns of loyalty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

POINTS = "points"


@dataclass(frozen=True, slots=True)
class LotSeen:
    """Points earned together. `expires_on` is the last day they can be spent; None: never expires."""

    id: int
    kind: str
    original: int
    remaining: int
    earned_at: datetime
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class PostingSeen:
    """What one transaction did to a member's points; negative: they went away."""

    id: int
    kind: str
    points: int
    rule: str
    rule_version: int
    posted_at: datetime
    business_date: date
    receipt_id: int | None


@dataclass(frozen=True, slots=True)
class SoldQuantity:
    """A line of a sale: what was bought (thousandths) and paid (fen)."""

    line: int
    quantity_milli: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Part of a sold line that a return gives back (thousandths)."""

    sale_line: int
    return_receipt: int
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """Points that a return takes back from the lot of its sale."""

    return_receipt: int
    sale_receipt: int
    points: int
