"""What a till says: baskets, sales, returns and people as plain values, after the door has read them and before anybody
decides. It needs no database: a till without its server reads the same words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from huitou.kernel.errors import HuitouError
from huitou.members.terms import MemberRef
from huitou.offers.service.reckoning import Scanned
from huitou.receipts.terms import Tender, TenderKind

__all__ = [
    "BasketAsked",
    "BatchLine",
    "EventSaid",
    "MemberRef",
    "Newcomer",
    "Return",
    "ReturnLine",
    "Sale",
    "SaleLine",
    "SaleNamed",
    "SoldAlone",
    "Tender",
]


class SaleLine(NamedTuple):
    """One line of a sale. Negative where goods came back within the same receipt. A tuple, like `receipts.NewLine`."""

    line: int
    sku: str
    name: str
    category: str
    quantity_milli: int
    unit_price: Decimal | None
    """In yuan; None where the till named none."""
    discount_fen: int
    amount_fen: int
    """What was paid for the line, after `discount_fen`."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that happened, as the till tells it. Known for ever by source, store, till, business date, number."""

    store: str
    """The store's code."""
    till: str
    number: str
    business_date: date | None
    """None: the date of `at` in the store's zone."""
    at: datetime
    """The till's clock, with its offset: data, not order."""
    channel: str
    member: MemberRef | None
    lines: tuple[SaleLine, ...]
    points_used: int = 0
    hold: str | None = None
    """The basket whose held points and coupons this sale spends."""
    programme: int | None = None
    """The version of the programme that quoted it; None: nobody quoted it here."""
    quoted_at: datetime | None = None
    """The moment of the quote, as the quote says it."""
    proof: str = ""
    """What the quote reckoned, as it signed it. Not what happened, so no part of what the sale is."""
    coupons: tuple[str, ...] = ()
    """Codes as the till has them."""
    tenders: tuple[Tender, ...] = ()
    """How it was paid; none where the till does not say."""

    @property
    def paid_in_points_fen(self) -> int:
        """What of it `points_used` paid; 0 where they were spent for something else."""
        return sum(one.amount_fen for one in self.tenders if one.kind == TenderKind.POINTS)

    @property
    def net_fen(self) -> int:
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """How much of one line of the sale came back: more than nothing, for nothing or more."""

    line: int
    sale_line: int
    quantity_milli: int
    amount_fen: int
    """What the customer got back for it."""


@dataclass(frozen=True, slots=True)
class SaleNamed:
    """The sale that a return names. It may not have arrived yet."""

    store: str
    till: str
    business_date: date
    number: str


@dataclass(frozen=True, slots=True)
class Return:
    """Goods that came back, as the till tells it."""

    store: str
    till: str
    number: str
    business_date: date | None
    at: datetime
    channel: str
    sale: SaleNamed
    lines: tuple[ReturnLine, ...]
    tenders: tuple[Tender, ...] = ()
    """By which ways the money went back."""


@dataclass(frozen=True, slots=True)
class SoldAlone:
    """What a till without its server adds to a receipt: its mark, as it was signed, and the words that it is over."""

    body: Mapping[str, Any]
    mark: Mapping[str, Any]
    signature: str
    sold_at: datetime
    """By the till's clock as it was corrected at its last contact with us."""
    shown: str
    """The member's code that was shown for the basket before; empty for none."""
    shown_at: datetime | None
    promised: frozenset[str] = frozenset()
    """The offers whose benefits it promised, by code."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of a batch: what it says, or why it cannot be read."""

    line: int
    """Counted from 1, as text editors do."""
    said: Sale | Return | None
    refusal: HuitouError | None = None
    """Where `said` is None."""
    alone: SoldAlone | None = None
    """Where a till sold by a bundle."""


@dataclass(frozen=True, slots=True)
class BasketAsked:
    """A basket as the door has read it. `store` is a code."""

    store: str
    till: str
    channel: str
    member: MemberRef | None
    lines: tuple[Scanned, ...]
    coupons: tuple[str, ...]
    hold: str | None
    """The basket's own key, where it holds coupons already."""
    deadline_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who registers, as the door has read it. `store` is a code."""

    name: str
    identities: tuple[MemberRef, ...]
    birthday: date | None
    store: str
    phone_proven: bool = False


@dataclass(frozen=True, slots=True)
class EventSaid:
    """An event as the door has read it. `store` is a code."""

    source_id: str
    kind: str
    at: datetime
    member: MemberRef | None
    store: str | None
    detail: dict[str, str | int | bool]
