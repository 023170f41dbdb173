"""What a shelf label may say of offers: the price of one piece with them, and deals that name the product.

A label hangs there for everybody who passes. So it shows what a piece costs when it is bought alone, without a coupon,
for anybody and for any member; what asks for more (two pieces, a tier, an hour) it names at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from huitou.offers.rules.articles import asked_of, tokens_of
from huitou.offers.rules.conditions import opened_on
from huitou.offers.rules.deadline import ENDLESS
from huitou.offers.rules.forms import Reduction
from huitou.offers.rules.pricing import price_basket
from huitou.offers.rules.programme import Programme, compile_offers, stage_of, taken_goods
from huitou.offers.terms import NO_FEN, BasketLine, Fen, Goods, MemberSeen, Offer, PriceRequest
from huitou.offers.terms.labels import LabelOffers, LabelPrice

SOMEBODY = MemberSeen(id="-")
"""Any member: of no tier, in no segment, born in no month."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Of one store on one day: offers that set the price of a piece, and those that a label names."""

    store: str
    zone: str
    at: datetime
    """The store's noon of that day."""
    prices: Programme
    named: Sequence[Offer]
    """By priority, then id."""


def labels_of(offers: Sequence[Offer], *, store: str, zone: str, at: datetime) -> Labels:
    """`at`: noon of the day, by the store's clock."""
    shown = [one for one in offers if _hangs(one, store, at)]
    alone = [one for one in shown if _of_one_piece(one)]
    # A label says nothing of hours: what holds in some is named, and sets no price.
    ids = {one.id for one in alone}
    named = sorted((one for one in shown if one.id not in ids and _names_goods(one)), key=lambda o: (-o.priority, o.id))
    return Labels(store, zone, at, compile_offers(alone), named)


def _hangs(offer: Offer, store: str, at: datetime) -> bool:
    """Anybody who passes the shelf on that day may have it."""
    valid = offer.valid
    if valid.tiers or valid.segments or valid.birthday_month or valid.staff_only or valid.coupon:
        return False
    if (valid.channels and "store" not in valid.channels) or (valid.stores and store not in valid.stores):
        return False
    day = at.date()
    if valid.weekdays and opened_on(valid, at).isoweekday() not in valid.weekdays:
        return False
    return (valid.starts is None or valid.starts.date() <= day) and (valid.ends is None or valid.ends.date() >= day)


def _of_one_piece(offer: Offer) -> bool:
    """It takes something off a single piece, whatever else is bought, all day long."""
    get, stage, valid = offer.get, stage_of(offer), offer.valid
    if not isinstance(get, Reduction) or stage not in ("price", "item") or offer.buy or get.most_units is not None:
        return False
    per, whole_day = get.per or get.usual_per(stage), valid.from_hour is None and valid.to_hour is None
    begun = valid.starts is None or valid.starts.hour == valid.starts.minute == 0
    return per == "unit" and whole_day and begun and get.most is None


def _names_goods(offer: Offer) -> bool:
    """It is about some goods, not about the whole basket."""
    return any(_chooses(goods) for goods in taken_goods(offer))


def _chooses(goods: Goods) -> bool:
    """It says which goods; everything but some is the whole basket, whose offer would hang at every product."""
    return bool(asked_of(goods).rows)


def label_of(line: BasketLine, labels: Labels) -> LabelOffers:
    """What the label of this product says of offers. `line`: one piece, or a kilogram."""
    if not line.discountable or not line.price:
        return LabelOffers(None, None, ())
    everybody, members = _priced(line, labels, None), _priced(line, labels, SOMEBODY)
    if everybody is not None and members is not None and everybody.fen <= members.fen:
        members = None  # a member pays what everybody pays
    words = set(tokens_of(line))
    deals = tuple(
        one for one in labels.named
        if any(asked_of(goods).hold(words) for goods in taken_goods(one) if _chooses(goods))
    )  # fmt: skip
    return LabelOffers(everybody, members, deals)


def _priced(line: BasketLine, labels: Labels, member: MemberSeen | None) -> LabelPrice | None:
    request = PriceRequest(
        basket=(replace(line, quantity=1, levy=NO_FEN),), at=labels.at, member=member, store=labels.store,
        zone=labels.zone,
    )  # fmt: skip
    found = price_basket(request, labels.prices, ENDLESS)
    places = [took.place for unit in found.units for took in unit.takings]
    if not places:
        return None
    applied = [labels.prices.offers[place].offer for place in sorted(set(places))]
    starts = max((one.valid.starts.date() for one in applied if one.valid.starts), default=None)
    ends = min((one.valid.ends.date() for one in applied if one.valid.ends), default=None)
    return LabelPrice(Fen(found.total), starts, ends, tuple(applied))


def days_of(offer: Offer) -> tuple[date | None, date | None]:
    """The first and the last day that an offer says."""
    valid = offer.valid
    return valid.starts.date() if valid.starts else None, valid.ends.date() if valid.ends else None
