"""Fewest offers at the same price: where several item offers take the same off a unit, those that others use too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from huitou.offers.rules.search.ready import Ready, Took, Unit


def fewest_items(units: Sequence[Unit], offers: Mapping[int, Ready]) -> tuple[Unit, ...]:
    """The units with item offers exchanged for equal ones, so that few offers serve many units.

    Offers that some unit cannot do without serve first; then the one that serves most units, by priority, then id.
    """
    items = [o for o in offers.values() if o.stage == "item" and o.unitwise and o.certain and not o.always]
    if not items:
        return tuple(units)
    kept: set[int] = set()
    open_units: dict[int, list[Ready]] = {}
    found: dict[tuple[int, tuple[Took, ...]], list[Ready]] = {}
    of_article: dict[int, list[Ready]] = {}
    for number, unit in enumerate(units):
        key = unit.article, unit.takings
        if key not in found:
            if unit.article not in of_article:
                of_article[unit.article] = [offer for offer in items if offer.mask >> unit.article & 1]
            found[key] = _equal_items(unit, of_article[unit.article], offers)
        if len(found[key]) > 1:
            open_units[number] = found[key]
        else:
            kept.update(took.place for took in unit.takings)
    chosen = list(units)
    while open_units:
        useful = Counter(offer.place for equals in open_units.values() for offer in equals)
        place = min(useful, key=lambda place: (place not in kept, -useful[place], place))
        kept.add(place)
        for number in [n for n, equals in open_units.items() if any(offer.place == place for offer in equals)]:
            chosen[number] = _exchanged(chosen[number], place, offers)
            del open_units[number]
    return tuple(chosen)


def _equal_items(unit: Unit, items: Sequence[Ready], offers: Mapping[int, Ready]) -> list[Ready]:
    """Of the item offers for its article those that would take just as much off this unit as the one that did."""
    took = [took for took in unit.takings if offers[took.place].stage == "item"]
    if len(took) != 1 or not offers[took[0].place].unitwise or offers[took[0].place].always:
        return []
    early = [t for t in unit.takings if offers[t.place].stage in ("price", "deal")]
    entered = unit.first - sum(t.off for t in early)
    never = offers[took[0].place].never
    return [
        offer
        for offer in items
        if offer.never == never
        and min(entered, offer.reduction.off(unit.first if offer.initial else entered, 1)) == took[0].off
    ]


def _exchanged(unit: Unit, place: int, offers: Mapping[int, Ready]) -> Unit:
    takings = tuple(
        took._replace(place=place, coupon=offers[place].coupon) if offers[took.place].stage == "item" else took
        for took in unit.takings
    )
    return unit._replace(takings=takings)
