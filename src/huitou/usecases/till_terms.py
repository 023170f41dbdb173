"""What a till says: sales and returns as plain values, after the door has read them and before anybody decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from huitou.kernel.errors import HuitouError
from huitou.members.terms import MemberRef
from huitou.privacy import service as privacy
from huitou.receipts.terms import Tender

__all__ = [
    "BatchLine",
    "MemberRef",
    "Return",
    "ReturnLine",
    "Sale",
    "SaleLine",
    "SaleNamed",
    "Tender",
    "as_spelled_digest_of",
    "digest_of",
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
    coupons: tuple[str, ...] = ()
    """Codes as the till has them."""
    tenders: tuple[Tender, ...] = ()
    """How it was paid; none where the till does not say."""


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
class BatchLine:
    """One line of a batch: what it says, or why it cannot be read."""

    line: int
    """Counted from 1, as text editors do."""
    said: Sale | Return | None
    refusal: HuitouError | None = None
    """Where `said` is None."""


def digest_of(said: Sale | Return) -> str:
    """The same for the same contents, whatever the spelling: 64 hexadecimal digits over every field.

    A moment is the same moment under every offset from UTC, lines are the same lines in every order.
    """
    in_order = tuple(sorted(said.lines, key=lambda line: line.line))  # type: ignore[attr-defined]
    return as_spelled_digest_of(replace(said, at=said.at.astimezone(UTC), lines=in_order))


def as_spelled_digest_of(said: Sale | Return) -> str:
    """What stands beside receipts of before 28 November 2026: offset and order of lines as the till wrote them."""
    return privacy.keyed_digest(repr(_plain(said)), purpose="receipt")


def _plain(said: Sale | Return) -> tuple[object, ...]:
    head = (said.store, said.till, said.number, str(said.business_date), said.at.isoformat(), said.channel)
    if isinstance(said, Return):
        sale = said.sale
        named = (sale.store, sale.till, str(sale.business_date), sale.number)
        returned = tuple((line.line, line.sale_line, line.quantity_milli, line.amount_fen) for line in said.lines)
        return ("return", *head, named, returned, *_tenders(said))
    member = (said.member.kind, said.member.value) if said.member else None
    plain = ("sale", *head, member, tuple(map(_line, said.lines)), said.points_used, said.hold)
    if said.programme is said.quoted_at is None and not said.coupons:  # as it was before there were any
        return (*plain, *_tenders(said))
    quoted_at = None if said.quoted_at is None else said.quoted_at.astimezone(UTC).isoformat()
    return (*plain, said.programme, quoted_at, tuple(sorted(said.coupons)), *_tenders(said))


def _tenders(said: Sale | Return) -> tuple[object, ...]:
    """Nothing where none were said: as it was before there were any."""
    return (("tenders", *map(tuple, said.tenders)),) if said.tenders else ()


def _line(line: SaleLine) -> tuple[object, ...]:
    price = None if line.unit_price is None else f"{line.unit_price:.4f}"
    return (
        line.line,
        line.sku,
        line.name,
        line.category,
        line.quantity_milli,
        price,
        line.discount_fen,
        line.amount_fen,
    )
