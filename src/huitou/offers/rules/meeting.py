"""Which offers meet: on the same goods, at the same time, for the same member; and how they are combined then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import time
from itertools import islice
from typing import Literal

from huitou.kernel.errors import N_
from huitou.offers.rules.articles import Mask, Shelf, asked_of, places_in, tokens_of
from huitou.offers.rules.beside import beside
from huitou.offers.rules.conditions import MIDNIGHT, over_midnight
from huitou.offers.rules.forms import Benefit
from huitou.offers.rules.programme import stage_of, taken_goods
from huitou.offers.terms import STAGES, BasketLine, Offer, Valid
from huitou.offers.terms.rehearsed import Meeting

EXAMPLES = 3
MOST_TRIED = 6
"""So many of those that meet are tried on a basket: each costs some milliseconds."""
WAYS: Mapping[str, str] = {
    "benefit": N_("One of the two takes no money off: both are given."),
    "lowest_price": N_("Both are prices: the lowest holds."),
    "one_deal": N_("A piece serves one deal alone: whichever saves the customer more."),
    "one_item": N_("A piece takes one of the two: whichever saves the customer more."),
    "one_of_group": N_("They are in one group: whichever saves the customer more."),
    "same_coupon": N_("Both ask for the same coupon: one coupon serves one of the two."),
    "takes_all": N_("One of the two lets nothing else apply to the receipt."),
    "takes_units": N_("Goods that one of the two takes are closed to the other."),
    "always": N_("One of the two is combined with everything: both may apply."),
    "one_after_other": N_("Both may apply; the later one is reckoned on what the earlier one leaves."),
    "first_amounts": N_("Both may apply; the later one is reckoned on the first prices."),
}
"""How two offers that meet are combined: the codes, and the sentence for each."""
ONE_OF = frozenset({"lowest_price", "one_deal", "one_item", "one_of_group", "same_coupon", "takes_all", "takes_units"})


def shelf_of_goods(goods: Sequence[BasketLine]) -> Shelf:
    """What is sold, as one shelf, however many products that are."""
    by_token: dict[tuple[str, str], Mask] = {}
    for index, line in enumerate(goods):
        for token in tokens_of(line):
            by_token[token] = by_token.get(token, 0) | 1 << index
    return Shelf(by_token, (1 << len(goods)) - 1, {})


def meetings(draft: Offer, others: Sequence[Offer], goods: Sequence[BasketLine]) -> Iterator[Meeting]:
    """Every other offer that meets the draft on any of these goods; those of which one applies first."""
    shelf = shelf_of_goods(goods)
    mine = _held(draft, shelf)
    found = []
    for other in others:
        if other.id == draft.id or not may_hold_together(draft.valid, other.valid):
            continue
        common = mine & _held(other, shelf)
        if common:
            way = how_combined(draft, other)
            examples = tuple(goods[place].sku for place in islice(places_in(common), EXAMPLES))
            first = _first(draft, other, way)
            met = Meeting(other.id, _verdict(way), way, first, common.bit_count(), examples)
            found.append((met, other, next(places_in(common))))
    found.sort(key=lambda one: (one[0].verdict == "both", -one[0].products, one[0].offer))
    for number, (met, other, product) in enumerate(found):
        tries = number < MOST_TRIED and met.way != "benefit"
        yield replace(met, beside=beside(draft, other, goods, shelf, product)) if tries else met


def count_held(offer: Offer, goods: Sequence[BasketLine]) -> int:
    """How many of these products the offer may take."""
    return _held(offer, shelf_of_goods(goods)).bit_count()


def _verdict(way: str) -> Literal["both", "one_of"]:
    return "one_of" if way in ONE_OF else "both"


def _held(offer: Offer, shelf: Shelf) -> Mask:
    found = 0
    for goods in taken_goods(offer):
        found |= shelf.mask(asked_of(goods))
    return found


# ---- when and for whom


def may_hold_together(one: Valid, other: Valid) -> bool:
    """Whether there may be a moment, a place and a member for which both hold. Never False where there is one."""
    return (
        _days_meet(one, other)
        and _weekdays_meet(one, other)
        and _hours_meet(one, other)
        and _words_meet(one.channels, other.channels)
        and _words_meet(one.stores, other.stores)
        and _words_meet(one.tiers, other.tiers)
    )


def _words_meet(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    return not mine or not theirs or not set(mine).isdisjoint(theirs)


def _days_meet(one: Valid, other: Valid) -> bool:
    for first, last in ((one.starts, other.ends), (other.starts, one.ends)):
        if first is None or last is None:
            continue
        # Beside a moment with an offset local time may be half a day and more away: then they may meet.
        if (first.tzinfo is None) == (last.tzinfo is None) and first > last:
            return False
    return True


def _weekdays_meet(one: Valid, other: Valid) -> bool:
    if over_midnight(one) or over_midnight(other):
        return True
    mine, theirs = one.weekdays, other.weekdays
    return not mine or not theirs or not set(mine).isdisjoint(theirs)


def _hours_meet(one: Valid, other: Valid) -> bool:
    return any(
        begins < others_end and others_begin < ends
        for begins, ends in _minutes(one)
        for others_begin, others_end in _minutes(other)
    )


def _minutes(valid: Valid) -> list[tuple[int, int]]:
    """The seconds of the day in which it holds, as stretches."""
    whole = 24 * 60 * 60
    begins = _second(valid.from_hour or time.min)
    ends = whole if valid.to_hour in (None, MIDNIGHT) else _second(valid.to_hour or MIDNIGHT)
    return [(begins, whole), (0, ends)] if over_midnight(valid) else [(begins, ends)]


def _second(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


# ---- how the two are combined


def how_combined(one: Offer, other: Offer) -> str:
    """A code of WAYS: what the engine does where both could apply to a piece."""
    if isinstance(one.get, Benefit) or isinstance(other.get, Benefit):
        return "benefit"
    mine, theirs = stage_of(one), stage_of(other)
    if "never" in (one.stack, other.stack):
        alone = any(offer.stack == "never" and offer.scope == "receipt" for offer in (one, other))
        return "takes_all" if alone else "takes_units"
    if one.valid.coupon and one.valid.coupon == other.valid.coupon:
        return "same_coupon"
    if mine == theirs:
        return _in_one_stage(one, other)
    later = one if STAGES.index(mine or "price") > STAGES.index(theirs or "price") else other
    return "first_amounts" if later.base == "initial" else "one_after_other"


def _in_one_stage(one: Offer, other: Offer) -> str:
    if "always" in (one.stack, other.stack):
        return "always"
    stage = stage_of(one)
    if stage in ("price", "deal", "item"):
        return {"price": "lowest_price", "deal": "one_deal", "item": "one_item"}[stage]
    if stage == "order" and one.group and one.group == other.group and min(one.group_most, other.group_most) < 2:
        return "one_of_group"
    return "one_after_other"


def _first(one: Offer, other: Offer, way: str) -> str:
    """The id of the one that is reckoned first, where the order means something."""
    if way not in ("one_after_other", "first_amounts", "always"):
        return ""
    ordered = sorted((one, other), key=_place)
    return ordered[0].id


def _place(offer: Offer) -> tuple[int, int, str]:
    return STAGES.index(stage_of(offer) or "price"), -offer.priority, offer.id
