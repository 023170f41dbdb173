"""What is paid at least for each unit of a component by itself, however deals spread their discounts."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.price_stage import Bins
from huitou.offers.rules.search.ready import Ready, Unit, ranks_apart
from huitou.offers.rules.search.unlisted import worked_on
from huitou.offers.terms import HUNDRED_PERCENT


def unit_floors(component: Component, bins: Bins, first: Sequence[tuple[Unit, int]]) -> dict[int, int]:
    """Fen by article, for all its units: nobody pays less, whatever the others cost.

    `bins` are the units at the lowest prices that could enter the deals, `first` all units before every offer. A deal's
    discount lies on its units by their value, so that each keeps the share of its value that all of them keep together.
    """
    if not component.bounded or not component.dealt_in_one_way or not all(item.unitwise for item in component.items):
        return {}
    slopes, flat = worked_on(bins, component.items)
    kept = [(deal, _kept(deal, first)) for deal in component.deals]
    floors: dict[int, int] = {}
    for number, (unit, pieces) in enumerate(bins):
        least = min((share for deal, share in kept if deal.mask >> unit.article & 1), default=HUNDRED_PERCENT)
        # Shares are rounded to the fen.
        value = unit.amount * least // HUNDRED_PERCENT - (least < HUNDRED_PERCENT)
        each = max(0, value * (HUNDRED_PERCENT - slopes[number]) // HUNDRED_PERCENT - flat[number])
        floors[unit.article] = floors.get(unit.article, 0) + each * pieces
    return floors


def _kept(deal: Ready, first: Sequence[tuple[Unit, int]]) -> int:
    """Of the value of its units an application leaves so much to be paid, in hundredths of a percent."""
    if deal.initial or ranks_apart(deal, deal.mask):
        return 0
    worth = 0
    for mask, slot in zip(deal.takes, deal.deal.slots(), strict=True):
        worth += slot.pieces * max(unit.amount for unit, _ in first if mask >> unit.article & 1)
    return deal.deal.kept(worth)
