"""The nouns of receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """A sale or a return as pages show it; a return's amounts are negative."""

    id: int
    number: str
    store_id: int
    till: str
    channel: str
    kind: str
    at: datetime
    business_date: date
    net_fen: int
    discount_fen: int
    line_count: int


@dataclass(frozen=True, slots=True)
class LineSeen:
    """`unit_price` is in currency units, finer than a fen; `quantity_milli` in thousandths."""

    receipt_id: int
    line: int
    product_id: int
    quantity_milli: int
    unit_price: Decimal | None
    discount_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class DayOfVisits:
    """A business day on which a member bought: how often, and what was left of it after returns that day."""

    on: date
    visits: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class HourOfVisits:
    """Receipts in one hour of one weekday (1 is Monday, 7 is Sunday), by the clock of the chain."""

    weekday: int
    hour: int
    receipts: int


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """A returned line of a member, and how much of it no sale explains yet (thousandths, positive)."""

    member: int
    product: int
    receipt: int
    line: int
    at: datetime
    open_milli: int
    in_sale: bool = False
    """Whether it stands on a receipt that also sells: an exchange, or a voided line."""
    given_fen: int = 0
    """What was given back for what is open (fen, positive)."""


@dataclass(frozen=True, slots=True)
class SoldLine:
    """A sold line of a member, and how much of it may still come back (thousandths, positive)."""

    member: int
    product: int
    receipt: int
    line: int
    at: datetime
    left_milli: int


@dataclass(frozen=True, slots=True)
class Match:
    """So much of a returned line gives back a sold line (thousandths, positive)."""

    return_receipt: int
    return_line: int
    sale_receipt: int
    sale_line: int
    quantity_milli: int
