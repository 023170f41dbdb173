"""What late offers take off together at most: a coupon looks at what the order offers before it have left.

满100减15 as a coupon does not hold on 100.00 from which 满99减10 was taken before. So each combination of order offers
that may be on, and of the steps that they may have reached, is put beside the coupons with what it leaves to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_search import Switch, allowed

MOST_COMBINATIONS = 40
MOST_LEVELS = 5
"""Of one offer that are told apart."""

Level = tuple[int, int, int]
"""(the switch, from this amount on, fen off)"""


def combinations_of(late: Late, alone: Sequence[int]) -> list[tuple[Level, ...]]:
    """The order offers that may be on together, each at one of its steps; empty where that is of no help.

    `alone`: what each switch takes off at most.
    """
    if not any(_looks_at_sums(switch) for switch in late.coupons):
        return []
    choices: list[list[Level | None]] = []
    count = 1
    for number, switch in enumerate(late.orders):
        levels = _levels(number, switch, alone[number])
        if alone[number]:
            choices.append([None, *levels])
            count *= len(choices[-1])
        if (not levels and alone[number]) or count > MOST_COMBINATIONS:
            return []
    found = []
    for choice in product(*choices):
        on = [level for level in choice if level is not None]
        numbers = [number for number, _, _ in on]
        if all(allowed(late.switches, late.switches[n], numbers[:at], ()) for at, n in enumerate(numbers)):
            found.append(tuple(on))
    return found


def _looks_at_sums(switch: Switch) -> bool:
    offer = switch.offer
    needs = any(need.least_amount for _, need in offer.needs)
    return not offer.initial and (needs or offer.reduction.next_step(0) is not None)


def _levels(number: int, switch: Switch, most: int) -> list[Level]:
    """The steps of an offer over a lot; none where what it takes off is not one of a few amounts."""
    offer = switch.offer
    if not offer.over_the_lot or offer.initial or offer.never or offer.reduction.slope or offer.most is not None:
        return []
    found: list[Level] = []
    step = offer.reduction.next_step(0)
    pieces = sum(article.pieces for place, article in enumerate(offer.articles) if offer.mask >> place & 1)
    while step is not None and len(found) <= MOST_LEVELS:
        off = offer.reduction.off(step, pieces)
        if off > most:
            break
        if off != offer.reduction.off(step, 0):  # units that are closed count for none of its pieces
            return []
        found.append((number, step, off))
        step = offer.reduction.next_step(step)
    first_only = offer.reduction.off(max(0, (found[0][1] if found else 1) - 1), pieces)
    return found if found and len(found) <= MOST_LEVELS and not first_only else []


def left_less(late: Late, levels: Sequence[Level], mask: Mask) -> int:
    """What these order offers take off goods of `mask` before a coupon looks at them, at least."""
    return sum(off for number, _, off in levels if not late.switches[number].offer.mask & ~mask)


def most_together(
    late: Late,
    combinations: Sequence[tuple[Level, ...]],
    amount_of: Callable[[Mask], int],
    offs: Sequence[int],
    off_of_coupon: Callable[[int, Mapping[Mask, int]], int],
) -> int:
    """The most that all late offers take off together, where `offs` are what each takes off by itself.

    `amount_of`: what a set of goods is worth at most; `off_of_coupon`: what a switch takes off where so much was taken
    off each set before.
    """
    most = 0
    first = len(late.orders)
    for levels in combinations:
        if any(amount_of(late.switches[n].offer.mask) < least or not offs[n] for n, least, _ in levels):
            continue
        coupons = []
        for number in range(first, len(late.switches)):
            less = {mask: left_less(late, levels, mask) for mask in late.masks[number]}
            coupons.append(off_of_coupon(number, less) if offs[number] else 0)
        together = sum(off for _, _, off in levels) + late.most_of(coupons, late.coupons)
        most = max(most, together)
    return most
