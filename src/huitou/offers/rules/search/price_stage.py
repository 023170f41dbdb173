"""Stage `price`: member and flash prices. Of those that are on and match a unit, the lowest price wins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from huitou.offers.rules.articles import Article, Mask, places_in
from huitou.offers.rules.search.ready import Ready, Took, Unit

Bins = list[tuple[Unit, int]]
"""Units that fare alike, with their number of pieces, in canonical order."""


def enter(articles: Sequence[Article], mask: Mask, on: Sequence[Ready]) -> Bins:
    """The units of these articles after the stage, with the offers of `on` (in order) switched on."""
    simple = all(offer.unitwise for offer in on)
    bins: Bins = []
    if simple:
        for index in places_in(mask):
            here = [offer for offer in on if offer.mask >> index & 1]
            for first, pieces in alike_values(articles[index]):
                bins.append((_priced(index, first, here), pieces))
        return bins
    return _gathered(_limited(articles, mask, on))


def alike_values(article: Article) -> list[tuple[int, int]]:
    """(fen, pieces): the values of its units, dearest first; taxes on top may part them by a fen."""
    dearest, cheapest = article.values[0], article.values[-1]
    if dearest == cheapest:
        return [(dearest, article.pieces)]
    pieces = article.values.count(dearest)
    return [(dearest, pieces), (cheapest, article.pieces - pieces)]


def _priced(article: int, first: int, on: Sequence[Ready]) -> Unit:
    """One unit whose offers know no limits."""
    wins: Ready | None = None
    most = 0
    for offer in on:
        if not offer.always and (off := offer.reduction.off(first, 1)) > most:
            wins, most = offer, off
    if wins is None:
        unit = Unit(article, first, first, False, ())
    else:
        unit = Unit(article, first, first - most, wins.never, (Took(wins.place, most, 0, wins.coupon),))
    for offer in on:
        if offer.always and not unit.closed:
            unit = take(unit, offer, offer.reduction.off(first, 1))
    return unit


def take(unit: Unit, offer: Ready, off: int, application: int = 0, coupon: str | None = None) -> Unit:
    """The unit after `offer` took `off` of it, at most what is left; unchanged where that is nothing."""
    off = min(off, unit.amount)
    return served(unit, offer, off, application, coupon) if off > 0 else unit


def served(unit: Unit, offer: Ready, off: int, application: int = 0, coupon: str | None = None) -> Unit:
    """The unit as a part of an application that took `off` of it; nothing is a share as well."""
    took = Took(offer.place, off, application, offer.coupon if coupon is None else coupon)
    return Unit(unit.article, unit.first, unit.amount - off, offer.never, (*unit.takings, took))


def _limited(articles: Sequence[Article], mask: Mask, on: Sequence[Ready]) -> list[Unit]:
    """With units or budget left: the largest discounts first, then the canonical order of units, then of offers.

    Offers that are `always` come on top of that, one after the other.
    """
    units = [Unit(index, first, first, False, ()) for index in places_in(mask) for first in articles[index].values]
    pairs = [
        (-off, number, offer.place, offer)
        for number, unit in enumerate(units)
        for offer in on
        if offer.mask >> unit.article & 1 and (off := offer.reduction.off(unit.first, 1))
    ]
    left_units = {offer.place: offer.most_units for offer in on}
    left_fen = {offer.place: offer.most for offer in on}
    of_line: Counter[tuple[int, int]] = Counter()
    for usual in (True, False):
        in_turn = sorted(pairs, key=lambda pair: pair[:3] if usual else (pair[2], *pair[:2]))
        for minus_off, number, place, offer in in_turn:
            unit = units[number]
            if offer.always == usual or unit.closed or (usual and unit.takings) or (offer.never and unit.takings):
                continue
            most_of_line = offer.reduction.most_units if offer.reduction.most_units_of == "line" else None
            if most_of_line is not None and of_line[place, unit.article] >= most_of_line:
                continue
            units_left, fen_left = left_units[place], left_fen[place]
            if units_left == 0 or fen_left == 0:
                continue
            off = min(-minus_off, unit.amount, -minus_off if fen_left is None else fen_left)
            if not off:  # nothing is left of it: it uses up no limit
                continue
            units[number] = served(unit, offer, off)
            of_line[place, unit.article] += 1
            left_units[place] = None if units_left is None else units_left - 1
            left_fen[place] = None if fen_left is None else fen_left - off
    return units


def _gathered(units: Sequence[Unit]) -> Bins:
    return list(Counter(units).items())
