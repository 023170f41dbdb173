"""A programme: offers compiled once into an index, so that a basket meets only those that can touch it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huitou.offers.rules.articles import Asked, Shelf, Token, asked_of
from huitou.offers.rules.forms import Benefit, Deal, Reduction
from huitou.offers.terms import EVERYTHING, Goods, Limits, Need, Offer, Stage, Valid

ALWAYS_VALID, NO_LIMITS = Valid(), Limits()


@dataclass(frozen=True, slots=True)
class Compiled:
    """An offer with its goods as words of the index."""

    offer: Offer
    stage: Stage | None
    """None: a benefit."""
    takes: tuple[Asked, ...]
    """The goods that it may take; of a deal one for each slot; of a benefit those of its first need."""
    needs: tuple[tuple[Asked, Need], ...]
    unconditional: bool
    """It always holds, and no limit is set."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Compiled offers by store and by the word through which a basket finds them."""

    offers: tuple[Compiled, ...]
    """In the order in which discounts inside a stage are applied: priority, then id."""
    by_store: dict[str, dict[Token, tuple[int, ...]]]
    """Store ("" is every store) to word to places in `offers`."""
    of_everything: dict[str, tuple[int, ...]]
    """Store to the offers that take any goods."""

    def touching(self, shelf: Shelf, store: str) -> list[int]:
        """Places of the offers that may take something of this basket, in order."""
        found: set[int] = set()
        for where in {"", store}:
            found.update(self.of_everything.get(where, ()))
            by_token = self.by_store.get(where)
            if by_token:
                for token in shelf.by_token:
                    places = by_token.get(token)
                    if places:
                        found.update(places)
        return sorted(found)


def compile_offers(offers: Iterable[Offer]) -> Programme:
    """Compile a programme; the order of the offers means nothing. The ids must differ."""
    ordered = sorted(offers, key=lambda offer: (-offer.priority, offer.id))
    words: dict[Goods, Asked] = {}
    compiled = tuple(_compiled(offer, words) for offer in ordered)
    by_store: dict[str, dict[Token, list[int]]] = {}
    of_everything: dict[str, list[int]] = {}
    for place, one in enumerate(compiled):
        for store in one.offer.valid.stores or ("",):
            for asked in _found_by(one):
                if not asked.rows:
                    of_everything.setdefault(store, []).append(place)
                    continue
                for token in min(asked.rows, key=len):
                    by_store.setdefault(store, {}).setdefault(token, []).append(place)
    return Programme(
        compiled,
        {store: {token: tuple(places) for token, places in words.items()} for store, words in by_store.items()},
        {store: tuple(places) for store, places in of_everything.items()},
    )


def _found_by(one: Compiled) -> list[Asked]:
    """The goods through which a basket finds the offer; what suggests goods is found by what must be bought."""
    get = one.offer.get
    if isinstance(get, Deal) and get.suggests:
        return [*one.takes, *(asked for asked, _ in one.needs)]
    return list(one.takes)


def _compiled(offer: Offer, words: dict[Goods, Asked]) -> Compiled:
    def asked(goods: Goods) -> Asked:
        if goods not in words:
            words[goods] = asked_of(goods)
        return words[goods]

    needs = tuple((asked(need.goods), need) for need in offer.buy)
    takes = tuple(asked(goods) for goods in taken_goods(offer))
    unconditional = offer.valid == ALWAYS_VALID and offer.limits == NO_LIMITS
    return Compiled(offer, stage_of(offer), takes, needs, unconditional)


def taken_goods(offer: Offer) -> Sequence[Goods]:
    """The goods that an offer may take; of a deal one entry for each slot."""
    get = offer.get
    of_need = offer.buy[0].goods if offer.buy else EVERYTHING
    if isinstance(get, Deal):
        return [slot.goods for slot in get.slots()]
    if isinstance(get, Reduction):
        return [of_need if get.goods is None else get.goods]
    return [of_need]


def fewest_units(offer: Offer) -> int:
    """So many units one application takes at least."""
    return sum(slot.pieces for slot in offer.get.slots()) if isinstance(offer.get, Deal) else 1


def stage_of(offer: Offer) -> Stage | None:
    """Where the offer stands: as it says; a coupon's in `coupon` where its kind may; else where its kind usually is."""
    if isinstance(offer.get, Benefit):
        return None
    stages = offer.get.stages
    if offer.stage is not None:
        return offer.stage
    return "coupon" if offer.valid.coupon and "coupon" in stages else stages[0]
