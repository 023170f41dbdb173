"""One independent part of the basket before the order stage: articles that no offer links with the others.

`cheapest` finds what can be paid least for its units by the stages price, deal and item; `every` finds all the ways
in which they can leave these stages, for the thresholds that follow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product

from huitou.offers.rules.articles import Article, Mask
from huitou.offers.rules.forms import SHARE_SCALE
from huitou.offers.rules.rounding import spread
from huitou.offers.rules.search.item_stage import best_choice, choices, most_off, strongest, take_lot
from huitou.offers.rules.search.one_bin import best_of_one_bin
from huitou.offers.rules.search.packing import Chain, Packing
from huitou.offers.rules.search.patterns import Pattern, Uses, most_saved, patterns_of
from huitou.offers.rules.search.price_stage import Bins, enter, served
from huitou.offers.rules.search.ready import Ready, Unit, needs_hold
from huitou.offers.rules.search.unlisted import Unlisted, countable, many_applications

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
    strongest: dict[int, list[Ready]] = field(default_factory=dict)
    """Of the item offers that work unit by unit those that can win, by article, once they were asked for."""

    @property
    def smooth(self) -> bool:
        """Every application is worth the same whatever else is done: packing alone decides."""
        return self.dealt_in_one_way and all(
            offer.unitwise and (offer.certain or not offer.needs) for offer in self.items
        )

    @property
    def dealt_in_one_way(self) -> bool:
        """Every packing of its deals can be made, and which of like units serve means nothing."""
        return not any(deal.always or deal.most is not None or deal.most_units is not None for deal in self.deals)

    @property
    def plain(self) -> bool:
        """Smooth, and nothing closes: eased, it would be the same."""
        offers = (*self.prices, *self.deals, *self.items)
        return self.smooth and all(offer.certain and not offer.never for offer in offers)

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
        self._cheapest: tuple[int, Left] | None = None
        self._choices: dict[tuple[Unit, int, tuple[int, ...] | None], list[Unit]] = {}
        self._best: dict[Unit, Unit] = {}
        self.smooth = component.smooth
        self.unitwise = [offer for offer in component.items if offer.unitwise]
        self.lots = [offer for offer in component.items if not offer.unitwise]
        self.alone = [self.best(unit) for unit, _ in self.bins]
        """What becomes of a unit that no deal takes, at best."""
        self.base = sum(unit.amount * count for unit, (_, count) in zip(self.alone, self.bins, strict=True))
        self.slack = sum(most_off(lot, self.bins, lot.mask) for lot in self.lots)
        """Lots may take this much beside the rest."""
        self.unseen = 0
        """Deals whose applications were too many to write down may save this much."""
        self.patterns: list[tuple[Pattern, int]] = []
        self.partly_seen: list[Ready] = []
        self.unlisted: Unlisted | None = None
        self.packing: Packing | None = None
        self.alone_best: tuple[int, Chain] | None = None
        """Of one bin: the most that its deals gain, and how."""
        able = [deal for deal in component.deals if self._may_apply(deal)]
        if able:
            self._see_deals(able)

    def _see_deals(self, deals: Sequence[Ready]) -> None:
        if self.smooth and many_applications(deals, self.bins) and countable(deals, self.bins):
            alone = [unit.amount for unit in self.alone]
            self.unlisted = Unlisted(deals, self.bins, alone, self.unitwise, self._gain)
            return
        self._find_patterns(deals)
        worth = self._not_dominated() if self.smooth else self.patterns
        unlimited = not self.partly_seen and all(deal.applications is None for deal in deals)
        if self.smooth and unlimited and len(self.bins) == 1:
            self.alone_best = best_of_one_bin(self.bins[0][1], worth)
        elif worth:
            self.packing = self._packing(worth)

    def best(self, unit: Unit) -> Unit:
        """The least that becomes of a unit which entered the item stage as it is, by offers that work unit by unit."""
        found = self._best.get(unit)
        if found is None:
            known = self.component.strongest
            able = known.get(unit.article)
            if able is None:
                able = known[unit.article] = strongest(self.unitwise, unit.article)
            found = self._best[unit] = best_choice(unit, able)
        return found

    def options(self, unit: Unit, offers: Sequence[Ready], entered: int | None = None) -> list[Unit]:
        """What may become of a unit that entered the item stage with `entered` fen (else: as it is)."""
        entered = unit.amount if entered is None else entered
        usual = offers is self.unitwise
        key = (unit, entered, None if usual else tuple(offer.place for offer in offers))
        found = self._choices.get(key)
        if found is None:
            found = self._choices[key] = choices(unit, entered, offers)
        return found

    def _may_apply(self, deal: Ready) -> bool:
        return deal.applications != 0 and (deal.certain or needs_hold(deal, self.bins, self.articles))

    def _find_patterns(self, deals: Sequence[Ready]) -> None:
        for deal in deals:
            found, complete = patterns_of(deal, self.bins, self.out_of_time)
            self.patterns += [(pattern, self._gain(pattern)) for pattern in found]
            if not complete:
                self.complete = False
                self.unseen += most_saved(deal, self.bins)
                self.partly_seen.append(deal)

    def _not_dominated(self) -> list[tuple[Pattern, int]]:
        """Of applications that use the same units the one that gains most, unless it may run out; those that gain."""
        most: dict[Uses, int] = {}
        for pattern, gain in self.patterns:
            if pattern.deal.applications is None and gain > most.get(pattern.uses, 0):
                most[pattern.uses] = gain
        kept: dict[tuple[Uses, int], tuple[Pattern, int]] = {}
        for pattern, gain in self.patterns:
            limited = pattern.deal.applications is not None
            least = most.get(pattern.uses, 0)
            if gain > least or (gain == least > 0 and not limited):
                kept.setdefault((pattern.uses, pattern.deal.place if limited else -1), (pattern, gain))
        return list(kept.values())

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
        shares = self._shares(self.component.deals) * (len(layers) + 1)
        return Packing(pieces, moved, [gain for _, gain in worth], shares, self.out_of_time)

    def _gain(self, pattern: Pattern) -> int:
        """Smooth: what the application saves after the item stage; else no less than that."""
        if not self.smooth:
            return pattern.off
        before = sum(self.alone[place].amount * count for place, count in pattern.uses)
        return before - sum(self.best(unit).amount for unit in pattern.applied(self.bins, 1))

    def at_least(self) -> int:
        """Nobody pays less for this component with these prices."""
        if self.unlisted is not None:
            return max(0, self.base - self.unlisted.at_most)
        if self.alone_best is not None:
            return self.base - self.alone_best[0]
        bound = self.packing.bound() if self.packing else 0
        unseen = self.unseen
        if self.partly_seen and not any(deal.always for deal in self.component.deals):
            bound, unseen = min(bound + unseen, self._bound_of_all()), 0
        return max(0, self.base - bound - self.slack - unseen)

    def _shares(self, deals: Sequence[Ready]) -> list[int]:
        """What a unit of each bin bears at most of the discount of an application of one of these deals, scaled."""
        found = []
        for unit, _ in self.bins:
            mine = [deal for deal in deals if deal.mask >> unit.article & 1 and not unit.closed]
            values = [(deal, unit.first if deal.initial else unit.amount) for deal in mine]
            found.append(max((deal.deal.unit_share(value) for deal, value in values), default=0))
        return found

    def _bound_of_all(self) -> int:
        """No packing gains more, whatever applications were not written down."""
        prices = self._shares(self.partly_seen)
        if self.packing is not None:
            for place, price in zip(self.packing.bins, self.packing.prices, strict=True):
                if place < len(prices):
                    prices[place] = max(prices[place], price)
        return sum(price * count for price, (_, count) in zip(prices, self.bins, strict=True)) // SHARE_SCALE

    def cheapest(self) -> tuple[int, Left]:
        """The least to pay and its units; exact where `complete` stays true. Searched once."""
        if self._cheapest is None:
            self._cheapest = self._find_cheapest()
        return self._cheapest

    def _find_cheapest(self) -> tuple[int, Left]:
        if self.smooth:
            return self._cheapest_packing()
        best: list[tuple[int, Left]] = []

        def look(gain: int, chain: Chain) -> int:
            for left in self.leave(chain):
                total = sum(unit.amount for unit in left)
                if not best or total < best[0][0]:
                    best[:] = [(total, left)]
            return self.base - self.slack - best[0][0] if best else -1

        if self.packing is not None:
            self.packing.keep_best_only = False
            if not self.packing.search(-1, look, self.out_of_time):
                self.complete = False
        if not best:
            look(0, None)
        return best[0]

    def _cheapest_packing(self) -> tuple[int, Left]:
        if self.unlisted is not None:
            chain = self.unlisted.search(self.out_of_time)
            self.complete = self.complete and self.unlisted.proven
            return self._left(chain)
        if self.alone_best is not None:
            return self._left(self.alone_best[1])
        best: list[Chain] = [None]

        def better(gain: int, chain: Chain) -> int:
            best[0] = chain
            return gain

        if self.packing is None:
            left = tuple(unit for unit, (_, count) in zip(self.alone, self.bins, strict=True) for _ in range(count))
            return self.base, left
        if not self.packing.search(0, better, self.out_of_time):
            self.complete = False
        return self._left(best[0])

    def _left(self, chain: Chain) -> tuple[int, Left]:
        left = tuple(self.best(unit) for unit in self._dealt_in_one_way(chain))
        return sum(unit.amount for unit in left), left

    def _dealt_in_one_way(self, chain: Chain) -> list[Unit]:
        units = [unit for unit, count in self.bins for _ in range(count)]
        following = [0, *accumulate(count for _, count in self.bins)]
        applied: Counter[int] = Counter()
        for pattern in _in_order(chain):
            indexes: list[int] = []
            for place, count in pattern.uses:
                indexes += range(following[place], following[place] + count)
                following[place] += count
            applied[pattern.deal.place] += 1
            self._make(pattern, pattern.off, applied[pattern.deal.place], indexes, units)
        return units

    def dealt(self, chain: Chain) -> Iterator[list[Unit]]:
        """All units after the deals of a packing, made by priority; nothing where one cannot be made.

        Where units of a bin fared differently already (a deal that is `always` comes on top), each choice is a way.
        """
        if self.component.dealt_in_one_way:
            yield self._dealt_in_one_way(chain)
            return
        made = _in_order(chain)
        units = [unit for unit, count in self.bins for _ in range(count)]
        by_bin: dict[int, list[int]] = {}
        for place, (_, count) in enumerate(self.bins):
            start = sum(len(indexes) for indexes in by_bin.values())
            by_bin[place] = list(range(start, start + count))
        stack: list[tuple[int, list[Unit], frozenset[int]]] = [(0, units, frozenset())]
        while stack:
            position, units, used = stack.pop()
            if position == len(made):
                yield units
            elif position & 15 == 15 and self.out_of_time():
                self.complete = False
                return
            else:
                ways = self._make_next(made, position, units, used, by_bin)
                stack += [(position + 1, *way) for way in reversed(list(ways))]

    def _make_next(
        self, made: list[Pattern], position: int, units: list[Unit], used: frozenset[int], by_bin: dict[int, list[int]]
    ) -> Iterator[tuple[list[Unit], frozenset[int]]]:
        """The units after one application more, and which have served; every choice among units of a bin."""
        pattern = made[position]
        deal = pattern.deal
        earlier = [one for one in made[:position] if one.deal.place == deal.place]
        off = pattern.off
        if deal.most is not None:
            off = min(off, deal.most - sum(one.off for one in earlier))
        served_units = sum(count for one in (*earlier, pattern) for _, count in one.uses)
        if off <= 0 or (deal.most_units is not None and served_units > deal.most_units):
            return
        size = len(self.bins)
        options = []
        for place, count in pattern.uses:
            free: dict[Unit, list[int]] = {}
            for index in by_bin[place % size]:
                if deal.open_to(units[index]) and self._serves(deal, index, units, used):
                    free.setdefault(units[index], []).append(index)
            options.append(list(_taken_alike(list(free.values()), count)))
        for chosen in product(*options):
            indexes = [index for of_bin in chosen for index in of_bin]
            after = list(units)
            self._make(pattern, off, len(earlier) + 1, indexes, after)
            yield after, used if deal.always else used | set(indexes)

    @staticmethod
    def _serves(deal: Ready, index: int, units: Sequence[Unit], used: frozenset[int]) -> bool:
        """It has not served yet: another deal, or of a deal that is `always` an application of its own."""
        if deal.always:
            return all(took.place != deal.place for took in units[index].takings)
        return index not in used

    def _make(self, pattern: Pattern, off: int, application: int, chosen: Sequence[int], units: list[Unit]) -> None:
        entered = [self.bins[place % len(self.bins)][0] for place, count in pattern.uses for _ in range(count)]
        parts = spread(off, [unit.amount for unit in entered], [units[index].amount for index in chosen])
        coupons = pattern.deal.coupons
        coupon = coupons[(application - 1) % len(coupons)] if coupons else ""
        for index, part in zip(chosen, parts, strict=True):
            units[index] = served(units[index], pattern.deal, part, application, coupon)

    def leave(self, chain: Chain) -> list[Left]:
        """The best ways to leave the item stage after a packing, one for every combination of lots."""
        return [
            tuple(options[0] for options in of_units)
            for dealt in self.dealt(chain)
            for of_units in self.item_ways(dealt)
        ]

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
        for switches in product(*(_ways_to_take(lot) for lot in lots)):
            units = list(dealt)
            taken: set[int] = set()
            on = [(lot, how == "least left") for lot, how in zip(lots, switches, strict=True) if how]
            if all(take_lot(lot, dealt, units, taken, least_left=least) for lot, least in on):
                found.append(
                    [
                        self.options(unit, always if place in taken else unitwise, dealt[place].amount)
                        for place, unit in enumerate(units)
                    ]
                )
        return found

    def every(self, most: int, take_in: Callable[[list[list[Unit]]], None]) -> None:
        """Hand over all ways whose units can leave for at most `most` together: the choices of each unit."""
        packing = self._packing(self.patterns) if self.patterns else None
        smallest = self.base - self.slack - most - 1

        def look(gain: int, chain: Chain) -> int:
            for dealt in self.dealt(chain):
                for of_units in self.item_ways(dealt):
                    if sum(options[0].amount for options in of_units) <= most:
                        take_in(of_units)
            return smallest

        if self.unlisted is not None:  # of what is not listed the best alone is known
            self.complete = False
            look(0, self.unlisted.search(self.out_of_time))
        elif packing is not None:
            packing.keep_best_only = False
            if not packing.search(smallest, look, self.out_of_time):
                self.complete = False
        else:
            look(0, None)


def _ways_to_take(lot: Ready) -> tuple[str, ...]:
    """Off, or on; where it takes some of its units by their first price, two ways to choose among equals."""
    return ("", "on") if lot.over_the_lot or not lot.initial else ("", "on", "least left")


def _in_order(chain: Chain) -> list[Pattern]:
    """The applications of a packing by the priority of their deals."""
    made: list[Pattern] = []
    while chain is not None:
        pattern, chain = chain
        made.append(pattern)
    return sorted(made, key=lambda pattern: (pattern.deal.place, pattern.uses, pattern.off))


def _taken_alike(groups: list[list[int]], count: int) -> Iterator[list[int]]:
    """Every choice of `count` from groups of like units: how many of each."""
    if count == 0:
        yield []
    elif groups:
        first, *others = groups
        for number in range(min(count, len(first)), -1, -1):
            for rest in _taken_alike(others, count - number):
                yield first[:number] + rest
