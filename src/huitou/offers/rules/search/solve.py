"""The best legal combination of a basket, or the best found with a proof of how far it can be off.

The stages before `order` fall into components that no offer links. Each is brought to its least; then only an offer
of the stages `order` and `coupon` whose needs or next step are not reached can make a dearer way the better one, and
only ways that cost at most what such an offer could give are looked at. docs/adr/0013 says why this is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Article, Mask, places_in
from huitou.offers.rules.search.blend import Units, blend, left_ways, rank_by
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.fewest import fewest_items
from huitou.offers.rules.search.late import Late, rank_of
from huitou.offers.rules.search.late_bound import Entering, least_paid
from huitou.offers.rules.search.parts import Parts, eased_prices
from huitou.offers.rules.search.ready import Ready, Unit, counted
from huitou.offers.rules.search.unit_floor import unit_floors
from huitou.offers.rules.search.ways import Ways
from huitou.offers.terms import HUNDRED_PERCENT

MOST_LOCAL_PRICES = 8
"""Prices inside one component that are switched on and off in all combinations."""
EVERY_ARTICLE: Mask = -1
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


Switched = frozenset[int]
"""Places of price offers that are off."""


class Solver:
    """One basket and one set of offers."""

    def __init__(
        self,
        articles: Sequence[Article],
        offers: Sequence[Ready],
        out_of_time: Callable[[], bool],
        known: dict[object, Ways] | None = None,
    ) -> None:
        """`known` are the ways of components that other searches over the same articles looked at."""
        self.articles, self.out_of_time = articles, out_of_time
        self.parts = Parts(articles, offers)
        self.offers = {offer.place: offer for offer in self.parts.offers}
        self.rank = rank_by(self.offers, rank_of)
        of_stage = {stage: [o for o in self.parts.offers if o.stage == stage] for stage in ("order", "coupon")}
        self.late = Late(of_stage["order"], of_stage["coupon"], articles)
        self.late_most = self.late.most_at_first(self.parts.first)
        self.best: Solution | None = None
        self.complete = True
        self.roomy = False
        """Late discounts fit on every unit beside each other, whichever are on."""
        self.matters: Mask = EVERY_ARTICLE
        """Units of other articles are best at their least."""
        self._known = {} if known is None else known
        self._ways: dict[tuple[int, Switched, bool], Ways] = {}
        self._of_units: dict[Mask, dict[int, int]] = {}
        self._loosely: dict[tuple[Mask, Switched], Ways] = {}

    def solve(self) -> Solution:
        """Search until the best is proven or time is out."""
        entered, short = self._cheapest(frozenset())
        self._settle(entered)
        assert self.best is not None
        pre_order = sum(unit.amount for unit in entered)
        low, window = self._bound(entered, pre_order, short)
        if low < self.best.total:
            self._explore(pre_order + window)
            if self.complete:
                low = self.best.total
            else:
                self._leave_out_what_costs()
        return self.best._replace(at_least=max(0, min(low, self.best.total)))

    # ---- the least before the order stage

    def ways(self, component: Component, off: Switched, *, relaxed: bool = False) -> Ways:
        shared = self._shared_over(component)
        relaxed = relaxed and not self._plain(component)
        key = (component.mask, off & {o.place for o in (*shared, *component.prices)}, relaxed)
        if key not in self._ways:
            like = self.parts.relaxed(component) if relaxed else component
            shared = eased_prices(shared) if relaxed else shared
            on = [o for o in sorted(like.prices + shared, key=lambda o: o.place) if o.place not in off]
            self._ways[key] = self._ways_of(like, on)
        return self._ways[key]

    def _plain(self, component: Component) -> bool:
        """Eased, it would be the same, and the prices that it shares with others too."""
        shared = self._shared_over(component)
        return component.plain and all(o.certain and not o.never and o.unitwise for o in shared)

    def _ways_of(self, component: Component, on: Sequence[Ready]) -> Ways:
        offers = (*on, *component.deals, *component.items)
        alike = (
            component.mask,
            len(on),
            tuple((o.place, o.coupons, o.certain, o.never, o.unitwise, o.needs) for o in offers),
        )
        if alike not in self._known:
            self._known[alike] = Ways(component, on, self.out_of_time)
        self._known[alike].out_of_time = self.out_of_time
        return self._known[alike]

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
        hopeless: list[Switched] = []
        noise = self._pieces(component) if component.noisy else 0
        for local in sets:
            if any(dear <= local for dear in hopeless):
                continue
            if best is not None and self.out_of_time():
                all_sets = False
                break
            ways = self.ways(component, local)
            if best is not None and ways.at_least() >= best[0]:
                # Where a lower price can only help, no set with still more of them off is better (see `floor`).
                if component.steady and self._plain(component) and ways.at_least() - noise >= best[0]:
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
            least = min(least, self.floor(component, off))
        return best[1], max(0, best[0] - least)

    def floor(self, component: Component, off: Switched) -> int:
        """Nobody pays less for this component with these prices off, whichever others are off too."""
        prices = [
            offer
            for offer in (*self.parts.shared_prices, *component.prices)
            if offer.mask & component.mask and offer.place not in off
        ]
        if not prices or component.steady:
            least = self.ways(component, off, relaxed=True).at_least()
        elif component.bounded and component.dealt_in_one_way and all(item.unitwise for item in component.items):
            least = self._loose(component, off).at_least()
        else:
            least = 0
        if prices and component.noisy:
            least -= self._pieces(component)
        return max(least, sum(self._unit_floors(component).values())) if component.deals else least

    def _unit_floors(self, component: Component) -> dict[int, int]:
        if component.mask not in self._of_units:
            bins = self.ways(component, frozenset(), relaxed=True).bins
            self._of_units[component.mask] = unit_floors(self.parts.relaxed(component), bins, self.parts.first)
        return self._of_units[component.mask]

    def _loose(self, component: Component, off: Switched) -> Ways:
        key = component.mask, off
        if key not in self._loosely:
            shared = eased_prices([offer for offer in self.parts.shared_prices if offer.mask & component.mask])
            like = self.parts.relaxed(component)
            on = [o for o in sorted(like.prices + shared, key=lambda o: o.place) if o.place not in off]
            self._loosely[key] = Ways(like, on, self.out_of_time, loose=True)
        return self._loosely[key]

    def _pieces(self, component: Component) -> int:
        return sum(self.articles[place].pieces for place in places_in(component.mask))

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

    def _bound(self, entered: Units, pre_order: int, short: int) -> tuple[int, int]:
        """(nobody pays less than this, a better way costs at most so much more before the order stage).

        `short` is how much less could enter than the least that was found; what is paid then falls by no more.
        """
        assert self.best is not None
        units = counted(entered)
        tangled = self.parts.risky or self._straddled()
        self.roomy = self.late.fits(units, self.parts.first, least=not tangled)
        if tangled or not self._steady() or not self.late.level(self.roomy):
            least = sum(self.floor(component, frozenset()) for component in self.parts.components)
            low, widest = least_paid(self.late, least, self._entering(least), self.parts.first, self.best.total)
            return low, least + widest - pre_order
        noise = self._noise()
        late_noise = self._late_noise()
        jumps = self.late.jumps(units, self.parts.first, roomy=self.roomy)
        gain = together = 0
        self.matters = mask = 0
        # Percentages give back a part of what more enters, so that the way to a jump costs the rest of it.
        kept = max(0, HUNDRED_PERCENT - sum(switch.offer.reduction.slope for switch in self.late.switches))
        window = 0
        for number, jump in enumerate(jumps, 1):  # whoever makes the way to a jump has made it to the nearer ones
            together += jump.most
            mask |= jump.mask
            cost = jump.short * kept // HUNDRED_PERCENT
            if together > cost and (within_groups := self.late.most_of_jumps(jumps[:number])) > cost:
                gain = max(gain, within_groups - cost)
                window, self.matters = within_groups, mask
        slack = noise + late_noise
        if slack:
            self.matters = EVERY_ARTICLE
        widest = self.best.total - 1 + self.late_most - pre_order
        width = min(widest, -(-(window + slack) * HUNDRED_PERCENT // kept)) if kept else widest
        return self.best.total - gain - slack - short, width

    def _noise(self) -> int:
        """So many fen could a dearer shared price, by roundings, make the rest cheaper."""
        return sum(self._pieces(c) for c in self.parts.components if self._shared_over(c) and c.noisy)

    def _shared_over(self, component: Component) -> list[Ready]:
        return [offer for offer in self.parts.shared_prices if offer.mask & component.mask]

    def _steady(self) -> bool:
        """No shared price could, switched off, make what follows cheaper but by roundings."""
        return all(c.steady for c in self.parts.components if self._shared_over(c))

    def _entering(self, least: int) -> dict[Mask, Entering]:
        """The sums of every set of goods that a late offer looks at, as they could enter with the least in all."""
        floors = [(c.mask, self.floor(c, frozenset())) for c in self.parts.components]
        of_articles: dict[int, int] = {}
        for component in self.parts.components:
            if component.deals:
                of_articles |= self._unit_floors(component)
        found = {}
        for mask in {mask for of_switch in self.late.masks for mask in of_switch}:
            outside = sum(floor for of_component, floor in floors if not of_component & mask)
            straddling = sum(of_component for of_component, _ in floors if of_component & mask)
            outside += sum(
                fen for article, fen in of_articles.items() if straddling >> article & 1 and not mask >> article & 1
            )
            inside = [(unit.first * pieces, pieces) for unit, pieces in self.parts.first if mask >> unit.article & 1]
            dearest = sum(amount for amount, _ in inside)
            found[mask] = Entering(min(dearest, least - outside), dearest, sum(pieces for _, pieces in inside))
        return found

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

    def _settle(self, entered: Units) -> None:
        """Bring units through the late stages and keep the result where it is the best so far."""
        # The canonical order, in which ties of an allocation are broken.
        entered = tuple(sorted(entered, key=lambda u: (u.article, -u.first, -u.amount, u.closed, u.takings)))
        settled = self.late.best(entered, self.out_of_time)
        if not settled.complete:
            self.complete = False
        if self.best is None or settled.total <= self.best.total:
            rank = self.rank(settled.units)
            if self.best is None or (settled.total, rank) < (self.best.total, self.best.rank):
                self.best = Solution(settled.total, settled.units, 0, rank)

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
            other = Solver(self.articles, some, self.out_of_time, self._known)
            other._settle(other._cheapest(frozenset())[0])
            if other.best is not None and other.best.total < self.best.total:
                self.best, kept = other.best, some

    def _explore(self, most: int) -> None:
        """Look at every way that enters the order stage for at most `most`."""
        shared = self.parts.shared_prices
        queue: list[tuple[Switched, int]] = [(frozenset(), -1)]
        while queue and self.complete:
            off, last = queue.pop(0)
            if self.out_of_time():
                self.complete = False
                return
            if self._hopeless(off, most):
                continue
            self._explore_with(off, most)
            queue += [(off | {shared[number].place}, number) for number in range(last + 1, len(shared))]

    def _hopeless(self, off: Switched, most: int) -> bool:
        assert self.best is not None
        least = sum(self.floor(c, off) for c in self.parts.components)
        return least > most or least - self.late_most >= self.best.total

    def _explore_with(self, off: Switched, most: int) -> None:
        assert self.best is not None
        if not self.late.switches:
            entered, short = self._cheapest(off)
            self.complete = self.complete and not short
            self._settle(entered)
            return
        most = min(most, self.best.total + self.late_most - 1)
        ways = self._all_ways(off, most)
        if not self.complete or not all(ways):
            return
        states, complete = blend(ways, most, self._alike(), self.rank, self.out_of_time)
        self.complete = self.complete and complete
        for state in states:
            if state.total - self.late_most >= self.best.total:
                break
            if self.out_of_time():
                self.complete = False
                return
            if state.total - self.late.could_take(state.units) < self.best.total:
                self._settle(state.units)

    def _all_ways(self, off: Switched, most: int) -> list[list[tuple[int, Units]]]:
        local = {component.mask: self._all_local(component, off) for component in self.parts.components}
        if not all(all_sets for _, all_sets in local.values()):
            self.complete = False
        least = {
            c.mask: min(self.ways(c, one, relaxed=True).at_least() for one in local[c.mask][0])
            for c in self.parts.components
        }
        spare = most - sum(least.values())
        found = []
        for component in self.parts.components:
            if not component.mask & self.matters:
                left, short = self._cheapest_of(component, off)
                self.complete = self.complete and not short
                found.append([(sum(unit.amount for unit in left), left)])
                continue
            mine: dict[Units, int] = {}
            limit = least[component.mask] + spare
            for one in local[component.mask][0]:
                if self.complete:
                    ways = self.ways(component, one)
                    ways.every(limit, self._collector(mine, limit), self.late.atom_of if self._by_sums else None)
                    self.complete = self.complete and ways.complete
            found.append([(total, units) for units, total in mine.items()])
        return found

    def _collector(self, mine: dict[Units, int], limit: int) -> Callable[[list[list[Unit]]], None]:
        def take_in(of_units: list[list[Unit]]) -> None:
            for number, (total, units) in enumerate(left_ways(of_units, limit)):
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
