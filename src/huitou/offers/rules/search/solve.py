"""The best legal combination of a basket, or the best found with a proof of how far it can be off.

The stages before `order` fall into components that no offer links. Each is brought to its least; then only an offer
of the stages `order` and `coupon` whose needs or next step are not reached can make a dearer way the better one, and
only ways that cost at most what such an offer could give are looked at. docs/adr/0013 says why this is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Article, Mask
from huitou.offers.rules.search.any_price import boundable
from huitou.offers.rules.search.blend import Units, blend, left_ways, rank_by
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.fewest import fewest_items
from huitou.offers.rules.search.floors import Floors, Known, Switched
from huitou.offers.rules.search.giving_back import Saving, giving_back, savings_of, targets
from huitou.offers.rules.search.late import Late, rank_of
from huitou.offers.rules.search.late_bound import Window, least_paid, merged
from huitou.offers.rules.search.late_sums import LateSums
from huitou.offers.rules.search.packing import saving
from huitou.offers.rules.search.parts import Parts
from huitou.offers.rules.search.ready import Ready, Unit, counted
from huitou.offers.terms import HUNDRED_PERCENT

MOST_LOCAL_PRICES = 8
"""Prices inside one component that are switched on and off in all combinations."""
EVERY_ARTICLE: Mask = -1
MOST_ROUNDS = 4
"""So often savings are given back for a step."""
MOST_WAYS = 5_000
"""Of one component; beyond so many the search gives up its proof."""


class Solution(NamedTuple):
    """The units at the end, and the proof."""

    total: int
    units: Units
    at_least: int
    """Nobody can pay less; equal to `total` where that is proven."""
    rank: tuple[object, ...]
    first: bool = False
    """Proven to be the first of all that cost as much."""

    def with_fewer_items(self, offers: Sequence[Ready]) -> Solution:
        """Of item offers that take the same those that others use too; quick, and not always the fewest."""
        by_place = {offer.place: offer for offer in offers}
        units = fewest_items(self.units, by_place)
        rank = rank_by(by_place, rank_of)(units)
        return self._replace(units=units, rank=rank) if rank < self.rank else self


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
        self.rank = rank_by(self.offers, rank_of)
        of_stage = {stage: [o for o in self.parts.offers if o.stage == stage] for stage in ("order", "coupon")}
        self.late = Late(of_stage["order"], of_stage["coupon"], articles)
        self.sums = LateSums(self.late)
        self.late_most = self.late.most_at_first(self.parts.first)
        self.best: Solution | None = None
        self.complete = True
        self.roomy = False
        """Late discounts fit on every unit beside each other, whichever are on."""
        self.matters: Mask = EVERY_ARTICLE
        """Units of other articles are best at their least."""
        self.known = Known() if known is None else known
        self.floors = Floors(self.parts, self.known, out_of_time)

    def solve(self) -> Solution:
        """Search until the best is proven or time is out."""
        entered, short = self._cheapest(frozenset())
        short += self._settle(entered)
        assert self.best is not None
        paid = self.best.total
        self._reach_steps(entered)
        pre_order = sum(unit.amount for unit in entered)
        low, windows = self._bound(entered, pre_order, paid - short)
        if low < self.best.total:
            for window in windows:
                self._explore(window)
            if self.complete:
                low = self.best.total
            else:
                self._leave_out_what_costs()
        return self.best._replace(at_least=max(0, min(low, self.best.total)))

    # ---- the least before the order stage

    def _cheapest(self, off: Switched) -> tuple[Units, int]:
        """The units at their least with these shared prices off, and how much less it could be at most."""
        units: list[Unit] = []
        short = 0
        for component in self.parts.components:
            left, shorter = self._cheapest_of(component, off)
            units += left
            short += shorter
        return tuple(units), short

    def _cheapest_of(self, component: Component, off: Switched) -> tuple[Units, int]:
        least: int | None = None
        best: tuple[int, Units] | None = None
        sets, all_sets = self._local_sets(component, off)
        if len(sets) > 1 and boundable(component):
            known = self._with_all_prices(component, off)
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

    def _with_all_prices(self, component: Component, off: Switched) -> tuple[Units, int] | None:
        """The least with all prices on, where nothing is less with some of them off or time is out; else None."""
        ways = self.floors.ways(component, off)
        total, units = ways.begun()
        any_price = self.floors.any_price(component, off)
        chain = any_price.better_than(total)
        if chain is not None and self.floors.plain(component):
            total, units = min((total, units), ways.left_by(saving(chain)), key=lambda one: one[0])
        if any_price.at_least() >= total:
            return units, 0
        return (units, total - self.floors.floor(component, off)) if self.out_of_time() else None

    def _local_sets(self, component: Component, off: Switched) -> tuple[list[Switched], bool]:
        """Which of its own prices to switch off, and whether these are all that could be best.

        None, where a lower price can only help.
        """
        if component.plain and not component.noisy and (not component.prices or component.steady):
            return [off], True
        return self._all_local(component, off)

    def _all_local(self, component: Component, off: Switched) -> tuple[list[Switched], bool]:
        """All sets of its own prices to switch off that differ in what its units then cost."""
        prices = component.prices
        if component.mask & (component.mask - 1) == 0 and all(o.unitwise and not o.always for o in prices):
            values = self.articles[component.mask.bit_length() - 1].values
            if values[0] == values[-1]:
                # One article: with a price on, dearer ones mean nothing; so the lower ones are switched off in turn.
                takes = sorted((-fen, o.place) for o in prices if (fen := o.reduction.off(values[0], 1)))
                return [off | {place for _, place in takes[:count]} for count in range(len(takes) + 1)], True
        sets = [off]
        for offer in prices[:MOST_LOCAL_PRICES]:
            sets += [one | {offer.place} for one in sets]
        return sorted(sets, key=len), len(prices) <= MOST_LOCAL_PRICES

    # ---- the bound

    def _bound(self, entered: Units, pre_order: int, paid: int) -> tuple[int, list[Window]]:
        """Nobody pays less than this; and what a better way can cost before the order stage.

        `paid` is what is paid at least for the units that entered, and for others that cost as little.
        """
        assert self.best is not None
        units = counted(entered)
        tangled = self.parts.risky or self._straddled()
        self.roomy = self.late.fits(units, self.parts.first, least=not tangled)
        if tangled or not self._steady() or not self.late.level(self.roomy):
            return self._bound_by_sums()
        slack = self._noise() + self._late_noise()
        jumps = self.late.jumps(units, self.parts.first, roomy=self.roomy)
        # Percentages give back a part of what more enters, so that the way to a jump costs the rest of it.
        kept = max(0, HUNDRED_PERCENT - sum(switch.offer.reduction.slope for switch in self.late.switches))
        spare = slack + self.best.total - 1 - paid
        windows = [(0, pre_order + self._width(spare, kept, pre_order))] if spare >= 0 else []
        gain = mask = 0
        self.matters = EVERY_ARTICLE if spare >= 0 else 0
        for number, jump in enumerate(jumps, 1):  # whoever makes the way to a jump has made it to the nearer ones
            together = self.late.most_of_jumps(jumps[:number])
            mask |= jump.mask
            gain = max(gain, together - jump.short * kept // HUNDRED_PERCENT)
            width = self._width(together + spare, kept, pre_order)
            if width >= jump.short:
                windows.append((pre_order + jump.short, pre_order + width))
                self.matters |= mask
        return paid - gain - slack, merged(windows)

    def _width(self, spare: int, kept: int, pre_order: int) -> int:
        """So much more can enter while no more than `spare` of it is paid, of which so many hundredths are."""
        assert self.best is not None
        widest = self.best.total - 1 + self.late_most - pre_order
        return min(widest, -(-spare * HUNDRED_PERCENT // kept)) if kept else widest

    def _bound_by_sums(self) -> tuple[int, list[Window]]:
        """The same by what could enter on each set of goods; more closely where that does not prove the answer."""
        assert self.best is not None
        least = sum(self.floors.floor(component, frozenset()) for component in self.parts.components)
        masks = {mask for of_switch in self.late.masks for mask in of_switch}
        low, windows = 0, list[Window]()
        for weighed in (False, True):
            sets = self.floors.entering(masks, least, weighed=weighed)
            low, windows = least_paid(self.late, least, sets, self.parts.first, self.best.total)
            if low >= self.best.total or self.out_of_time():
                break
        return low, windows

    def _noise(self) -> int:
        """So many fen could a dearer shared price, by roundings, make the rest cheaper."""
        return sum(self.floors.pieces(c) for c in self.parts.components if self.floors.shared_over(c) and c.noisy)

    def _steady(self) -> bool:
        """No shared price could, switched off, make what follows cheaper but by roundings."""
        return all(c.steady for c in self.parts.components if self.floors.shared_over(c))

    def _straddled(self) -> bool:
        """How units of a component trade discounts among them matters to a late offer, at the same sum too.

        It takes a part of the component, or reckons by unit or by line.
        """
        trading = [c.mask for c in self.parts.components if c.deals or not c.smooth]
        return any(
            mask & component != 0 and (mask & component != component or not switch.offer.over_the_lot)
            for switch, masks in zip(self.late.switches, self.late.masks, strict=True)
            for mask in masks
            for component in trading
        )

    def _late_noise(self) -> int:
        """Roundings of several late offers could make a dearer way cheaper by so many fen."""
        rounding = sum(switch.offer.reduction.slope > 0 for switch in self.late.switches)
        if self.late.of_one_sum or not self.late.coupons:
            return rounding if rounding > 1 else 0
        if len(self.late.switches) == 1:
            return 0
        return len(self.late.switches) * sum(article.pieces for article in self.articles)

    # ---- other ways

    def _settle(self, entered: Units) -> int:
        """Bring units through the late stages and keep the result where it is the best so far.

        How much less could be paid for these units: 0 where all was looked at.
        """
        # The canonical order, in which ties of an allocation are broken.
        entered = tuple(sorted(entered, key=lambda u: (u.article, -u.first, -u.amount, u.closed, u.takings)))
        settled = self.late.best(entered, self.out_of_time)
        if settled.at_least < settled.total:
            self.complete = False
        if self.best is None or settled.total <= self.best.total:
            rank = self.rank(settled.units)
            if self.best is None or (settled.total, rank) < (self.best.total, self.best.rank):
                self.best = Solution(settled.total, settled.units, 0, rank)
        return settled.total - settled.at_least

    def _reach_steps(self, entered: Units) -> None:
        """What almost reaches a step of a late offer gives so much back; as long as that makes the answer better."""
        assert self.best is not None
        if not self.late.switches:
            return
        tried: set[Units] = set()
        for _ in range(MOST_ROUNDS):
            savings: list[Saving] | None = None
            better: Units | None = None
            for target in targets(self.late, entered, self.best.units, self.parts.first):
                if self.out_of_time() and tried:
                    return
                if savings is None:
                    savings = savings_of(entered, self.offers, self._may_part, self._alone)
                other = giving_back(entered, savings, target.mask, target.short)
                if other is None or other in tried:
                    continue
                tried.add(other)
                known = self.best.total
                self._settle(other)
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
        assert self.best is not None
        kept = self.parts.offers
        for place in sorted({took.place for unit in self.best.units for took in unit.takings}):
            if self.out_of_time():
                return
            some = [offer for offer in kept if offer.place != place]
            other = Solver(self.articles, some, self.out_of_time, self.known)
            other._settle(other._cheapest(frozenset())[0])
            if other.best is not None and other.best.total < self.best.total:
                self.best, kept = other.best, some

    def _explore(self, window: Window) -> None:
        """Look at every way that enters the order stage for so much."""
        shared = self.parts.shared_prices
        queue: list[tuple[Switched, int]] = [(frozenset(), -1)]
        while queue and self.complete:
            off, last = queue.pop(0)
            if self.out_of_time():
                self.complete = False
                return
            if self._hopeless(off, window[1]):
                continue
            self._explore_with(off, window)
            queue += [(off | {shared[number].place}, number) for number in range(last + 1, len(shared))]

    def _hopeless(self, off: Switched, most: int) -> bool:
        assert self.best is not None
        least = sum(self.floors.floor(c, off) for c in self.parts.components)
        return least > most or least - self.late_most >= self.best.total

    def _explore_with(self, off: Switched, window: Window) -> None:
        assert self.best is not None
        if not self.late.switches:
            entered, short = self._cheapest(off)
            self.complete = self.complete and not short
            self._settle(entered)
            return
        window = window[0], min(window[1], self.best.total + self.late_most - 1)
        ways = self._all_ways(off, window)
        if not self.complete or not all(ways):
            return
        states, complete = blend(ways, window, self._alike(), self.rank, self.out_of_time)
        self.complete = self.complete and complete
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

    def _could_take(self, units: Units) -> int:
        """The late offers take no more off these units."""
        return self.sums.most(units) if self.sums.usable and self._by_sums else self.late.could_take(units)

    def _all_ways(self, off: Switched, window: Window) -> list[list[tuple[int, Units]]]:
        local = {component.mask: self._all_local(component, off) for component in self.parts.components}
        if not all(all_sets for _, all_sets in local.values()):
            self.complete = False
        least = {
            c.mask: min(self.floors.ways(c, one, relaxed=True).at_least() for one in local[c.mask][0])
            for c in self.parts.components
        }
        spare = window[1] - sum(least.values())
        dearest = {c.mask: min(self._dearest(c), least[c.mask] + spare) for c in self.parts.components}
        found = []
        for component in self.parts.components:
            if not component.mask & self.matters:
                left, short = self._cheapest_of(component, off)
                self.complete = self.complete and not short
                found.append([(sum(unit.amount for unit in left), left)])
                continue
            mine: dict[Units, int] = {}
            others = sum(dear for mask, dear in dearest.items() if mask != component.mask)
            limits = max(0, window[0] - others), least[component.mask] + spare
            for one in local[component.mask][0]:
                if self.complete:
                    ways = self.floors.ways(component, one)
                    ways.every(limits, self._collector(mine, limits), self.late.atom_of if self._by_sums else None)
                    self.complete = self.complete and ways.complete
            found.append([(total, units) for units, total in mine.items()])
        return found

    def _dearest(self, component: Component) -> int:
        """Its units before every offer."""
        return sum(unit.first * pieces for unit, pieces in self.parts.first if component.mask >> unit.article & 1)

    def _collector(self, mine: dict[Units, int], window: Window) -> Callable[[list[list[Unit]]], None]:
        def take_in(of_units: list[list[Unit]]) -> None:
            for number, (total, units) in enumerate(left_ways(of_units, *window)):
                mine.setdefault(tuple(sorted(units)), total)
                if len(mine) > MOST_WAYS or (number & 31 == 31 and self.out_of_time()):
                    self.complete = False
                    return

        return take_in

    @property
    def _by_sums(self) -> bool:
        """The late stages look at nothing but the sums on the parts of the basket."""
        return self.late.of_sums and (self.roomy or self.late.of_one_sum)

    def _alike(self) -> Callable[[Units], object]:
        """States that the late stages cannot tell apart."""
        if self._by_sums:

            def by_sums(units: Units) -> object:
                amounts, pieces = self.late.sums(units)
                return *amounts, *pieces, sum(unit.amount for unit in units if unit.closed)

            return by_sums

        def by_unit(units: Units) -> object:
            return tuple(sorted((u.article, u.first, u.amount, u.closed, bool(u.takings)) for u in units))

        return by_unit
