"""One independent part of the basket before the order stage: articles that no offer links with the others.

`cheapest` finds what can be paid least for its units by the stages price, deal and item; `every` finds all the ways
in which they can leave these stages, for the thresholds that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from huitou.offers.rules.articles import Article, Mask
from huitou.offers.rules.search.item_stage import choices, most_off, take_lot
from huitou.offers.rules.search.packing import Chain, Packing
from huitou.offers.rules.search.patterns import Pattern, most_saved, patterns_of
from huitou.offers.rules.search.price_stage import Bins, enter
from huitou.offers.rules.search.ready import Ready, Unit, needs_hold

MOST_LOTS_AT_ONCE = 12
"""Of lots that meet in one component, all combinations of on and off are tried up to this many."""


@dataclass(slots=True)
class Component:
    """Its articles and the offers before the order stage that touch them, each in order."""

    mask: Mask
    articles: Sequence[Article]
    prices: list[Ready] = field(default_factory=list)
    """Those that lie in this component alone: switched here."""
    deals: list[Ready] = field(default_factory=list)
    items: list[Ready] = field(default_factory=list)

    @property
    def smooth(self) -> bool:
        """Every application is worth the same whatever else is done: packing alone decides."""
        return all(offer.unitwise and (offer.certain or not offer.needs) for offer in self.items) and not any(
            deal.always or deal.most is not None or deal.most_units is not None for deal in self.deals
        )

    @property
    def noisy(self) -> bool:
        """A lower price could, by roundings, cost a few fen more in the end: at most one for each unit."""
        shared = 0
        for deal in self.deals:
            shared |= deal.mask
        return any(item.mask & shared for item in self.items)


Left = tuple[Unit, ...]
"""The units of a component as they leave the item stage."""


class Ways:
    """The ways of one component, with the price offers of `on` switched on."""

    def __init__(self, component: Component, on: Sequence[Ready], out_of_time: Callable[[], bool]) -> None:
        self.component = component
        self.articles = component.articles
        self.out_of_time = out_of_time
        self.bins: Bins = enter(component.articles, component.mask, on)
        self.complete = True
        self._choices: dict[tuple[Unit, tuple[int, ...]], list[Unit]] = {}
        self.smooth = component.smooth
        self.unitwise = [offer for offer in component.items if offer.unitwise]
        self.lots = [offer for offer in component.items if not offer.unitwise]
        self.alone = [self.best(unit, self.unitwise) for unit, _ in self.bins]
        """What becomes of a unit that no deal takes, at best."""
        self.base = sum(unit.amount * count for unit, (_, count) in zip(self.alone, self.bins, strict=True))
        self.slack = sum(most_off(lot, self.bins, lot.mask) for lot in self.lots)
        """Lots may take this much beside the rest."""
        self.unseen = 0
        """Deals whose applications were too many to write down may save this much."""
        self.patterns: list[tuple[Pattern, int]] = []
        self._find_patterns()
        self.packing = self._packing([one for one in self.patterns if one[1] > 0 or not self.smooth])

    def best(self, unit: Unit, offers: Sequence[Ready]) -> Unit:
        return self.options(unit, offers)[0]

    def options(self, unit: Unit, offers: Sequence[Ready]) -> list[Unit]:
        key = (unit, tuple(offer.place for offer in offers))
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = choices(unit, offers)
        return found

    def _find_patterns(self) -> None:
        for deal in self.component.deals:
            if deal.applications == 0 or not needs_hold(deal, self.bins, self.articles):
                continue
            found, complete = patterns_of(deal, self.bins)
            self.patterns += [(pattern, self._gain(pattern)) for pattern in found]
            if not complete:
                self.complete = False
                self.unseen += most_saved(deal, self.bins)

    def _packing(self, worth: Sequence[tuple[Pattern, int]]) -> Packing:
        """A deal that is `always` uses up units of a layer of its own."""
        size = len(self.bins)
        layers: dict[int, int] = {}
        moved: list[Pattern] = []
        for pattern, _ in worth:
            if pattern.deal.always:
                layer = layers.setdefault(pattern.deal.place, len(layers) + 1)
                uses = tuple((place + layer * size, count) for place, count in pattern.uses)
                moved.append(Pattern(pattern.deal, uses, pattern.off))
            else:
                moved.append(pattern)
        pieces = [count for _, count in self.bins] * (len(layers) + 1)
        return Packing(pieces, moved, [gain for _, gain in worth])

    def _gain(self, pattern: Pattern) -> int:
        """Smooth: what the application saves after the item stage; else no less than that."""
        if not self.smooth:
            return pattern.off
        before = sum(self.alone[place].amount * count for place, count in pattern.uses)
        return before - sum(self.best(unit, self.unitwise).amount for unit in pattern.applied(self.bins, 1))

    def at_least(self) -> int:
        """Nobody pays less for this component with these prices."""
        return max(0, self.base - self.packing.bound() - self.slack - self.unseen)

    def cheapest(self) -> tuple[int, Left]:
        """The least to pay and its units; exact where `complete` stays true."""
        if self.smooth:
            return self._cheapest_packing()
        best: list[tuple[int, Left]] = []

        def look(gain: int, chain: Chain) -> int:
            for left in self.leave(chain):
                total = sum(unit.amount for unit in left)
                if not best or total < best[0][0]:
                    best[:] = [(total, left)]
            return self.base - self.slack - best[0][0] if best else -1

        self.packing.keep_best_only = False
        if not self.packing.search(-1, look, self.out_of_time):
            self.complete = False
        if not best:
            look(0, None)
        return best[0]

    def _cheapest_packing(self) -> tuple[int, Left]:
        best: list[Chain] = [None]

        def better(gain: int, chain: Chain) -> int:
            best[0] = chain
            return gain

        if self.packing.by_pivot and not self.packing.search(0, better, self.out_of_time):
            self.complete = False
        left = tuple(self.best(unit, self.unitwise) for unit in self._dealt(best[0]))
        return sum(unit.amount for unit in left), left

    def _dealt(self, chain: Chain) -> list[Unit]:
        """All units after the deals of a packing."""
        size = len(self.bins)
        counts = [count for _, count in self.bins]
        made: list[Pattern] = []
        while chain is not None:
            pattern, chain = chain
            made.append(pattern)
        made.sort(key=lambda pattern: (pattern.deal.place, pattern.uses, pattern.off))
        number: dict[int, int] = {}
        units: list[Unit] = []
        layered: list[Pattern] = []
        for pattern in made:
            if pattern.deal.always:
                layered.append(pattern)
                continue
            number[pattern.deal.place] = number.get(pattern.deal.place, 0) + 1
            units += pattern.applied(self.bins, number[pattern.deal.place])
            for place, count in pattern.uses:
                counts[place] -= count
        origin = [place for p in made if not p.deal.always for place, count in p.uses for _ in range(count)]
        for place, count in enumerate(counts):
            units += [self.bins[place][0]] * count
            origin += [place] * count
        for pattern in layered:
            number[pattern.deal.place] = number.get(pattern.deal.place, 0) + 1
            self._apply_again(pattern, number[pattern.deal.place], units, origin, size)
        return self._within_budget(units)

    def _apply_again(
        self, pattern: Pattern, application: int, units: list[Unit], origin: Sequence[int], size: int
    ) -> None:
        """A deal that is `always` on units that others may have taken; a `never` before it bars it."""
        from huitou.offers.rules.rounding import spread
        from huitou.offers.rules.search.price_stage import take

        chosen: list[int] = []
        for place, count in pattern.uses:
            free = [
                index
                for index, of in enumerate(origin)
                if of == place % size
                and index not in chosen
                and not units[index].closed
                and all(took.place != pattern.deal.place for took in units[index].takings)
            ]
            if len(free) < count:
                return
            chosen += free[:count]
        weights = [self.bins[origin[index]][0].amount for index in chosen]
        parts = spread(pattern.off, weights, [units[index].amount for index in chosen])
        coupons = pattern.deal.coupons
        coupon = coupons[(application - 1) % len(coupons)] if coupons else ""
        for index, part in zip(chosen, parts, strict=True):
            units[index] = take(units[index], pattern.deal, part, application, coupon)

    def _within_budget(self, units: list[Unit]) -> list[Unit]:
        """Cut what a deal gave beyond its budget, the last applications first."""
        for deal in self.component.deals:
            if deal.most is None:
                continue
            left = deal.most
            taken = sorted(
                (took.application, index, position)
                for index, unit in enumerate(units)
                for position, took in enumerate(unit.takings)
                if took.place == deal.place
            )
            for _, index, position in taken:
                unit = units[index]
                took = unit.takings[position]
                off = min(took.off, left)
                left -= off
                if off < took.off:
                    kept = (took._replace(off=off),) if off else ()
                    units[index] = unit._replace(
                        amount=unit.amount + took.off - off,
                        takings=(*unit.takings[:position], *kept, *unit.takings[position + 1 :]),
                    )
        return units

    def leave(self, chain: Chain) -> list[Left]:
        """The best ways to leave the item stage after a packing, one for every combination of lots."""
        return [tuple(options[0] for options in of_units) for of_units in self.item_ways(self._dealt(chain))]

    def item_ways(self, dealt: list[Unit]) -> list[list[list[Unit]]]:
        """For every combination of lots: what may become of each unit."""
        entered = [(unit, 1) for unit in dealt]
        able = [offer for offer in self.component.items if offer.certain or needs_hold(offer, entered, self.articles)]
        lots = [offer for offer in able if not offer.unitwise]
        unitwise = [offer for offer in able if offer.unitwise]
        if len(lots) > MOST_LOTS_AT_ONCE:
            self.complete = False
            self.unseen += sum(most_off(lot, self.bins, lot.mask) for lot in lots[MOST_LOTS_AT_ONCE:])
            lots = lots[:MOST_LOTS_AT_ONCE]
        always = [offer for offer in unitwise if offer.always]
        found: list[list[list[Unit]]] = []
        for switches in product((True, False), repeat=len(lots)):
            units = list(dealt)
            taken: set[int] = set()
            if all(take_lot(lot, units, taken) for lot, on in zip(lots, switches, strict=True) if on):
                found.append(
                    [self.options(unit, always if place in taken else unitwise) for place, unit in enumerate(units)]
                )
        return found

    def every(self, most: int, take_in: Callable[[list[list[Unit]]], None]) -> None:
        """Hand over all ways whose units can leave for at most `most` together: the choices of each unit."""
        packing = self._packing(self.patterns)
        packing.keep_best_only = False
        smallest = self.base - self.slack - most - 1

        def look(gain: int, chain: Chain) -> int:
            for of_units in self.item_ways(self._dealt(chain)):
                if sum(options[0].amount for options in of_units) <= most:
                    take_in(of_units)
            return smallest

        if packing.by_pivot:
            if not packing.search(smallest, look, self.out_of_time):
                self.complete = False
        else:
            look(0, None)
