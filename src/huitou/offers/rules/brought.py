"""What a benefit lies on: its points line by line, and the goods that it needed. A return mirrors both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huitou.kernel.shares import largest_remainder
from huitou.offers.rules.articles import Mask
from huitou.offers.rules.pricing import Priced
from huitou.offers.terms import Benefit, CountedLine, Fen, Need, Needed, UnitPrice

_ANYTHING = Need(least_pieces=1)
"""What stands in place of a need that asks for nothing: one of its goods."""


def brought(priced: Priced, prices: Sequence[UnitPrice], benefits: Sequence[Benefit]) -> list[Benefit]:
    """The benefits with what they lie on."""
    if not benefits:
        return []
    compiled = {one.compiled.offer.id: one.compiled for one in priced.touched}
    found = []
    for benefit in benefits:
        offer = compiled[benefit.offer]
        points, mask = int(benefit.given.get("points", 0)), priced.shelf.mask(offer.takes[0])
        lines = points_by_line(priced, prices, [(points, mask)]) if points else ()
        needs = [(priced.shelf.mask(asked), need) for asked, need in offer.needs] or [(mask, _ANYTHING)]
        initial = offer.offer.base == "initial"
        needed = tuple(_needed(priced, prices, goods, need, initial=initial) for goods, need in needs)
        found.append(replace(benefit, points_by_line=tuple(lines), needed=needed))
    return found


def points_by_line(priced: Priced, prices: Sequence[UnitPrice], given: Sequence[tuple[int, Mask]]) -> list[int]:
    """Points on the lines of the goods that earned them, by what is paid for these; of free goods by pieces."""
    lines = [0] * len(priced.request.basket)
    article_of = _article_of(priced)
    paid = list(lines)
    for price in prices:
        paid[price.line - 1] += price.after * price.pieces
    for points, mask in given:
        mine = [place for place in range(len(lines)) if mask >> article_of[place + 1] & 1]
        weights = [paid[place] for place in mine]
        if not any(weights):
            weights = [priced.request.basket[place].quantity for place in mine]
        for place, part in zip(mine, largest_remainder(points, weights), strict=True):
            lines[place] += part
    return lines


def _article_of(priced: Priced) -> dict[int, int]:
    return {number: index for index, article in enumerate(priced.articles) for number, _ in article.lines}


def _needed(priced: Priced, prices: Sequence[UnitPrice], mask: Mask, need: Need, *, initial: bool) -> Needed:
    article_of = _article_of(priced)
    sums: dict[int, tuple[int, int]] = {}
    for price in prices:
        if mask >> article_of[price.line] & 1:
            amount, pieces = sums.get(price.line, (0, 0))
            each = price.before if initial else price.after
            sums[price.line] = (amount + each * price.pieces, pieces + price.pieces)
    lines = tuple(CountedLine(line, Fen(amount), pieces) for line, (amount, pieces) in sorted(sums.items()))
    least_pieces = need.least_pieces if need.least_amount or need.least_pieces else 1
    return Needed(need.least_amount, least_pieces, lines)
