"""What the units of a component cost at least, whichever prices are on: one search in place of one for each set.

Whether a price is on is decided for all its goods at once. Let every application of a deal decide for its own units,
and every unit that stays alone for itself: nobody then pays more, and what is found is a bound for all sets of prices
at once. Mostly it is the truth, as a price that is switched off makes nothing cheaper but the part of a deal on which
an item offer works (the discount lies by value, so that a dearer unit bears more of it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, islice, product

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.grouping import Grouped
from huitou.offers.rules.search.packing import SCALE, Chain, Packing, not_dominated
from huitou.offers.rules.search.patterns import Pattern, applied, base_of, how_many, patterns_of
from huitou.offers.rules.search.price_stage import enter
from huitou.offers.rules.search.ready import Ready, Unit
from huitou.offers.rules.search.unlisted import Unlisted, countable, worked_on
from huitou.offers.rules.search.ways import LISTED_WHEN_OPEN, Ways
from huitou.offers.terms import HUNDRED_PERCENT

MOST_CHOICES = 64
"""Of prices for the units of one application; beyond them it is bounded by what item offers take at most."""
MOST_LISTED_UNCOUNTED = 100
MOST_PRICES = 6
"""Over one unit; beyond them each by itself is tried, and all of them."""


def boundable(component: Component) -> bool:
    """What follows the prices is such that this holds."""
    return component.bounded and component.dealt_in_one_way and all(item.unitwise for item in component.items)


class AnyPrice:
    """One component, eased; `prices` are those that can be on."""

    def __init__(self, component: Component, prices: Sequence[Ready], out_of_time: Callable[[], bool]) -> None:
        self.out_of_time = out_of_time
        without_deals = Component(component.mask, component.articles, component.prices, [], component.items)
        self.ways = Ways(without_deals, prices, out_of_time)
        self.bins = self.ways.bins
        self.states = [self._states(unit, prices) for unit, _ in self.bins]
        """What each unit can be worth as it enters the deals."""
        self.alone = [min(self.ways.best(one).amount for one in states) for states in self.states]
        self.base = sum(left * pieces for left, (_, pieces) in zip(self.alone, self.bins, strict=True))
        self.slopes, self.flat = worked_on(self.bins, self.ways.unitwise)
        self.worked = [bool(slope or flat) for slope, flat in zip(self.slopes, self.flat, strict=True)]
        """Item offers work on these units."""
        self.deals = deals = [deal for deal in component.deals if deal.applications != 0]
        self.counted = False
        self.packing: Packing | None = None
        self.listed: list[tuple[Pattern, int]] = []
        """What each application gains at most."""
        self.at_most = self.base - self._whole(deals)
        """Fen; no packing gains more."""
        if any(offer.always for offer in prices) and len(prices) > MOST_PRICES:
            self.at_most = self.base
        elif not self._list(deals):
            self._count()

    def _whole(self, deals: Sequence[Ready]) -> int:
        """What is paid at least, as if the deals took what each takes alone, and item offers their most of the rest."""
        entered = sum(unit.amount * pieces for unit, pieces in self.bins)
        left = max(0, entered - sum(Grouped(deal, self.bins).at_most() for deal in deals))
        beside = sum(flat * pieces for flat, (_, pieces) in zip(self.flat, self.bins, strict=True))
        return max(0, left * (HUNDRED_PERCENT - max(self.slopes, default=0)) // HUNDRED_PERCENT - beside)

    def at_least(self) -> int:
        """Nobody pays less."""
        return max(0, self.base - self.at_most)

    def better_than(self, total: int, out_of_time: Callable[[], bool]) -> tuple[Chain, bool]:
        """The packing with which somebody could pay least, where that is less than this; whether all were looked at.

        `at_least` is then as much as it can be.
        """
        found: list[Chain] = [None]
        if self.packing is None or self.at_least() >= total:
            return None, True
        if len(self.listed) > MOST_LISTED_UNCOUNTED:
            self._count()
        most = [self.base - total]

        def better(gain: int, chain: Chain) -> int:
            most[0] = gain
            found[0] = chain
            return gain

        complete = self.packing.search(most[0], better, out_of_time)
        if complete:
            self.at_most = min(self.at_most, most[0])
        return found[0], complete

    def split_least(self, mask: Mask, times: int) -> int:
        """Nobody pays less than this for the goods outside `mask`, and so many times less one for all of them."""
        alone = sum(
            left * pieces * (times - 1 + self._is_outside(place, mask))
            for place, (left, (_, pieces)) in enumerate(zip(self.alone, self.bins, strict=True))
        )
        if self.packing is None:
            return 0
        gains = [
            (pattern, gain * (times - 1) + self._gain_outside(pattern, gain, mask)) for pattern, gain in self.listed
        ]
        worth = not_dominated(gains)
        if not worth:
            return alone
        shares = [left * SCALE * (times - 1 + self._is_outside(n, mask)) for n, left in enumerate(self.alone)]
        pieces = [count for _, count in self.bins]
        packing = Packing(pieces, [p for p, _ in worth], [gain for _, gain in worth], shares, self.out_of_time)
        return alone - packing.bound()

    def _is_outside(self, place: int, mask: Mask) -> bool:
        return not mask >> self.bins[place][0].article & 1

    def _gain_outside(self, pattern: Pattern, gain: int, mask: Mask) -> int:
        """What an application saves at most on its units outside `mask`: the discount lies by value."""
        outside = [(place, count) for place, count in pattern.uses if self._is_outside(place, mask)]
        if len(outside) == len(pattern.uses):
            return gain
        kept = pattern.deal.deal.kept(sum(self.bins[place][0].first * count for place, count in pattern.uses))
        kept = 0 if pattern.deal.initial else kept
        saved = 0
        for place, count in outside:
            value = self.bins[place][0].amount * kept // HUNDRED_PERCENT - 1
            least = value * (HUNDRED_PERCENT - self.slopes[place]) // HUNDRED_PERCENT - self.flat[place]
            saved += max(0, self.alone[place] - max(0, least)) * count
        return saved

    def _states(self, unit: Unit, prices: Sequence[Ready]) -> list[Unit]:
        mine = [offer for offer in prices if offer.mask >> unit.article & 1]
        sets: Iterator[tuple[Ready, ...]] = (some for some in _subsets(mine) if len(mine) <= MOST_PRICES)
        if len(mine) > MOST_PRICES:
            sets = iter([(), *((one,) for one in mine), tuple(mine)])
        found: dict[int, Unit] = {}
        for some in sets:
            for state, _ in enter(self.ways.articles, 1 << unit.article, some):
                if state.first == unit.first:
                    found.setdefault(state.amount, state)
        return [found[amount] for amount in sorted(found)]

    def _list(self, deals: Sequence[Ready]) -> bool:
        """Write down every application, where that is not too much and there is time for it."""
        if sum(how_many(deal, self.bins) for deal in deals) > LISTED_WHEN_OPEN:
            return False
        for deal in deals:
            # What saves nothing at the lowest prices can save something where an item offer works on it.
            worked = any(self.worked[n] and deal.mask >> unit.article & 1 for n, (unit, _) in enumerate(self.bins))
            patterns, complete = patterns_of(deal, self.bins, self.out_of_time, least=0 if worked else 1)
            for number, pattern in enumerate(patterns):
                if not complete or (number & 15 == 15 and self.out_of_time()):
                    return False
                self.listed.append((pattern, self._gain(pattern)))
        worth = not_dominated(self.listed)
        shares = self._shares(deals)
        pieces = [count for _, count in self.bins]
        self.packing = Packing(pieces, [p for p, _ in worth], [gain for _, gain in worth], shares, self.out_of_time)
        self.at_most = min(self.at_most, self.packing.bound())
        return True

    def _shares(self, deals: Sequence[Ready]) -> list[int]:
        """What each unit bears at most of what an application saves, scaled: of its discount, and by item offers."""
        shares = []
        for place, (unit, _) in enumerate(self.bins):
            of_deals = (deal.deal.unit_share(base_of(deal, unit)) for deal in deals if deal.mask >> unit.article & 1)
            beside = -(-unit.first * self.slopes[place] // HUNDRED_PERCENT) + self.flat[place]
            shares.append(max(of_deals, default=0) + beside * SCALE)
        return shares

    def _count(self) -> None:
        """Bound it by counting bundles as well, once: closer where deals take most of what their goods are worth."""
        if not self.counted and countable(self.deals, self.bins):
            worth = [unit.first for unit, _ in self.bins]
            items = self.ways.unitwise
            counted = Unlisted(self.deals, self.bins, self.alone, items, self._gain_at_most, 0, worth)
            self.at_most = min(self.at_most, counted.at_most)
        self.counted = True

    def _gain(self, pattern: Pattern) -> int:
        """The most that an application saves, whatever the prices of its units."""
        deal = pattern.deal
        if not any(self.worked[place] for place, _ in pattern.uses):
            # What a deal leaves of its units together never falls while they grow.
            worth = sum((self.bins[place][0].amount - self.alone[place]) * count for place, count in pattern.uses)
            return pattern.off - worth
        if all(len(self.states[place]) == 1 for place, _ in pattern.uses):
            return self._gain_of(pattern, [self.bins[place][0] for place, count in pattern.uses for _ in range(count)])
        if deal.deal.by_cheapness and len(deal.takes) > 1:
            return self._gain_at_most(pattern)
        of_use = [combinations_with_replacement(self.states[place], count) for place, count in pattern.uses]
        choices = list(islice(product(*of_use), MOST_CHOICES + 1))
        if len(choices) > MOST_CHOICES:
            return self._gain_at_most(pattern)
        return max(self._gain_of(pattern, [unit for units in choice for unit in units]) for choice in choices)

    def _gain_of(self, pattern: Pattern, units: Sequence[Unit]) -> int:
        """What an application on just these units saves against what they would cost alone at their least."""
        deal = pattern.deal
        values = sorted(base_of(deal, unit) for unit in units)
        slots, start = [], 0
        for slot in deal.deal.slots():
            slots.append(values[start : start + slot.pieces])
            start += slot.pieces
        by_slot = deal.deal.by_cheapness and len(slots) > 1  # which of them are given is for the pattern to say
        off = pattern.off if by_slot else min(deal.deal.off(slots), sum(unit.amount for unit in units))
        if off < 0:
            return 0
        before = sum(self.alone[place] * count for place, count in pattern.uses)
        return before - sum(self.ways.best(unit).amount for unit in applied(deal, units, off, 1))

    def _gain_at_most(self, pattern: Pattern) -> int:
        """No less than that: as if item offers worked on all its units."""
        before = sum(self.alone[place] * count for place, count in pattern.uses)
        worth = sum(self.bins[place][0].amount * count for place, count in pattern.uses) - pattern.off
        slope = max(self.slopes[place] for place, _ in pattern.uses)
        beside = sum(self.flat[place] * count for place, count in pattern.uses)
        return before - max(0, worth * (HUNDRED_PERCENT - slope) // HUNDRED_PERCENT - beside)


def _subsets(offers: Sequence[Ready]) -> Iterator[tuple[Ready, ...]]:
    """In the order of the offers."""
    for bits in range(1 << min(len(offers), MOST_PRICES)):
        yield tuple(offer for number, offer in enumerate(offers) if bits >> number & 1)
