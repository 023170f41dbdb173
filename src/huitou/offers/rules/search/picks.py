"""Which units an offer takes that may take only some: so many of the cheapest, or of the dearest.

By what they are worth where the offer finds them; between articles of the same worth the canonical order decides. Of
like units, which of them it takes is free, as it is for deals: where they fared differently, every choice is a way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from huitou.offers.rules.articles import untaxed
from huitou.offers.rules.search.ready import Ready, Unit

MOST_PICKS = 300
"""Ways to choose for one application; beyond them the answer says that it is not proven."""


def picks(offer: Ready, entered: Sequence[Unit], units: Sequence[Unit]) -> tuple[list[list[int]], bool]:
    """Every choice of places, in canonical order, and whether these are all.

    `entered` are the units as they entered the stage, `units` as they are now.
    """
    reduction = offer.reduction
    if reduction.most_units is None and offer.most_units is None:
        return [list(range(len(units)))], True
    per_line = reduction.most_units if reduction.most_units_of == "line" else None
    of_line: dict[int, int] = {}
    left = offer.most_units
    options: list[list[list[int]]] = []
    whole = True
    for alike in _by_worth(offer, entered):
        article = units[alike[0]].article
        most = len(alike) if left is None else min(left, len(alike))
        if per_line is not None:
            most = min(most, per_line - of_line.get(article, 0))
            of_line[article] = of_line.get(article, 0) + most
        if left is not None:
            left -= most
        if most:
            groups = _faring_alike(alike, entered, units) if most < len(alike) else [alike]
            options.append(list(islice(taken_alike(groups, most), MOST_PICKS + 1)))
            whole = whole and len(options[-1]) <= MOST_PICKS
    found = [sorted(place for of_class in chosen for place in of_class) for chosen in _some(options)]
    return found[:MOST_PICKS], whole and len(found) <= MOST_PICKS


def _some(options: Sequence[Sequence[list[int]]]) -> Iterator[tuple[list[int], ...]]:
    return islice(product(*options), MOST_PICKS + 1)


def _by_worth(offer: Ready, entered: Sequence[Unit]) -> list[list[int]]:
    """The places in the order in which they are taken: like units of the same worth together.

    Of a number of units, those that cost nothing any more are not counted.
    """
    classes: dict[tuple[tuple[int, int], int], list[int]] = {}
    for place, unit in enumerate(entered):
        if unit.amount:
            base = unit.first if offer.initial else unit.amount
            classes.setdefault((untaxed(base, offer.articles[unit.article]), unit.article), []).append(place)
    dearest = offer.reduction.pick == "dearest"
    sign = -1 if dearest else 1
    order = sorted(classes, key=lambda one: (sign * one[0][0], sign * one[0][1], one[1]))
    return [classes[one] for one in order]


def _faring_alike(places: Sequence[int], entered: Sequence[Unit], units: Sequence[Unit]) -> list[list[int]]:
    """Like units that fared alike so far: which of them is taken changes nothing."""
    groups: dict[object, list[int]] = {}
    for place in places:
        unit = units[place]
        took = tuple(took.place for took in unit.takings)
        groups.setdefault((entered[place].amount, unit.amount, unit.first, took), []).append(place)
    return sorted(groups.values(), key=lambda group: (-units[group[0]].amount, group))


def taken_alike(groups: Sequence[list[int]], count: int) -> Iterator[list[int]]:
    """Every choice of `count` from groups of like units: how many of each."""
    if count == 0:
        yield []
    elif groups:
        first, *others = groups
        for number in range(min(count, len(first)), -1, -1):
            for rest in taken_alike(others, count - number):
                yield first[:number] + rest
