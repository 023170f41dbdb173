"""The nouns of receipts."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


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
class HourOfDay:
    """The sales of one hour of a business day, by the chain's clock; returns are not taken off."""

    day: date
    hour: int
    receipts: int
    of_members: int
    net_fen: int


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
class BoughtLine:
    """A line of a member: what went out or came back (thousandths), what was paid and what was taken off (fen)."""

    on: date
    receipt_id: int
    product_id: int | None
    quantity_milli: int
    discount_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True)
class DayOfVisits:
    """A business day of a member: how often they bought, and what they paid less what came back. A day of returns
    alone has no visit."""

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
    came_now: bool = True
    """Whether it came with the import that is settled; else it waited for its sale since an earlier one."""


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


@dataclass(slots=True)
class SettledReturns:
    """What an import's returns gave back of which sales."""

    pieces: list[tuple[array[int], array[int]]] = field(default_factory=list)
    """Of one member after the other: sales, and the returns that were just found to give back of them."""
    unexplained: int = 0
    """Returned lines of this import that no sale explains; those of earlier imports still wait and are not counted."""
    exchanged: dict[int, int] = field(default_factory=dict)
    """Of receipts that sell and take back at once the fen that went back for matched goods: those lose the points of
    their own sale, and not of this receipt."""


@dataclass(frozen=True, slots=True)
class SaleName:
    """How a return names its sale. Where its own source has no such sale, another source's is meant."""

    source: str
    store_id: int
    till: str
    business_date: date
    number: str


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """Which receipt this is, for ever (L4)."""

    source: str
    store_id: int
    till: str
    business_date: date
    number: str
    kind: str
    """sale or return."""

    @property
    def name(self) -> SaleName:
        return SaleName(self.source, self.store_id, self.till, self.business_date, self.number)


@dataclass(frozen=True, slots=True)
class KnownReceipt:
    """A receipt that was recorded before. `answer` is what the till was told, word by word; None: it came by file."""

    receipt_id: int
    digest: str
    answer: str | None


class TenderKind(StrEnum):
    CASH = "cash"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    POINTS = "points"
    OTHER = "other"


class Tender(NamedTuple):
    """What was paid one way, or paid back (fen, above zero)."""

    kind: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class PaidWay:
    """What a sale was paid with one way, and how much of it went back by returns (fen)."""

    kind: str
    paid_fen: int
    back_fen: int


@dataclass(frozen=True, slots=True)
class NewReceipt:
    """A sale or a return that happened. A return's amounts are negative or 0."""

    receipt_id: int
    key: ReceiptKey
    at: datetime
    channel: str
    member_id: int | None
    net_fen: int
    discount_fen: int
    line_count: int
    digest: str
    answer: str
    """What the till is told, word by word: a repeated receipt hears it again."""
    tenders: tuple[Tender, ...] = ()
    """How it was paid, or paid back; none where the till did not say."""


class NewLine(NamedTuple):
    """A line of a new receipt. A return's quantity and amounts are negative or 0.

    A tuple: some hundred thousand are made in a second, and a frozen dataclass takes three times as long.
    """

    receipt_id: int
    business_date: date
    line: int
    product_id: int | None
    """None in a return whose sale is not here yet: only the sale knows the goods."""
    quantity_milli: int
    unit_price: Decimal | None
    """In currency units."""
    discount_fen: int
    net_fen: int
    sale_line: int | None = None
    """Of a return: the line of its sale that comes back."""


@dataclass(frozen=True, slots=True)
class NamedSale:
    """What stands under the name of a sale: the sale, or else a return of that number."""

    receipt_id: int
    business_date: date
    kind: str
    member_id: int | None


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """A line of a sale, and what came back of it so far (thousandths and fen, positive)."""

    line: int
    product_id: int
    quantity_milli: int
    net_fen: int
    returned_milli: int = 0
    refunded_fen: int = 0


@dataclass(frozen=True, slots=True)
class SoldSale:
    """A sale that is locked, its lines, and all that came back of them, oldest first.

    It has no lines where its month has left the books for the lake.
    """

    receipt_id: int
    business_date: date
    member_id: int | None
    at: datetime | None
    lines: tuple[SoldGoods, ...]
    back: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """How much of a sale's line comes back (thousandths), and what was paid back for it (fen); both positive."""

    line: int
    sale_line: int
    quantity_milli: int
    net_fen: int


class RefundOff(NamedTuple):
    """A line of a sale for which a return paid back another amount than is due for what came back (fen)."""

    sale_line: int
    paid_back_fen: int
    due_fen: int


@dataclass(frozen=True, slots=True)
class ParkedReturn:
    """A return that waits for its sale."""

    receipt_id: int
    store_id: int
    """Where it came back."""
    business_date: date
    at: datetime
    sale: SaleName
    lines: tuple[ReturnedLine, ...]
