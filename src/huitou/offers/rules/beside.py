"""Two offers on the smallest basket on which each would give something by itself: who wins, by the engine itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from huitou.offers.rules.answer import answer_of
from huitou.offers.rules.articles import Shelf, asked_of, places_in
from huitou.offers.rules.deadline import ENDLESS
from huitou.offers.rules.forms import Deal
from huitou.offers.rules.pricing import price_basket
from huitou.offers.rules.programme import compile_offers, taken_goods
from huitou.offers.terms import Answer, BasketLine, Coupon, Goods, Limits, Offer, PriceRequest, Valid
from huitou.offers.terms.rehearsed import Beside

MOST_PIECES_TRIED = 24
SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Both offers hold at any time here; the engine wants a moment."""


def beside(draft: Offer, other: Offer, goods: Sequence[BasketLine], shelf: Shelf, product: int) -> Beside | None:
    """Both on more and more pieces of a product that both take, with what else they need; None: on no such basket
    do both give something by themselves."""
    one, two = _bare(draft), _bare(other)
    lines = _needed(one, goods, shelf, product) | _needed(two, goods, shelf, product)
    for pieces in range(1, MOST_PIECES_TRIED + 1):
        basket = {**lines, product: max(pieces, lines.get(product, 0))}
        alone, others = (_priced([offer], basket, goods) for offer in (one, two))
        if not alone.discount or not others.discount:
            continue
        both = _priced([one, two], basket, goods)
        applied = {offer.offer for offer in both.applied}
        return Beside(
            goods[product].sku,
            basket[product],
            both.total_before,
            alone.discount,
            others.discount,
            both.discount,
            draft.id in applied,
            other.id in applied,
        )
    return None


def _bare(offer: Offer) -> Offer:
    """The offer at any time and for anybody, without what is left of its limits; a coupon it still asks for."""
    return replace(offer, valid=Valid(coupon=offer.valid.coupon), limits=Limits())


def _needed(offer: Offer, goods: Sequence[BasketLine], shelf: Shelf, product: int) -> dict[int, int]:
    """Pieces by product that one application takes, the product itself wherever it can serve."""
    found: dict[int, int] = {}

    def add(some: Goods, pieces: int) -> None:
        mask = shelf.mask(asked_of(some))
        place = product if mask >> product & 1 else next(places_in(mask), None)
        if place is not None:
            found[place] = found.get(place, 0) + pieces

    if isinstance(offer.get, Deal):
        for slot in offer.get.slots():
            add(slot.goods, slot.pieces)
    for some in taken_goods(offer)[:1]:
        if not found:
            add(some, 1)
    for need in offer.buy:
        add(need.goods, max(1, need.least_pieces))
    return found


def _priced(offers: Sequence[Offer], basket: dict[int, int], goods: Sequence[BasketLine]) -> Answer:
    kinds = sorted({offer.valid.coupon for offer in offers} - {""})
    request = PriceRequest(
        basket=tuple(replace(goods[place], quantity=pieces, weight=None) for place, pieces in sorted(basket.items())),
        at=SOME_DAY,
        coupons=tuple(Coupon(f"{kind} 1", kind) for kind in kinds),
    )
    return answer_of(price_basket(request, compile_offers(offers), ENDLESS), ENDLESS)
