"""Stage `item`: percent or amount on goods. A unit takes at most one; it may also go without."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.rounding import spread
from huitou.offers.rules.search.picks import picks
from huitou.offers.rules.search.price_stage import served, take
from huitou.offers.rules.search.ready import Ready, Unit


def choices(unit: Unit, entered: int, offers: Sequence[Ready]) -> list[Unit]:
    """What may become of one unit, which entered the stage with `entered` fen, unit by unit: the best first.

    A unit that a lot has taken already (its last taking) is handed in with `offers` that are `always` alone.
    """
    usual: list[Unit] = [unit]
    for offer in offers:
        if not offer.always and offer.open_to(unit):
            after = take(unit, offer, offer.reduction.off(unit.first if offer.initial else entered, 1))
            if after is not unit:
                usual.append(after)
    found = usual
    for offer in offers:
        if offer.always and offer.open_to(unit):
            off = offer.reduction.off(unit.first if offer.initial else entered, 1)
            found = found + [
                after for one in found if offer.open_to(one) and (after := take(one, offer, off)) is not one
            ]
    return sorted(found, key=_rank)


def strongest(offers: Sequence[Ready], article: int) -> list[Ready]:
    """Those of these offers, which work unit by unit, that can be the first of `choices` for this article's units."""
    kept: dict[object, Ready] = {}
    for offer in offers:
        if offer.mask >> article & 1:
            reduction = offer.reduction
            strength = None if offer.always else reduction.strength
            key = offer.place if strength is None else (reduction.kind, offer.initial, offer.never)
            known = kept.get(key)
            if known is None or (strength is not None and strength > (known.reduction.strength or 0)):
                kept[key] = offer
    return sorted(kept.values(), key=lambda offer: offer.place)


def best_choice(unit: Unit, offers: Sequence[Ready]) -> Unit:
    """The first of `choices` for a unit as it entered the stage, without making the others."""
    wins: Ready | None = None
    most = 0
    for offer in offers:
        if offer.always:
            return choices(unit, unit.amount, offers)[0]
        if offer.mask >> unit.article & 1 and not unit.closed and not (offer.never and unit.takings):
            off = min(unit.amount, offer.reduction.off(unit.first if offer.initial else unit.amount, 1))
            if off > most:
                wins, most = offer, off
    return unit if wins is None else served(unit, wins, most)


def _rank(unit: Unit) -> tuple[int, int, list[int]]:
    return unit.amount, len(unit.takings), [took.place for took in unit.takings]


def ways_of_lot(
    offer: Ready, entered: Sequence[Unit], units: Sequence[Unit], taken: frozenset[int]
) -> tuple[list[tuple[list[Unit], frozenset[int]]], bool]:
    """Every way in which `offer`, which works over a lot, takes of the units that it may, and whether these are all.

    It works on the amounts that entered the stage; `taken` are the places that lots before it took. Each way is the
    units after it and the places that are taken then; none where there is nothing to take.
    """
    places = [place for place, unit in enumerate(units) if offer.open_to(unit) and (offer.always or place not in taken)]
    ways, whole = lot_ways(offer, [units[place] for place in places], [entered[place] for place in places])
    found = []
    for offs in ways:
        after = list(units)
        took = set()
        for place, off in zip(places, offs, strict=True):
            if off is not None:
                after[place] = served(units[place], offer, off)
                took.add(place)
        found.append((after, taken if offer.always else taken | took))
    return found, whole


Offs = list[int | None]
"""Fen off each unit; None where it is no part of the application."""


def lot_ways(offer: Ready, units: Sequence[Unit], entered: Sequence[Unit] | None = None) -> tuple[list[Offs], bool]:
    """What comes off these units, which the offer may take, for each choice of units; and whether these are all.

    `entered` are they as they entered the stage. Where nothing comes off there is no way.
    """
    entered = units if entered is None else entered
    chosen, whole = picks(offer, entered, units)
    ways = [_offs(offer, places, units, entered) for places in chosen]
    return [offs for offs in ways if any(offs)], whole


def _offs(offer: Ready, chosen: Sequence[int], units: Sequence[Unit], entered: Sequence[Unit]) -> Offs:
    """One rounding for each unit, line or lot as the offer says; no more than is left of the units now; of that, the
    most that the offer may give."""
    reduction = offer.reduction
    per = reduction.per or reduction.usual_per(offer.stage)
    bases = [unit.first if offer.initial else unit.amount for unit in entered]
    parts: dict[int, list[int]] = {}
    for place in chosen:
        key = place if per == "unit" else units[place].article if per == "line" else 0
        parts.setdefault(key, []).append(place)
    offs: Offs = [None] * len(units)
    for places in parts.values():
        off = reduction.off(sum(bases[place] for place in places), len(places))
        if off == 0:
            continue
        room = [units[place].amount for place in places]
        by_pieces = reduction.spread == "pieces"
        weights = [1 if by_pieces else entered[place].amount for place in places]
        for place, part in zip(places, spread(off, weights, room), strict=True):
            offs[place] = part
    wanted = [off or 0 for off in offs]
    if offer.most is not None and sum(wanted) > offer.most:
        capped = spread(offer.most, wanted, wanted)
        return [None if off is None else part for off, part in zip(offs, capped, strict=True)]
    return offs


def most_off(offer: Ready, units: Sequence[tuple[Unit, int]], mask: Mask) -> int:
    """No less than what this offer could take off these units at these amounts or lower ones."""
    reduction = offer.reduction
    per = reduction.per or reduction.usual_per(offer.stage)
    here = [(unit, count) for unit, count in units if mask >> unit.article & 1]
    bases = [(unit.first if offer.initial else unit.amount, count) for unit, count in here]
    if per == "lot":
        off = reduction.off(sum(base * count for base, count in bases), sum(count for _, count in bases))
    elif per == "line":
        lines: dict[int, tuple[int, int]] = {}
        for (unit, count), (base, _) in zip(here, bases, strict=True):
            amount, pieces = lines.get(unit.article, (0, 0))
            lines[unit.article] = amount + base * count, pieces + count
        off = sum(reduction.off(amount, pieces) for amount, pieces in lines.values())
    else:
        off = sum(reduction.off(base, 1) * count for base, count in bases)
    return off if offer.most is None else min(off, offer.most)
