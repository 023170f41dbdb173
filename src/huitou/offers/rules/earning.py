"""Points for what was paid for goods: after all discounts, before tenders, without levies."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.articles import Mask, Shelf, asked_of
from huitou.offers.rules.conditions import why_not
from huitou.offers.rules.search.ready import Unit
from huitou.offers.terms import Earned, EarnRule, PriceRequest

PRODUCT = "product"
"""The rule under which the bonus points of products stand."""


def points_of(rule: EarnRule, units: Sequence[Unit], mask: Mask) -> int:
    """`points` for every full `per_amount` of these goods together, and `per_piece`."""
    mine = [unit for unit in units if mask >> unit.article & 1]
    by_amount = sum(unit.amount for unit in mine) // rule.per_amount * rule.points if rule.per_amount > 0 else 0
    return by_amount + rule.per_piece * len(mine)


def earned(request: PriceRequest, units: Sequence[Unit], shelf: Shelf) -> list[tuple[Earned, Mask]]:
    """By rule with its goods, those that give nothing left out."""
    found = []
    for rule in sorted(request.earn_rules, key=lambda rule: rule.id):
        if why_not(rule.valid, request) is None:
            mask = shelf.mask(asked_of(rule.goods))
            points = points_of(rule, units, mask)
            if points:
                found.append((Earned(rule.id, points), mask))
    return found


def bonus_by_line(request: PriceRequest) -> list[int]:
    """The points that products bring of themselves, for each line."""
    return [line.bonus_points * line.quantity for line in request.basket]


def base_points(request: PriceRequest, units: Sequence[Unit], shelf: Shelf, mask: Mask) -> int:
    """The rules' points for the goods of `mask` alone: what a bonus multiplies."""
    return sum(
        points_of(rule, units, shelf.mask(asked_of(rule.goods)) & mask)
        for rule in request.earn_rules
        if why_not(rule.valid, request) is None
    )
