"""A basket as the engine prices it: what the till scanned, with what the chain knows of goods and member.

The same for a quote before the payment, for a receipt that is reckoned again, and for a till that has no server now: it
needs no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from huitou.catalogue.terms import GoodsSeen, StoreSeen
from huitou.kernel.ids import member_code
from huitou.members.terms import MemberFacts
from huitou.offers.errors import PriceMissing, WeightMissing
from huitou.offers.terms import BasketLine, Coupon, EarnRule, Fen, Grams, MemberSeen, Points, PriceRequest, Signed
from huitou.offers.terms.coupons import CouponAtTill

MILLI = 1000
ONE_POINT_PER_YUAN = EarnRule(id="one_point_per_yuan", points=Points(1), per_amount=Fen(100))
"""What the ledger posts for a sale."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One line of a basket: what was scanned, how much of it, and what it costs before every discount (None: as the
    shelf says)."""

    line: int
    sku: str
    quantity_milli: int | None
    """None: one piece, or what the label of a scale says."""
    before_fen: int | None
    unit_price: Decimal | None = None
    """Yuan of a piece or a kilogram, where the till has its own, and no `before_fen`."""


@dataclass(frozen=True, slots=True)
class Basket:
    """The engine's lines, and of each of them the till's line that it is a part of."""

    lines: tuple[BasketLine, ...]
    line_of: tuple[int, ...]
    before: Mapping[int, int]
    """Fen of each of the till's lines before every discount."""
    milli: Mapping[int, int]
    """Thousandths of each of them."""


def basket_of(scanned: Sequence[Scanned], goods: Mapping[str, GoodsSeen]) -> Basket:
    """Raises PriceMissing for what neither the till nor the shelf has a price of, and WeightMissing for goods that are
    sold by weight where nobody says it."""
    lines: list[BasketLine] = []
    line_of: list[int] = []
    before: dict[int, int] = {}
    quantities: dict[int, int] = {}
    for one in scanned:
        known = goods.get(one.sku)
        milli = _quantity(one, known)
        fen = _before(one, known, milli)
        before[one.line], quantities[one.line] = fen, milli
        for priced in _units(one, known, milli, fen):
            lines.append(priced)
            line_of.append(one.line)
    return Basket(tuple(lines), tuple(line_of), before, quantities)


def _quantity(one: Scanned, known: GoodsSeen | None) -> int:
    if one.quantity_milli is not None:
        return one.quantity_milli
    if known is None or not known.weighed:
        return MILLI
    # Noughts are what a scale prints where it does not say it: nothing weighs nothing.
    grams = known.weight_g or _by_price(known, one.unit_price)
    if grams is None:
        raise WeightMissing(line=one.line, sku=one.sku)
    return grams


def _by_price(known: GoodsSeen, unit_price: Decimal | None) -> int | None:
    """What a label that says a price alone was for: so many grams at the till's or the shelf's price, at least one."""
    fen = unit_price * 100 if unit_price is not None else Decimal(known.price_fen or 0)
    return max(1, _whole(known.label_fen * MILLI / fen)) if known.label_fen and fen else None


def _before(one: Scanned, known: GoodsSeen | None, milli: int) -> int:
    """Fen of a line before every discount: as the till says, else the label of the scale, else the shelf."""
    if one.before_fen is not None:
        return one.before_fen
    # By the price alone that it printed the scale said it all; a weight costs what the till says that a kilogram does.
    printed = known is not None and one.quantity_milli is None and not known.weight_g and known.label_fen
    if one.unit_price is not None and not printed:
        return _whole(one.unit_price * 100 * milli / MILLI)
    if known is not None and known.label_fen:
        return known.label_fen
    if known is None or known.price_fen is None:
        raise PriceMissing(line=one.line, sku=one.sku)
    return _whole(Decimal(known.price_fen) * known.pieces * milli / MILLI)


def _whole(exact: Decimal) -> int:
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _units(one: Scanned, known: GoodsSeen | None, milli: int, fen: int) -> list[BasketLine]:
    """A weighed line is one unit; of pieces whose amount does not divide, some cost a fen more."""
    pieces, part = divmod(milli, MILLI)
    if part or (known is not None and known.weighed):
        return [_line(one, known, fen, 1, weight=milli)]
    each, dearer = divmod(fen, pieces)
    found = [_line(one, known, each + 1, dearer)] if dearer else []
    return [*found, _line(one, known, each, pieces - dearer)]


def _line(one: Scanned, known: GoodsSeen | None, price: int, quantity: int, weight: int | None = None) -> BasketLine:
    return BasketLine(
        sku=known.sku if known is not None else one.sku,
        price=Fen(price),
        quantity=quantity,
        weight=None if weight is None else Grams(weight),
        category=known.category if known is not None else "",
        brand=known.brand if known is not None else "",
        supplier=known.supplier if known is not None else "",
        discountable=known is None or known.promotable,
    )


def request_of(
    basket: Basket,
    *,
    store: StoreSeen,
    channel: str,
    at: datetime,
    member: MemberFacts | None,
    segments: Sequence[str],
    balance: int,
    presented: Sequence[CouponAtTill],
    wallet: Sequence[CouponAtTill] = (),
    zone: str,
    currency: str,
) -> PriceRequest:
    """The question to the engine: plain values, at the store's own time. `segments`: the live ones that the member was
    in at that moment. `zone`: the chain's, where the store has none of its own."""
    zone = store.zone or zone
    coupons = [Coupon(one.code, one.kind) for one in presented]
    coupons += [Coupon(one.code, one.kind, presented=False) for one in wallet]
    return PriceRequest(
        basket=basket.lines,
        at=at.astimezone(ZoneInfo(zone)),
        member=None if member is None else _member(member, segments, balance),
        coupons=tuple(coupons),
        earn_rules=() if member is None else (ONE_POINT_PER_YUAN,),
        store=store.code,
        zone=zone,
        channel=channel,
        currency=currency,
    )


def _member(facts: MemberFacts, segments: Sequence[str], balance: int) -> MemberSeen:
    birthday: date | None = facts.birthday
    code = member_code(facts.id)
    return MemberSeen(code, facts.tier, tuple(segments), birthday, Signed(balance), facts.staff)
