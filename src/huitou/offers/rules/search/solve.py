"""The best legal combination of a basket, or the best found with a proof of how far it can be off.

The stages before `order` fall into components that no offer links. Each is brought to its least; then only an offer
of the stages `order` and `coupon` whose needs or next step are not reached can make a dearer way the better one, and
only ways that cost at most what such an offer could give are looked at. docs/adr/0013 says why this is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from huitou.offers.rules.articles import Article
from huitou.offers.rules.search.best import BestSoFar, Solution
from huitou.offers.rules.search.blend import Units
from huitou.offers.rules.search.bounds import Bounds
from huitou.offers.rules.search.cheapest import Cheapest
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.explore import Exploration
from huitou.offers.rules.search.floors import Floors, Known
from huitou.offers.rules.search.giving_back import Saving, giving_back, savings_of, targets
from huitou.offers.rules.search.item_stage import most_off
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.parts import Parts
from huitou.offers.rules.search.ready import Ready, Unit

MOST_ROUNDS = 4
"""So often savings are given back for a step."""


class Solver:
    """One basket and one set of offers."""

    def __init__(
        self,
        articles: Sequence[Article],
        offers: Sequence[Ready],
        out_of_time: Callable[[], bool],
        known: Known | None = None,
    ) -> None:
        self.articles, self.out_of_time = articles, out_of_time
        self.parts = Parts(articles, offers)
        self.offers = {offer.place: offer for offer in self.parts.offers}
        late = [one for one in self.parts.offers if one.stage in ("order", "coupon") and self._could_take(one)]
        of_stage = {stage: [one for one in late if one.stage == stage] for stage in ("order", "coupon")}
        self.late = Late(of_stage["order"], of_stage["coupon"], articles)
        self.known = Known() if known is None else known
        self.floors = Floors(self.parts, self.known, out_of_time)
        self.cheapest = Cheapest(self.floors, out_of_time)
        self.best = BestSoFar(self.late, self.offers, out_of_time)

    def _could_take(self, late: Ready) -> bool:
        """Amounts only fall on the way: what takes nothing off the first ones never does."""
        return most_off(late, self.parts.first, late.mask) > 0

    def solve(self) -> Solution:
        """Search until the best is proven or time is out."""
        low = self._search()
        if low < self.best.total and self.cheapest.left_out and not self.out_of_time():
            self.cheapest.thorough = True
            low = max(low, self._search())
        return self.best.solution._replace(at_least=max(0, min(low, self.best.total)))

    def _search(self) -> int:
        """Nobody pays less than this."""
        entered, short = self.cheapest.of_all(frozenset())
        paid = self.best.settle(entered) - short
        self._reach_steps(entered)
        bounded = Bounds(self.floors, self.late, self.best.total, self.out_of_time).of(entered, paid)
        if bounded.low < self.best.total:
            exploration = Exploration(self.floors, self.late, self.best, bounded, self.cheapest, self.out_of_time)
            for window in bounded.windows:
                exploration.look_at(window)
            if exploration.complete:
                return self.best.total
            self._leave_out_what_costs()
        return bounded.low

    def _reach_steps(self, entered: Units) -> None:
        """What almost reaches a step of a late offer gives so much back; as long as that makes the answer better."""
        if not self.late.switches:
            return
        tried: set[Units] = set()
        for _ in range(MOST_ROUNDS):
            savings: list[Saving] | None = None
            better: Units | None = None
            for target in targets(self.late, entered, self.best.solution.units, self.parts.first):
                if self.out_of_time() and tried:
                    return
                if savings is None:
                    savings = savings_of(entered, self.offers, self._may_part, self._alone)
                other = giving_back(entered, savings, target.mask, target.short)
                if other is None or other in tried:
                    continue
                tried.add(other)
                known = self.best.total
                self.best.settle(other)
                if self.best.total < known:
                    better = other
            if better is None:
                return
            entered = better

    def _may_part(self, unit: Unit) -> bool:
        return self._component_of(unit).smooth

    def _alone(self, unit: Unit) -> Unit:
        return self.floors.ways(self._component_of(unit), frozenset()).best(unit)

    def _component_of(self, unit: Unit) -> Component:
        return next(one for one in self.parts.components if one.mask >> unit.article & 1)

    def _leave_out_what_costs(self) -> None:
        """What an early offer saves can cost a threshold: each that is used is left out, for good where that pays.

        For baskets that the search gave up: quick, and nearly always as good as a search of seconds.
        """
        kept = self.parts.offers
        for place in sorted({took.place for unit in self.best.solution.units for took in unit.takings}):
            if self.out_of_time():
                return
            some = [offer for offer in kept if offer.place != place]
            other = Solver(self.articles, some, self.out_of_time, self.known)
            other.best.settle(other.cheapest.of_all(frozenset())[0])
            if other.best.total < self.best.total:
                self.best, kept = other.best, some
