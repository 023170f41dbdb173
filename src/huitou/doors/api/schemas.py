"""What tills send, field by field, and how it becomes the plain values of `usecases.till_terms`.

Amounts and quantities are texts: a float of JSON has lost fen before anybody can look.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from huitou.offers.service.proving import MOST_CHARACTERS
from huitou.offers.service.reckoning import Scanned
from huitou.usecases.till_terms import (
    BasketAsked,
    MemberRef,
    Return,
    ReturnLine,
    Sale,
    SaleLine,
    SaleNamed,
    Tender,
)

MOST_LINES = 500

# No place on earth is further than 14 hours from UTC, and no database takes what is further than 16.
_OFFSET = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_MOMENT = rf"^20[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?{_OFFSET}$"
_DAY = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"
# No control characters; a name that keys something also begins and ends with a visible one.
TEXT = r"^[^\x00-\x1f\x7f]*$"
NAME = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"


def text_of(pattern: str, most: int, least: int = 1) -> Any:
    """A text of this form and length."""
    return StringConstraints(strict=True, pattern=pattern, min_length=least, max_length=most)


def read_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("moment", "no such moment") from error


def read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise PydanticCustomError("day", "no such day") from error


Amount = Annotated[str, text_of(r"^-?(0|[1-9][0-9]{0,9})\.[0-9]{2}$", 14), Field(examples=["12.80"])]
Discount = Annotated[str, text_of(r"^-?(0|[1-9][0-9]{0,9})\.[0-9]{2}$", 14), Field(examples=["0.00"])]
Refund = Annotated[str, text_of(r"^(0|[1-9][0-9]{0,9})\.[0-9]{2}$", 13), Field(examples=["12.80"])]
UnitPrice = Annotated[str, text_of(r"^(0|[1-9][0-9]{0,9})\.[0-9]{2,4}$", 15), Field(examples=["12.80"])]
Quantity = Annotated[str, text_of(r"^-?(0|[1-9][0-9]{0,8})\.[0-9]{3}$", 14), Field(examples=["1.000"])]
QuantityBack = Annotated[
    str, text_of(r"^(0\.(00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})|[1-9][0-9]{0,8}\.[0-9]{3})$", 13), Field(examples=["1.000"])
]
Code = Annotated[str, text_of(NAME, 40)]
Number = Annotated[str, text_of(NAME, 64), Field(examples=["000123"])]
Points = Annotated[StrictInt, Field(ge=0, le=1_000_000_000)]
LineNumber = Annotated[StrictInt, Field(ge=1, le=100_000)]
Moment = Annotated[
    str,
    text_of(_MOMENT, 40),
    AfterValidator(read_moment),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "pattern": _MOMENT, "examples": ["2026-11-25T10:15:00+08:00"]}
    ),
]
Day = Annotated[
    str,
    text_of(_DAY, 10),
    AfterValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY, "examples": ["2026-11-25"]}),
]


class Said(BaseModel):
    """A body: nothing but the fields that are known."""

    model_config = ConfigDict(extra="forbid")


Named = Literal[
    "card", "phone", "code", "external", "member",
    "openid", "unionid", "external_userid", "meituan", "eleme", "jd", "taobao", "douyin",
]  # fmt: skip
SPOKEN = {"external_userid": "wecom"}
"""What WeCom calls its own id."""


class MemberSaid(Said):
    """Who stands at the till. `code` is the dynamic code of the member's phone, `member` our own number."""

    kind: Named
    value: Annotated[
        str, text_of(NAME, 200), Field(description="At most 64 characters but of a `code`.", examples=["VIP-884422"])
    ]

    @model_validator(mode="after")
    def _only_codes_are_long(self) -> MemberSaid:
        if self.kind != "code" and len(self.value) > 64:
            raise PydanticCustomError("string_too_long", "longer than 64", {"max_length": 64})
        return self

    def ref(self) -> MemberRef:
        return MemberRef(SPOKEN.get(self.kind, self.kind), self.value)


class LineSaid(Said):
    line: LineNumber
    sku: Annotated[str, text_of(NAME, 64)]
    name: Annotated[str, text_of(TEXT, 200, 0)] = ""
    category: Annotated[str, text_of(TEXT, 200, 0), Field(description="The whole path: `生鲜/水果`.")] = ""
    quantity: Annotated[Quantity, Field(description="Pieces or kilograms; negative where goods came back.")]
    unit_price: UnitPrice | None = None
    discount: Discount = "0.00"
    amount: Annotated[Amount, Field(description="What was paid for the line, after its discount.")]


def _lines_once(lines: list[Any]) -> list[Any]:
    """No two lines of one number."""
    numbers = [line.line for line in lines]
    if len(set(numbers)) != len(numbers):
        raise PydanticCustomError("said_twice", "a line number stands twice")
    return lines


CouponCode = Annotated[str, text_of(NAME, 64), Field(examples=["7KQ2-M4XD-9TVBA"])]
CouponsSaid = Annotated[list[CouponCode], Field(max_length=20)]


class TenderSaid(Said):
    """What was paid one way, without the change; of a return what went back that way. `points`: what the sale's
    `points_used` paid, at most once; points that are used without it are spent for something else."""

    kind: Literal["cash", "card", "wechat", "alipay", "points", "other"]
    amount: Annotated[str, text_of(r"^(0|[1-9][0-9]{0,9})\.[0-9]{2}$", 13), Field(examples=["12.80"])]


TendersSaid = Annotated[list[TenderSaid], Field(max_length=10, description="They sum to what the lines cost.")]


def _check_tenders(said: list[TenderSaid], total_fen: int, points_used: int = 1) -> None:
    """No tender at all says nothing of how it was paid."""
    fen = [_smallest(one.amount) for one in said]
    if fen and (sum(fen) != total_fen or not all(fen)):
        raise PydanticCustomError("tenders_differ", "tenders do not sum to the lines")
    if sum(one.kind == "points" for one in said) > min(1, points_used):
        raise PydanticCustomError("points_unsaid", "a tender of points without points_used, or two of them")


def _paid_ways(said: list[TenderSaid]) -> tuple[Tender, ...]:
    return tuple(Tender(one.kind, _smallest(one.amount)) for one in said)


class QuoteSaid(Said):
    """The quote that was shown before the payment, by its version and moment."""

    programme: Annotated[StrictInt, Field(ge=0, le=10**15)]
    at: Annotated[Moment | None, Field(description="As the quote said it; left out: the sale's own `at`.")] = None
    proof: Annotated[
        Annotated[str, text_of(r"^[A-Za-z0-9_-]+$", MOST_CHARACTERS)] | None,
        Field(description="As the quote said it. With it just this sale is not priced again; without it, it is."),
    ] = None


class SaleSaid(Said):
    """A sale that happened."""

    store: Annotated[Code, Field(description="The store's code.", examples=["S01"])]
    till: Annotated[Code, Field(examples=["1"])]
    number: Annotated[Number, Field(description="Unique in its store, till and business date, for ever.")]
    business_date: Annotated[Day | None, Field(description="Left out: the day of `at` in the store's zone.")] = None
    at: Annotated[Moment, Field(description="The till's clock, with its offset.")]
    channel: Annotated[str, text_of(r"^[a-z][a-z0-9_]{0,19}$", 20)] = "store"
    member: MemberSaid | None = None
    lines: Annotated[list[LineSaid], Field(min_length=1, max_length=MOST_LINES), AfterValidator(_lines_once)]
    points_used: Points = 0
    hold: Annotated[
        Annotated[str, text_of(NAME, 80)] | None,
        Field(description="The basket whose held points and coupons are spent."),
    ] = None
    quote: Annotated[QuoteSaid | None, Field(description="What priced it; left out: nobody quoted it here.")] = None
    coupons: Annotated[CouponsSaid, Field(description="Those that it used.")] = []
    tenders: TendersSaid = []

    @model_validator(mode="after")
    def _paid(self) -> SaleSaid:
        _check_tenders(self.tenders, sum(_smallest(line.amount) for line in self.lines), self.points_used)
        return self

    def sale(self) -> Sale:
        return Sale(
            store=self.store,
            till=self.till,
            number=self.number,
            business_date=self.business_date,
            at=self.at,
            channel=self.channel,
            member=self.member.ref() if self.member else None,
            lines=tuple(map(_sale_line, self.lines)),
            points_used=self.points_used,
            hold=self.hold,
            programme=self.quote.programme if self.quote else None,
            quoted_at=self.quote.at if self.quote else None,
            proof=(self.quote.proof if self.quote else None) or "",
            coupons=tuple(self.coupons),
            tenders=_paid_ways(self.tenders),
        )


def _sale_line(said: LineSaid) -> SaleLine:
    price = None if said.unit_price is None else Decimal(said.unit_price)
    amounts = _smallest(said.discount), _smallest(said.amount)
    return SaleLine(said.line, said.sku, said.name, said.category, _smallest(said.quantity), price, *amounts)


def _smallest(text: str) -> int:
    """Fen of an amount, thousandths of a quantity: the digits without their point."""
    return int(text.replace(".", "", 1))


class ReturnLineSaid(Said):
    line: LineNumber
    sale_line: Annotated[LineNumber, Field(description="The line of the sale that it was.")]
    quantity: QuantityBack
    amount: Annotated[Refund, Field(description="What the customer got back for it.")]


class SaleNamedSaid(Said):
    """The sale that the goods were bought in. It may arrive after its return."""

    store: Code
    till: Code
    business_date: Day
    number: Number


class ReturnSaid(Said):
    """Goods that came back."""

    store: Annotated[Code, Field(description="The store that took them back.", examples=["S01"])]
    till: Code
    number: Annotated[Number, Field(description="The return's own number.")]
    business_date: Day | None = None
    at: Moment
    channel: Annotated[str, text_of(r"^[a-z][a-z0-9_]{0,19}$", 20)] = "store"
    sale: SaleNamedSaid
    lines: Annotated[list[ReturnLineSaid], Field(min_length=1, max_length=MOST_LINES), AfterValidator(_lines_once)]
    tenders: Annotated[TendersSaid, Field(description="By which ways the money went back; they sum to the lines.")] = []

    @model_validator(mode="after")
    def _paid_back(self) -> ReturnSaid:
        _check_tenders(self.tenders, sum(_smallest(line.amount) for line in self.lines))
        return self

    def taken_back(self) -> Return:
        named = self.sale
        return Return(
            store=self.store,
            till=self.till,
            number=self.number,
            business_date=self.business_date,
            at=self.at,
            channel=self.channel,
            sale=SaleNamed(named.store, named.till, named.business_date, named.number),
            lines=tuple(
                ReturnLine(line.line, line.sale_line, _smallest(line.quantity), _smallest(line.amount))
                for line in self.lines
            ),
            tenders=_paid_ways(self.tenders),
        )


class LineBackSaid(Said):
    line: LineNumber
    sale_line: LineNumber
    quantity: QuantityBack


class ReturnAsked(Said):
    """Goods that somebody wants to bring back."""

    store: Annotated[Code, Field(description="The store that takes them back.", examples=["S01"])]
    till: Code
    sale: SaleNamedSaid
    lines: Annotated[list[LineBackSaid], Field(min_length=1, max_length=MOST_LINES), AfterValidator(_lines_once)]

    def asked(self, now: datetime) -> Return:
        named = self.sale
        return Return(
            store=self.store,
            till=self.till,
            number="",
            business_date=None,
            at=now,
            channel="store",
            sale=SaleNamed(named.store, named.till, named.business_date, named.number),
            lines=tuple(ReturnLine(one.line, one.sale_line, _smallest(one.quantity), 0) for one in self.lines),
        )


class ReceiptAsked(Said):
    """A receipt that a customer shows."""

    query: Annotated[
        str,
        text_of(NAME, 200),
        Field(description="What its QR says, or its number.", examples=["HUITOU/S01/1/2026-11-25/000123"]),
    ]


BasketKey = Annotated[str, text_of(NAME, 80)]


class AtATill(Said):
    """Where it is asked. Wrong member codes are counted by till: one that guesses shuts out no other."""

    store: Annotated[Code | None, Field(description="Where it is asked.")] = None
    till: Annotated[Code | None, Field(description="Where it is asked: wrong codes are counted by till.")] = None


class ClaimSaid(AtATill):
    """Whose a receipt is that was nobody's."""

    claim_code: Annotated[str, text_of(NAME, 64), Field(description="As it is printed in the receipt's QR.")]
    member: MemberSaid


class HoldSaid(AtATill):
    """Points and coupons that a basket is going to use."""

    member: Annotated[MemberSaid | None, Field(description="Whose they are; a coupon of its bearer needs nobody.")] = (
        None
    )
    points: Points = 0
    coupons: CouponsSaid = []

    @model_validator(mode="after")
    def _holds_something(self) -> HoldSaid:
        if not self.points and not self.coupons:
            raise PydanticCustomError("nothing_to_hold", "points or coupons")
        return self


class BasketLineSaid(Said):
    """What was scanned, before every discount."""

    line: LineNumber
    sku: Annotated[str, text_of(NAME, 64), Field(description="A sku, barcode, PLU, or the label of a scale.")]
    quantity: Annotated[
        QuantityBack | None, Field(description="Pieces or kilograms; left out: one piece, or what a label weighs.")
    ] = None
    unit_price: Annotated[UnitPrice | None, Field(description="Of a piece or a kilogram.")] = None
    amount: Annotated[
        Refund | None, Field(description="Of the line; left out: by `unit_price`, else by label or shelf.")
    ] = None

    def scanned(self) -> Scanned:
        milli = _smallest(self.quantity) if self.quantity is not None else None
        before = _smallest(self.amount) if self.amount is not None else None
        price = Decimal(self.unit_price) if self.unit_price is not None and before is None else None
        return Scanned(self.line, self.sku, milli, before, price)


class BasketSaid(Said):
    """A basket that is going to be paid."""

    store: Annotated[Code, Field(description="The store's code.", examples=["S01"])]
    till: Annotated[Code, Field(examples=["1"])]
    channel: Annotated[str, text_of(r"^[a-z][a-z0-9_]{0,19}$", 20)] = "store"
    member: MemberSaid | None = None
    lines: Annotated[list[BasketLineSaid], Field(min_length=1, max_length=MOST_LINES), AfterValidator(_lines_once)]
    coupons: Annotated[CouponsSaid, Field(description="Those that were presented.")] = []
    hold: Annotated[
        Annotated[str, text_of(NAME, 80)] | None, Field(description="The basket, where it holds coupons already.")
    ] = None

    def asked(self) -> BasketAsked:
        member = self.member.ref() if self.member else None
        lines = tuple(line.scanned() for line in self.lines)
        return BasketAsked(self.store, self.till, self.channel, member, lines, tuple(self.coupons), self.hold)
