"""Every way before the order stage that could be better, once around: component by component, then together.

The ways of the component with most deals are looked at as they are found and never kept, each beside all ways of the
others; whatever is better narrows the window for what follows.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from huitou.offers.rules.search.best import BestSoFar
from huitou.offers.rules.search.blend import State, Units, blend, left_ways
from huitou.offers.rules.search.bounds import Bounded
from huitou.offers.rules.search.cheapest import MOST_SETS_AT_FIRST, Cheapest
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.floors import Floors, Switched
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_bound import Window
from huitou.offers.rules.search.late_sums import LateSums
from huitou.offers.rules.search.ready import Unit

MOST_WAYS = 5_000
"""Of one component; beyond so many the search gives up its proof."""
MOST_SEEN = 20_000
"""Of the component whose ways are not kept."""


class Exploration:
    """The ways of one basket; `complete` while none was left out."""

    def __init__(
        self,
        floors: Floors,
        late: Late,
        best: BestSoFar,
        bounded: Bounded,
        cheapest: Cheapest,
        out_of_time: Callable[[], bool],
    ) -> None:
        self.floors, self.parts, self.late, self.best, self.bounded = floors, floors.parts, late, best, bounded
        self.out_of_time = out_of_time
        self.cheapest = cheapest
        self.sums = LateSums(late)
        self.by_sums = late.of_sums and (bounded.roomy or late.of_one_sum)
        """The late stages look at nothing but the sums on the parts of the basket."""
        self.late_most = late.most_at_first(self.parts.first)
        self.complete = True
        self.window: Window = (0, 0)

    def look_at(self, window: Window) -> None:
        """Look at every way that enters the order stage for so much."""
        shared = self.parts.shared_prices
        self.window = window
        queue: list[tuple[Switched, int]] = [(frozenset(), -1)]
        while queue and self.complete:
            off, last = queue.pop(0)
            if self.out_of_time():
                self.complete = False
                return
            least = sum(self.floors.floor(component, off) for component in self.parts.components)
            if least > self.window[1] or least - self.late_most >= self.best.total:
                continue
            self._look_with(off)
            queue += [(off | {shared[number].place}, number) for number in range(last + 1, len(shared))]

    def _look_with(self, off: Switched) -> None:
        if not self.late.switches:
            entered, short = self.cheapest.of_all(off)
            self._settle(entered)
            self.complete = self.complete and not short
            return
        self.window = self.window[0], min(self.window[1], self.best.total + self.late_most - 1)
        local = {c.mask: self.cheapest.every_set(c, off) for c in self.parts.components}
        if not all(all_sets for _, all_sets in local.values()):
            self.complete = False
            return
        sets = {mask: some for mask, (some, _) in local.items()}
        least = {c.mask: self._least(c, off, sets[c.mask]) for c in self.parts.components}
        spare = self.window[1] - sum(least.values())
        if spare < 0:
            return
        dearest = {c.mask: min(self._dearest(c), least[c.mask] + spare) for c in self.parts.components}
        dealing = [c for c in self.parts.components if c.deals and c.mask & self.bounded.matters]
        streamed = max(dealing, key=lambda c: (len(c.deals), c.mask.bit_count(), -c.mask), default=None)
        kept: list[list[tuple[int, Units]]] = []
        from_, to = self.window
        for component in self.parts.components:
            if component is not streamed and self.complete:
                others = sum(dear for mask, dear in dearest.items() if mask != component.mask)
                window = max(0, from_ - others), least[component.mask] + spare
                kept.append(self._kept_ways(component, off, sets[component.mask], window))
        if not self.complete or not all(kept):
            return
        beside = (0, 0) if streamed is None else (least[streamed.mask], dearest[streamed.mask])
        states, complete = blend(
            kept, (from_ - beside[1], to - beside[0]), self._alike, self.best.rank, self.out_of_time
        )
        self.complete = self.complete and complete
        if streamed is None:
            self._take(states)
        elif states:
            self._stream(streamed, sets[streamed.mask], states)

    def _least(self, component: Component, off: Switched, sets: list[Switched]) -> int:
        if len(sets) > MOST_SETS_AT_FIRST or self.out_of_time():
            return self.floors.floor(component, off)
        return min(self.floors.ways(component, one, relaxed=True).at_least() for one in sets)

    def _kept_ways(
        self, component: Component, off: Switched, sets: list[Switched], window: Window
    ) -> list[tuple[int, Units]]:
        if not component.mask & self.bounded.matters:
            left, short = self.cheapest.of(component, off)
            self.complete = self.complete and not short
            return [(sum(unit.amount for unit in left), left)]
        mine: dict[Units, int] = {}

        def take_in(of_units: list[list[Unit]]) -> None:
            for number, (total, units) in enumerate(left_ways(of_units, *window)):
                mine.setdefault(tuple(sorted(units)), total)
                if len(mine) > MOST_WAYS or (number & 31 == 31 and self.out_of_time()):
                    self.complete = False
                    return

        for one in sets:
            self.complete = self.complete and not self.out_of_time()
            if self.complete:
                ways = self.floors.ways(component, one)
                ways.every(lambda: window, take_in, self.late.atom_of if self.by_sums else None)
                self.complete = self.complete and ways.complete
        return [(total, units) for units, total in mine.items()]

    def _stream(self, component: Component, sets: list[Switched], states: list[State]) -> None:
        """Every way of this component beside every state of the others."""
        totals = [state.total for state in states]
        seen: set[object] = set()

        def window() -> Window:
            return max(0, self.window[0] - totals[-1]), self.window[1] - totals[0]

        def take_in(of_units: list[list[Unit]]) -> None:
            for number, (total, units) in enumerate(left_ways(of_units, *window())):
                if number & 31 == 31 and self.out_of_time():
                    self.complete = False
                if not self.complete:
                    return
                key = total, self._alike(units)
                if key not in seen:
                    seen.add(key)
                    self._beside(total, units, states, totals)
            self.complete = self.complete and len(seen) <= MOST_SEEN

        for one in sets:
            self.complete = self.complete and not self.out_of_time()
            if self.complete:
                ways = self.floors.ways(component, one)
                ways.every(window, take_in, self.late.atom_of if self.by_sums else None)
                self.complete = self.complete and ways.complete

    def _beside(self, total: int, units: Units, states: list[State], totals: list[int]) -> None:
        from_, to = self.window
        for number in range(bisect_left(totals, from_ - total), bisect_right(totals, to - total)):
            if number & 31 == 31 and self.out_of_time():
                self.complete = False
                return
            joined = states[number].units + units
            if totals[number] + total - self._could_take(joined) < self.best.total:
                self._settle(joined)

    def _take(self, states: list[State]) -> None:
        promising: list[tuple[int, int]] = []
        for number, state in enumerate(states):
            if state.total - self.late_most >= self.best.total:
                break
            if number & 31 == 31 and self.out_of_time():
                self.complete = False
                break
            reach = state.total - self._could_take(state.units)
            if reach < self.best.total:
                promising.append((reach, number))
        for reach, number in sorted(promising):  # the best of them soon leave nothing to the others
            if reach >= self.best.total:
                break
            if self.out_of_time():
                self.complete = False
                return
            self._settle(states[number].units)

    def _settle(self, units: Units) -> None:
        """A better answer narrows the window: of the ways to come only those cheaper by as much could be better."""
        known = self.best.total
        if self.best.settle(units) < self.best.total:
            self.complete = False
        self.window = self.window[0], self.window[1] - (known - self.best.total)

    def _could_take(self, units: Units) -> int:
        """The late offers take no more off these units."""
        return self.sums.most(units) if self.sums.usable and self.by_sums else self.late.could_take(units)

    def _dearest(self, component: Component) -> int:
        """Its units before every offer."""
        return sum(unit.first * pieces for unit, pieces in self.parts.first if component.mask >> unit.article & 1)

    def _alike(self, units: Units) -> object:
        """What the late stages cannot tell apart is the same."""
        if self.by_sums:
            amounts, pieces = self.late.sums(units)
            return *amounts, *pieces, sum(unit.amount for unit in units if unit.closed)
        return tuple(sorted((u.article, u.first, u.amount, u.closed, bool(u.takings)) for u in units))
