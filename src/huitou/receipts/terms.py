"""The nouns of receipts."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from huitou.kernel.errors import N_


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


@dataclass(frozen=True, slots=True)
class ParkedReturn:
    """A return that waits for its sale."""

    receipt_id: int
    business_date: date
    at: datetime
    sale: SaleName
    lines: tuple[ReturnedLine, ...]


class ConflictKind(StrEnum):
    """What a till did that does not fit the books."""

    NUMBER_USED_TWICE = "number_used_twice"
    POINTS_HONOURED = "points_honoured"
    """Spent while the till was offline, and no longer there."""
    POINTS_UNPROVEN = "points_unproven"
    """Spent while the till was offline, without the member's code or a hold that one made."""
    RETURNED_MORE_THAN_SOLD = "returned_more_than_sold"
    RETURN_OF_RETURN = "return_of_return"
    """It came before the receipt that it names, and that one turned out to be a return."""
    COUPON_HONOURED = "coupon_honoured"
    """Used while the till was offline, and not to be used then: by somebody else meanwhile, too late, by another."""
    OFFER_OVER_LIMIT = "offer_over_limit"
    """Given beyond an offer's budget or limits, since it had happened."""
    OFFLINE_UNPROVEN = "offline_unproven"
    """It says that a till sold it by a bundle, and the signature does not prove it."""
    BUNDLE_ENDED = "bundle_ended"
    """Points or coupons were used by a bundle that no longer vouched for people."""
    POINTS_PAID_OTHERWISE = "points_paid_otherwise"
    """Points paid, or were paid back, and the amount beside them is not what the chain says."""


WHAT_HAPPENED: dict[ConflictKind, tuple[str, str]] = {
    ConflictKind.NUMBER_USED_TWICE: (
        N_("A number was used for two sales"),
        N_("The second one was acknowledged and not recorded. Look whether it is the same sale, said otherwise."),
    ),
    ConflictKind.POINTS_HONOURED: (
        N_("Points were spent that were not there"),
        N_("The till was offline. The sale stands, and the missing points are the chain's."),
    ),
    ConflictKind.POINTS_UNPROVEN: (
        N_("Points were spent without the member's code"),
        N_("The till was offline. The sale stands, and the points were taken. Ask the member where in doubt."),
    ),
    ConflictKind.RETURNED_MORE_THAN_SOLD: (
        N_("More came back than was sold"),
        N_("The money was paid back at the till. The return takes no points back."),
    ),
    ConflictKind.RETURN_OF_RETURN: (
        N_("A return names a return"),
        N_("It came first, so nobody could refuse it. It waits, and takes no points back."),
    ),
    ConflictKind.COUPON_HONOURED: (
        N_("A coupon was used that could not be used"),
        N_("The till was offline. The sale stands with its discount; the reason stands beside the coupon."),
    ),
    ConflictKind.OFFER_OVER_LIMIT: (
        N_("More was given than an offer allows"),
        N_("The sale had happened. What went beyond the offer's budget or limits is counted apart."),
    ),
    ConflictKind.OFFLINE_UNPROVEN: (
        N_("An offline receipt is not proven"),
        N_("Its signature is not that of a till of this store. It stands as it was sent; look where it comes from."),
    ),
    ConflictKind.BUNDLE_ENDED: (
        N_("Points or coupons were used by an old bundle"),
        N_("The till had been alone for more than 48 hours. The sale stands; ask the store why it went on."),
    ),
    ConflictKind.POINTS_PAID_OTHERWISE: (
        N_("Points paid another amount than they are worth"),
        N_("The till was offline, or came late. It stands as it was sent; the reason stands beside the points."),
    ),
}
"""Of each kind what happened, and how it stands."""


@dataclass(frozen=True, slots=True)
class NewConflict:
    """Recorded all the same, and listed for a person. `body` names the member by number alone: no phone, no card."""

    kind: ConflictKind
    store_id: int
    source: str
    digest: str
    body: Mapping[str, Any] = field(default_factory=dict)
    receipt_id: int | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictSeen:
    """A conflict as pages list it."""

    id: int
    kind: ConflictKind
    store_id: int
    receipt_id: int | None
    member_id: int | None
    source: str
    body: Mapping[str, Any]
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str = ""
    resolved_note: str = ""


@dataclass(frozen=True, slots=True)
class ImportSeen:
    """An import as lists and pages show it. `rows_waiting`: refused rows that nobody has taken or dismissed yet;
    none of an import that was undone."""

    id: int
    kind: str
    """What its rows are: receipts, members, products, ..."""
    source: str
    file_name: str
    file_digest: str
    mapping: Mapping[str, str]
    reading: Mapping[str, Any]
    """How the file was read besides its mapping."""
    actor: str
    started_at: datetime
    report: Mapping[str, Any]
    mends: int | None
    """The import whose refused rows it took in later."""
    rows_left: int
    """Rows that have left the books by an undo."""
    undone_at: datetime | None
    undone_by: str
    undo: Mapping[str, Any]
    """What its undo took away."""
    rows_waiting: int

    @property
    def state(self) -> str:
        """`taken` or `undone`."""
        return "taken" if self.undone_at is None else "undone"


@dataclass(frozen=True, slots=True)
class Standing:
    """What leaves with an undo (amount in fen), and how many receipts stay because somebody else brought them too.

    `of_others` of the receipts were taken by an import that is undone already.
    """

    receipts: int
    rows: int
    net_fen: int
    of_others: int
    kept: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row as lists show it. `cells` as the file had them, `mended` those that somebody changed, by field.

    A row that could not be cut into cells has one cell, `raw`. A phone shows its mask alone; `sealed` says that the
    number itself is kept, sealed. `state`: waiting, taken or dismissed.
    """

    id: int
    row_number: int
    code: str
    detail: str
    """Why, in English, for the doors to translate and fill with `facts`."""
    facts: Mapping[str, Any]
    cells: Mapping[str, str]
    mended: Mapping[str, str]
    sealed: bool
    state: str
    taken_by: int | None
    dismissed_because: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits, as it is judged anew: its cells as mended. `raw`: the file's row was not cut into cells."""

    id: int
    row_number: int
    code: str
    cells: Mapping[str, str]
    raw: bool
    receipt_key: str
    """Of such a row: a keyed digest of its receipt's number, empty where it says none."""
    sealed: bytes | None
    mended: bool = False
    """Whether somebody changed a cell."""


@dataclass(frozen=True, slots=True)
class MendedRow:
    """What somebody typed over cells of a waiting row (by id): as it is shown, and the row's hidden cells, sealed."""

    id: int
    shown: Mapping[str, str]
    sealed: bytes | None
    owner_indexes: Sequence[bytes]
