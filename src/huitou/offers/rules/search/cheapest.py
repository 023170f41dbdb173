"""The least that components cost before the order stage."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from huitou.offers.rules.search.any_price import boundable
from huitou.offers.rules.search.blend import Units
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.floors import Floors, Switched
from huitou.offers.rules.search.packing import saving
from huitou.offers.rules.search.ready import Unit

MOST_LOCAL_PRICES = 8
"""Prices inside one component that are switched on and off in all combinations."""
MOST_LOOKS_AT_FIRST = 60
"""At the clock, while the packings at any prices are searched for the first time."""
LOOKED_AT_ONCE = 8
"""So many combinations, times deals, are looked at one by one: that is quicker than a bound for all of them."""
MOST_SETS_AT_FIRST = 8
"""Where there are more of these combinations they are looked at when all else is done: each takes long."""


class Cheapest:
    """The components of a basket, each by itself."""

    def __init__(self, floors: Floors, out_of_time: Callable[[], bool]) -> None:
        self.floors, self.out_of_time = floors, out_of_time
        self.thorough = False
        """Look at every combination of prices, however many there are."""
        self.left_out = False
        """Some were not looked at, for want of being thorough."""

    def of_all(self, off: Switched) -> tuple[Units, int]:
        """The units at their least with these shared prices off, and how much less it could be at most."""
        units: list[Unit] = []
        short = 0
        for component in self.floors.parts.components:
            left, shorter = self.of(component, off)
            units += left
            short += shorter
        return tuple(units), short

    def of(self, component: Component, off: Switched) -> tuple[Units, int]:
        least: int | None = None
        best: tuple[int, Units] | None = None
        sets, all_sets = self._local_sets(component, off)
        several = component.mask & (component.mask - 1) != 0  # of one article each set is quickly looked at
        if several and len(sets) > 1 and len(sets) * len(component.deals) > LOOKED_AT_ONCE and boundable(component):
            known = self._with_all_prices(component, off, len(sets))
            if known is not None:
                return known
        hopeless: list[Switched] = []
        noise = self.floors.pieces(component) if component.noisy else 0
        for local in sets:
            if any(dear <= local for dear in hopeless):
                continue
            if best is not None and self.out_of_time():
                all_sets = False
                break
            ways = self.floors.ways(component, local)
            if best is not None and ways.at_least() >= best[0]:
                # Where a lower price can only help, no set with still more of them off is better (see `floor`).
                if component.steady and self.floors.plain(component) and ways.at_least() - noise >= best[0]:
                    hopeless.append(local)
                continue
            found = ways.cheapest()
            of_ways = found[0] if ways.complete else min(found[0], ways.at_least())
            least = of_ways if least is None else min(least, of_ways)
            if best is None or found[0] < best[0]:
                best = found
        assert best is not None
        assert least is not None
        if not all_sets:
            least = min(least, self.floors.floor(component, off))
        return best[1], max(0, best[0] - least)

    def _with_all_prices(self, component: Component, off: Switched, sets: int) -> tuple[Units, int] | None:
        """The least with all prices on, where nothing is less with some of them off or time is out; else None."""
        ways = self.floors.ways(component, off)
        total, units = ways.begun()
        closing = {offer.place for offer in component.prices if offer.never}
        if closing:  # what they take serves no deal, which can cost far more than they save
            total, units = min(
                (total, units), self.floors.ways(component, off | closing).begun(), key=lambda one: one[0]
            )
        any_price = self.floors.any_price(component, off)
        chain, complete = any_price.better_than(total, self.out_of_time if self.thorough else self._few_looks())
        if chain is not None and self.floors.plain(component):
            total, units = min((total, units), ways.left_by(saving(chain)), key=lambda one: one[0])
        if any_price.at_least() >= total:
            return units, 0
        many = (sets > MOST_SETS_AT_FIRST or not complete) and not self.thorough
        self.left_out = self.left_out or many
        return (units, total - self.floors.floor(component, off)) if many or self.out_of_time() else None

    def _few_looks(self) -> Callable[[], bool]:
        """Time is out after some looks at the clock, so that there is time for the rest of the basket."""
        looks = count()
        return lambda: next(looks) >= MOST_LOOKS_AT_FIRST or self.out_of_time()

    def _local_sets(self, component: Component, off: Switched) -> tuple[list[Switched], bool]:
        """Which of its own prices to switch off, and whether these are all that could be best.

        None, where a lower price can only help.
        """
        if component.plain and not component.noisy and (not component.prices or component.steady):
            return [off], True
        return self.every_set(component, off)

    def every_set(self, component: Component, off: Switched) -> tuple[list[Switched], bool]:
        """All sets of its own prices to switch off that differ in what its units then cost."""
        prices = component.prices
        if component.mask & (component.mask - 1) == 0 and all(o.unitwise and not o.always for o in prices):
            values = self.floors.parts.articles[component.mask.bit_length() - 1].values
            if values[0] == values[-1]:
                # One article: with a price on, dearer ones mean nothing; so the lower ones are switched off in turn.
                takes = sorted((-fen, o.place) for o in prices if (fen := o.reduction.off(values[0], 1)))
                return [off | {place for _, place in takes[:count]} for count in range(len(takes) + 1)], True
        sets = [off]
        for offer in prices[:MOST_LOCAL_PRICES]:
            sets += [one | {offer.place} for one in sets]
        return sorted(sets, key=len), len(prices) <= MOST_LOCAL_PRICES
