"""What is paid at least after the late stages, whatever way enters them: by the sums that could enter.

Where units close, needs can break, or a deal lies across the goods of a threshold, no single way is known to be the
best one to begin with. But a way that costs W fen more than the least brings at most W fen more to any set of goods.
So every late offer is given its best at `the most that the set can be worth + W`; between two steps W grows faster than
what is taken off. The least is found at W = 0 or where a need or a step is reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.item_stage import most_off
from huitou.offers.rules.search.late import Late, Switch
from huitou.offers.rules.search.ready import Unit
from huitou.offers.terms import HUNDRED_PERCENT

MOST_STEPS = 40
"""Of one offer; a ladder with more steps in reach is given its most from there on."""


class Entering(NamedTuple):
    """The sums of one set of goods that could enter the order stage."""

    base: int
    """Fen at most, on the ways that cost least together."""
    dearest: int
    """Fen, at the first amounts."""
    pieces: int

    def at(self, more: int) -> int:
        return min(self.dearest, self.base + more)


def least_paid(
    late: Late, least: int, sets: Mapping[Mask, Entering], dearest: Sequence[tuple[Unit, int]], best: int
) -> tuple[int, int]:
    """(nobody pays less than this, ways that cost more than `least` + this cannot beat `best`); all in fen."""
    if sum(offer.reduction.slope for offer, _ in late.switches) > HUNDRED_PERCENT:
        most = late.most(dearest)
        return least - most, best - 1 + most - least
    rounded = sum(offer.reduction.slope > 0 for offer, _ in late.switches)
    noise = max(0, rounded - 1)
    alone = [most_off(offer, dearest, offer.mask) for offer, _ in late.switches]
    marks = sorted({0, *(mark for switch in late.switches for mark in _marks(switch, sets))})
    low, widest = best, 0
    for number, mark in enumerate(marks):
        off = late.most_of(_offs(late, sets, alone, mark), late.switches)
        low = min(low, least + mark - off - noise)
        # Up to the next mark what is taken off grows by a percentage alone.
        last = marks[number + 1] - 1 if number + 1 < len(marks) else best + late.most(dearest)
        most = late.most_of(_offs(late, sets, alone, last), late.switches) + noise
        if least + mark - most < best:
            widest = max(widest, min(last, best - 1 - least + most))
    return low, widest


def _marks(switch: Switch, sets: Mapping[Mask, Entering]) -> list[int]:
    """How much more must enter until a need holds or a step is reached."""
    offer = switch.offer
    found = [need.least_amount - sets[mask].base for mask, need in offer.needs]
    entering = sets[offer.mask]
    step = offer.reduction.next_step(entering.base)
    while step is not None and step <= entering.dearest and len(found) < MOST_STEPS:
        found.append(step - entering.base)
        step = offer.reduction.next_step(step)
    return [mark for mark in found if mark > 0]


def _offs(late: Late, sets: Mapping[Mask, Entering], alone: Sequence[int], more: int) -> list[int]:
    """What each late offer takes off at most when so much more enters."""
    found = []
    for (offer, _), most in zip(late.switches, alone, strict=True):
        reduction = offer.reduction
        lot = offer.per == "lot"
        reached = all(
            offer.initial or (sets[mask].at(more) >= need.least_amount and sets[mask].pieces >= need.least_pieces)
            for mask, need in offer.needs
        )
        if not reached:
            found.append(0)
        elif (not lot and not reduction.slope) or offer.initial or _long_ladder(offer.mask, late, sets):
            found.append(most)
        else:  # a percentage of each unit or line is one of the sum, but for their roundings
            entering = sets[offer.mask]
            off = reduction.off(entering.at(more), entering.pieces)
            found.append(min(most, off if lot else off + entering.pieces))
    return found


def _long_ladder(mask: Mask, late: Late, sets: Mapping[Mask, Entering]) -> bool:
    """More steps are in reach than are looked at."""
    return any(len(_marks(switch, sets)) >= MOST_STEPS for switch in late.switches if switch.offer.mask == mask)
