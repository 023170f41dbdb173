"""A way that almost reaches a step of 满减 gives some of its savings back: a few applications of deals are left out.

Which of them reach the step at the least cost is a knapsack: where all lie on the goods of the step, by the sums that
can be made (one bit a fen); else the cheapest for each sum, a few hundred sums at most. It is no proof, but an answer
to begin with, so that the search has less to look at and its end by the clock costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.blend import Units
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.ready import Ready, Took, Unit

MOST_SUMS = 200
"""So many sums are kept while savings on several sets of goods are put together."""
MOST_SAVINGS = 80
MOST_STEPS = 3
"""Of one ladder, beyond what is reached."""


class Saving(NamedTuple):
    """Something that can be left out: the units it took from, by their place, as they are without it."""

    places: tuple[int, ...]
    without: Units

    def returned(self, units: Units, mask: Mask) -> int:
        """Fen more that open units of these goods are worth without it."""
        more = 0
        for place, after in zip(self.places, self.without, strict=True):
            if mask >> after.article & 1:
                before = units[place]
                more += (0 if after.closed else after.amount) - (0 if before.closed else before.amount)
        return more

    def cost(self, units: Units) -> int:
        return sum(after.amount - units[place].amount for place, after in zip(self.places, self.without, strict=True))


def savings_of(
    units: Units, offers: Mapping[int, Ready], may_part: Callable[[Unit], bool], alone: Callable[[Unit], Unit]
) -> list[Saving]:
    """Each application of a deal, and each unit's item offer beside the deals.

    `may_part`: nothing else depends on how this unit fares; `alone`: what becomes of a unit that no deal took.
    """
    of_application: dict[tuple[int, int], list[int]] = {}
    found = []
    for place, unit in enumerate(units):
        if not unit.takings or not may_part(unit):
            continue
        deal = next((took for took in unit.takings if offers[took.place].stage == "deal"), None)
        if deal is not None:
            of_application.setdefault((deal.place, deal.application), []).append(place)
        elif offers[unit.takings[-1].place].stage == "item":
            found.append(Saving((place,), (_before(unit, offers, ("price",)),)))
    for places in of_application.values():
        found.append(Saving(tuple(places), tuple(alone(_before(units[p], offers, ("price",))) for p in places)))
    return sorted(found)[:MOST_SAVINGS]


def _before(unit: Unit, offers: Mapping[int, Ready], stages: Sequence[str]) -> Unit:
    takings = tuple(took for took in unit.takings if offers[took.place].stage in stages)
    closed = any(offers[took.place].never for took in takings)
    return Unit(unit.article, unit.first, unit.first - sum(took.off for took in takings), closed, takings)


class Target(NamedTuple):
    """So many fen more of these goods, and a late offer gives more."""

    short: int
    mask: Mask


def targets(late: Late, entered: Units, paid: Units, dearest: Sequence[tuple[Unit, int]]) -> list[Target]:
    """The needs and the next steps that are missing, the nearest first; `paid` is what the best so far leaves."""
    most = late.most_at_first(dearest)
    found = set()
    for switch, alone in zip(late.switches, late.most_offs(dearest), strict=True):
        offer = switch.offer
        units = paid if offer.stage == "coupon" else entered
        if offer.initial or not alone:
            continue
        needs = [Target(need.least_amount - _sum(mask, units), mask) for mask, need in offer.needs]
        missing = [need for need in needs if need.short > 0]
        if len(missing) == 1:
            found.add(missing[0])
        elif not missing and offer.over_the_lot:
            amount = _sum(offer.mask, units)
            step = offer.reduction.next_step(amount)
            for _ in range(MOST_STEPS):
                if step is not None:
                    found.add(Target(step - amount, offer.mask))
                    step = offer.reduction.next_step(step)
    return sorted(target for target in found if target.short < most)


def _sum(mask: Mask, units: Units) -> int:
    return sum(unit.amount for unit in units if mask >> unit.article & 1 and not unit.closed)


def giving_back(units: Units, savings: Sequence[Saving], mask: Mask, short: int) -> Units | None:
    """The units when `short` fen more of these goods enter, at the least cost that was found; None: not to be had."""
    able = [(saving, saving.returned(units, mask), saving.cost(units)) for saving in savings]
    able = [one for one in able if one[1] > 0]
    if sum(more for _, more, _ in able) < short:
        return None
    if all(more == cost for _, more, cost in able):
        left_out = list(_by_sums([more for _, more, _ in able], short))
    else:
        left_out = _by_cost([(more, cost) for _, more, cost in able], short)
    return _without(units, [able[number][0] for number in left_out])


def _by_sums(returned: Sequence[int], short: int) -> Iterator[int]:
    """The numbers whose sum is the least that is `short` or more."""
    reached = [1]
    window = (1 << (short + max(returned) + 1)) - 1
    for more in returned:
        reached.append((reached[-1] | reached[-1] << more) & window)
    enough = reached[-1] >> short
    total = short + (enough & -enough).bit_length() - 1
    for number in range(len(returned) - 1, -1, -1):
        if not reached[number] >> total & 1:
            yield number
            total -= returned[number]


def _by_cost(savings: Sequence[tuple[int, int]], short: int) -> list[int]:
    """The numbers that return `short` or more at the least cost; good, where the sums are more than are kept."""
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for number, (more, cost) in enumerate(savings):
        for returned, (spent, chosen) in list(best.items()):
            together = min(short, returned + more)
            if together not in best or spent + cost < best[together][0]:
                best[together] = spent + cost, (*chosen, number)
        if len(best) > MOST_SUMS:
            coarse: dict[int, int] = {}
            for returned, (spent, _) in best.items():
                step = returned * MOST_SUMS // short
                if step not in coarse or (spent, -returned) < (best[coarse[step]][0], -coarse[step]):
                    coarse[step] = returned
            best = {returned: best[returned] for returned in coarse.values()}
    return list(best[short][1]) if short in best else []


def _without(units: Units, left_out: Sequence[Saving]) -> Units:
    """The units without these savings; what is left of each deal is counted from 1 again, with its first coupons."""
    after = list(units)
    for saving in left_out:
        for place, unit in zip(saving.places, saving.without, strict=True):
            after[place] = unit
    coupons: dict[tuple[int, int], str] = {}
    for unit in units:
        coupons |= {(took.place, took.application): took.coupon for took in unit.takings if took.application}
    kept = sorted({(t.place, t.application) for unit in after for t in unit.takings if t.application})
    renamed: dict[tuple[int, int], Took] = {}
    numbers: dict[int, int] = {}
    for place, application in kept:
        numbers[place] = numbers.get(place, 0) + 1
        renamed[place, application] = Took(place, 0, numbers[place], coupons[place, numbers[place]])
    return tuple(
        unit._replace(takings=tuple(_renamed(took, renamed) for took in unit.takings)) if unit.takings else unit
        for unit in after
    )


def _renamed(took: Took, renamed: Mapping[tuple[int, int], Took]) -> Took:
    name = renamed.get((took.place, took.application))
    return took if name is None else took._replace(application=name.application, coupon=name.coupon)
