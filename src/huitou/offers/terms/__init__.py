"""The nouns of a price: a basket, an offer, and the answer. Amounts are fen, shares hundredths of a percent.

Every noun here is what the published JSON holds; `rules/exchange.py` reads and writes it by these very fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any, ClassVar, Literal, NewType

Fen = NewType("Fen", int)
"""Hundredths of the currency's unit; in JSON a decimal string: `"12.80"`."""
Percent = NewType("Percent", int)
"""Hundredths of a percent: 1750 is 17.5 %; in JSON a decimal string: `"17.5"`."""
Grams = NewType("Grams", int)
"""In JSON kilograms as a decimal string: `"1.352"`."""
Points = NewType("Points", int)
Left = NewType("Left", int)
"""How many applications or units a limit has left."""
Weekday = NewType("Weekday", int)
"""1 is Monday, 7 is Sunday."""
Signed = NewType("Signed", int)
"""A whole number that may lie below zero, as nothing else may."""
FirstMoment = NewType("FirstMoment", datetime)
"""`"2026-11-01"` is its midnight."""
LastMoment = NewType("LastMoment", datetime)
"""The day, minute or second that is written is in it to its end: `"2026-11-30"` is over at midnight."""
ClosingTime = NewType("ClosingTime", time)
"""The first moment that is too late; `"24:00"` is the end of the day."""


class Filled:
    """Marks a text that is not blank: what nobody named, nobody can mean."""


class Asking:
    """Marks a list that asks nothing where it is left out. Written and empty, it would ask for what cannot be."""


Name = Annotated[str, Filled]
Words = Annotated[tuple[Name, ...], Asking]
Weekdays = Annotated[tuple[Weekday, ...], Asking]

Stage = Literal["price", "deal", "item", "order", "coupon"]
Stack = Literal["usual", "never", "always"]
STAGES: tuple[Stage, ...] = ("price", "deal", "item", "order", "coupon")
NO_FEN = Fen(0)
NO_POINTS = Points(0)
HUNDRED_PERCENT = Percent(100_00)
HALF = Percent(50_00)


# ---- the basket


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax on what is paid for a unit."""

    percent: Percent
    included: bool = True
    """The price holds it already; otherwise it comes on top."""
    compound: bool = False
    """Reckoned on the amount with the taxes before it."""


@dataclass(frozen=True, slots=True)
class BasketLine:
    """What was scanned: n pieces of one thing, or one weighed piece with the amount that the scale printed."""

    sku: Name
    price: Fen
    """Of one piece; of a weighed piece its whole amount."""
    quantity: int = 1
    weight: Grams | None = None
    category: str = ""
    """The whole path: `生鲜/水果`."""
    brand: str = ""
    supplier: str = ""
    tags: tuple[str, ...] = ()
    discountable: bool = True
    """False: takes no money offer and counts for none (tobacco, infant milk)."""
    levy: Fen = NO_FEN
    """A fixed levy on each piece (bag, deposit): takes no discount, earns nothing, comes on top of the price."""
    tax: tuple[Tax, ...] = ()
    """Its own taxes; without one those of the request's `taxes` that hold it."""
    bonus_points: Points = NO_POINTS
    """Points that each piece earns beside the rules."""


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """What offers may ask about the member at the till: plain values."""

    id: str = ""
    tier: str = ""
    segments: tuple[str, ...] = ()
    birthday: date | None = None
    points: Signed = Signed(0)
    """Below zero where points are owed."""
    staff: bool = False
    """Works for the chain."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """A right of its holder to one application of the offers that ask for its kind."""

    id: Name
    kind: Name
    presented: bool = True
    """False: it lies in the wallet; the answer says what it would save."""


@dataclass(frozen=True, slots=True)
class Tender:
    """A payment: it changes neither tax nor thresholds nor what is earned."""

    kind: Literal["stored_value", "gift_card", "points", "other"]
    id: str
    amount: Fen
    """At most this much; of points their worth."""


# ---- the offer


@dataclass(frozen=True, slots=True)
class Goods:
    """Which units: every list that is not empty must hold the unit; `not_...` lists must not. Empty: everything."""

    skus: Words = ()
    categories: Words = ()
    """Paths; a path holds everything below it."""
    brands: Words = ()
    tags: Words = ()
    suppliers: Words = ()
    not_skus: Words = ()
    not_categories: Words = ()
    not_brands: Words = ()
    not_tags: Words = ()
    not_suppliers: Words = ()


EVERYTHING = Goods()


@dataclass(frozen=True, slots=True)
class Need:
    """What must be in the basket of some goods, reckoned on the amounts that enter the offer's stage."""

    goods: Goods = field(default_factory=Goods)
    least_amount: Fen = NO_FEN
    least_pieces: int = 0
    most_pieces: int | None = None
    without_tax: bool = False
    """`least_amount` is compared with the amount without its taxes."""


@dataclass(frozen=True, slots=True)
class Valid:
    """When an offer holds. Without an offset a moment is the store's local time. A list left out asks nothing."""

    starts: FirstMoment | None = None
    """The first moment; a day alone is its midnight."""
    ends: LastMoment | None = None
    """The last moment, included: `"2026-11-30"` holds that whole day, `"2026-11-30T21:30"` that whole minute."""
    weekdays: Weekdays = ()
    """1 is Monday, 7 is Sunday. After midnight, hours that began in the evening are still that evening's day."""
    from_hour: time | None = None
    """Local time from which it holds, included; without `to_hour` to the end of the day."""
    to_hour: ClosingTime | None = None
    """Local time from which it holds no more, not included; `22:00` to `02:00` runs over midnight."""
    channels: Words = ()
    stores: Words = ()
    tiers: Words = ()
    segments: Words = ()
    birthday_month: bool = False
    members_only: bool = False
    staff_only: bool = False
    """For members who work for the chain."""
    coupon: str = ""
    """A presented coupon of this kind; one coupon is one application."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left, passed in by whoever keeps the counts. None: no limit."""

    applications: Left | None = None
    units: Left | None = None
    budget: Fen | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Who pays for the discount."""

    payer: Name
    percent: Percent


@dataclass(frozen=True, slots=True)
class Get:
    """What an offer gives; one file per kind under rules/kinds."""

    kind: ClassVar[str] = ""
    stages: ClassVar[tuple[Stage, ...]] = ()
    """Where it may stand, the usual one first; empty: a benefit that is no money."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One promotion."""

    id: Name
    get: Get
    name: str = ""
    valid: Valid = field(default_factory=Valid)
    buy: tuple[Need, ...] = ()
    """All of these needs; none: nothing must be bought."""
    stage: Stage | None = None
    """None: the usual stage of its kind; with a coupon, `coupon` where the kind may stand there."""
    stack: Stack = "usual"
    scope: Literal["units", "receipt"] = "units"
    """With `never`: its units take no other money offer, or nothing else applies at all."""
    group: str = ""
    """Of the offers of one group in the stage `order` at most `group_most` apply."""
    group_most: int = 1
    priority: Signed = Signed(0)
    """Higher goes first."""
    base: Literal["stage", "initial"] = "stage"
    """Reckon needs and discount on the amounts that enter the stage, or on the first ones."""
    limits: Limits = field(default_factory=Limits)
    funding: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class EarnRule:
    """Points for what was paid for goods after all discounts, before tenders."""

    id: Name
    goods: Goods = field(default_factory=Goods)
    valid: Valid = field(default_factory=Valid)
    points: Points = Points(1)
    per_amount: Fen = NO_FEN
    """`points` for every full `per_amount` over the goods together; 0: not by amount."""
    per_piece: Points = NO_POINTS


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax on goods, for the lines that name no tax of their own."""

    percent: Percent
    goods: Goods = field(default_factory=Goods)
    included: bool = True
    """Prices hold it already; otherwise it comes on top."""
    compound: bool = False
    """Reckoned on the amount with the taxes before it."""


@dataclass(frozen=True, slots=True)
class PriceRequest:
    """All that a price depends on, beside the offers."""

    basket: tuple[BasketLine, ...]
    at: datetime
    """The moment of the price."""
    member: MemberSeen | None = None
    coupons: tuple[Coupon, ...] = ()
    earn_rules: tuple[EarnRule, ...] = ()
    taxes: tuple[TaxRule, ...] = ()
    """Every one that holds a line applies to it, in this order; a line with a `tax` of its own takes none of them."""
    tenders: tuple[Tender, ...] = ()
    store: str = ""
    zone: str = "Asia/Shanghai"
    """The store's time zone, by its IANA name; `at` without an offset is local time there."""
    channel: str = "store"
    currency: str = "CNY"
    delivery_fee: Fen = NO_FEN


# ---- the answer


@dataclass(frozen=True, slots=True)
class Taking:
    """How much one application of an offer took off one unit."""

    offer: str
    coupon: str
    application: int
    """Counts the applications of this offer on this receipt from 1."""
    off: Fen


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """`pieces` like units of one line that fared alike."""

    line: int
    """Counts the basket's lines from 1."""
    sku: str
    pieces: int
    before: Fen
    """Of each piece."""
    after: Fen
    levy: Fen
    takings: tuple[Taking, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A money offer that was applied."""

    offer: str
    name: str
    stage: Stage
    applications: int
    off: Fen
    coupons: tuple[str, ...]
    funding: tuple[Funded, ...]


@dataclass(frozen=True, slots=True)
class Funded:
    payer: str
    amount: Fen


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What of a line of the basket counts in a need: fen on the winning combination, and pieces."""

    line: int
    amount: Fen
    pieces: int


@dataclass(frozen=True, slots=True)
class Needed:
    """What must remain of a purchase for its benefit to stand, and the goods that count."""

    least_amount: Fen
    least_pieces: int
    lines: tuple[CountedLine, ...]


@dataclass(frozen=True, slots=True)
class Benefit:
    """What an offer gives that is no money off this receipt."""

    offer: str
    name: str
    kind: str
    given: dict[str, Any]
    """`points`, `stamps`, `gifts` (sku and pieces to hand out), `coupons` (kind and count), `delivery`."""
    points_by_line: tuple[int, ...] = ()
    """Its points, spread over the basket's lines; none where it gives no points."""
    needed: tuple[Needed, ...] = ()
    """One for each of the offer's needs, or one of any of its goods."""


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An offer that touches the basket and gave nothing."""

    offer: str
    name: str
    reason: str
    """A code of `rules/reasons.py`."""
    missing_amount: Fen | None = None
    missing_pieces: int | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A coupon of the wallet, with what it would save; an add-on that was not scanned, with its price."""

    offer: str
    name: str
    coupon: str
    saves: Fen | None = None
    goods: Goods | None = None
    at_price: Fen | None = None


@dataclass(frozen=True, slots=True)
class Earned:
    rule: str
    points: int


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """The taxes of one kind over the receipt."""

    percents: tuple[Percent, ...]
    net: Fen
    tax: Fen


@dataclass(frozen=True, slots=True)
class Paid:
    """A tender and what it pays, spread over the lines by what is due for them."""

    kind: str
    id: str
    amount: Fen
    lines: tuple[Fen, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in an offer that is possible and probably not meant."""

    offer: str
    code: str
    """A code of `rules/troubles.py`."""
    where: str
    """The field: `get.steps`."""
    message: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The price of a basket."""

    currency: str
    units: tuple[UnitPrice, ...]
    total_before: Fen
    """With taxes on top and levies, before every discount; without delivery."""
    discount: Fen
    total: Fen
    """What the goods cost now: before − discount."""
    net: Fen
    """`total` without its taxes and levies."""
    taxes: tuple[TaxTotal, ...]
    levies: Fen
    delivery: Fen
    """The fee after free delivery."""
    tenders: tuple[Paid, ...]
    due: Fen
    """total + delivery − tenders: still to be paid."""
    applied: tuple[Applied, ...]
    benefits: tuple[Benefit, ...]
    points: int
    earned: tuple[Earned, ...]
    points_by_line: tuple[int, ...]
    """All points, spread over the basket's lines by what is paid for the goods that earned them."""
    coupons_used: tuple[str, ...]
    not_applied: tuple[NotApplied, ...]
    suggestions: tuple[Suggestion, ...]
    optimal: bool
    at_most_better: Fen
    """How much a better legal combination could save at most; 0 when optimal."""
    first_of_equals: bool
    """Proven: of all combinations that cost as little, this one has the fewest offers, then the highest priorities,
    then the smallest ids."""
    cut: bool
    """The deadline ended the search before the price was proven, or before every coupon of the wallet was looked at;
    more time may prove it, find a better one, or find a coupon that would help."""
    wallet_cut: bool
    """The deadline came before it was known of every coupon of the wallet whether it would help: asked again, the same
    basket may be suggested one."""
    warnings: tuple[Warned, ...] = ()
    """What the linter found in the offers that were sent with the request."""


# ---- coupons as rows


@dataclass(frozen=True, slots=True)
class CouponSeen:
    """A coupon as pages show it. `starts` and `ends` are days, both included; `worth`: what one takes off."""

    code: str
    kind: str
    title: str
    terms: str
    state: Literal["live", "held", "used", "expired", "void"]
    starts: date | None
    ends: date | None
    worth_fen: int | None
    offer: str = ""
    """The code of the offer that gave it with a sale; empty where it was issued or brought."""
