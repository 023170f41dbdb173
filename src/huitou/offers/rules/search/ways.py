"""The ways of one component through the stages price, deal and item.

`cheapest` finds what can be paid least for its units; `every` finds all the ways in which they can leave these stages,
for the thresholds that follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from operator import add as add_up

from huitou.offers.rules.forms import SHARE_SCALE
from huitou.offers.rules.search.component import Component
from huitou.offers.rules.search.grouping import Grouped, OneDeal, taken_in_turn
from huitou.offers.rules.search.item_stage import best_choice, choices, most_off, strongest, ways_of_lot
from huitou.offers.rules.search.making import Making
from huitou.offers.rules.search.one_bin import best_of_one_bin
from huitou.offers.rules.search.packing import Chain, Packing, not_dominated
from huitou.offers.rules.search.patterns import Pattern, patterns_of
from huitou.offers.rules.search.price_stage import Bins, enter
from huitou.offers.rules.search.ready import MANY_UNITS, Ready, Unit, needs_hold, ranks_apart
from huitou.offers.rules.search.unlisted import Unlisted, countable, many_applications

LISTED_WHEN_OPEN = 1_500
"""So many applications of deals that were counted are written down where counting did not prove what is best."""
SEARCHED_AT_ONCE = 60
"""So many applications are searched without a packing to begin with."""
MOST_LOTS_AT_ONCE = 12
"""Of lots that meet in one component, all combinations of on and off are tried up to this many."""

Left = tuple[Unit, ...]
"""The units of a component as they leave the item stage."""


class Ways:
    """The ways of one component, with the price offers of `on` switched on."""

    def __init__(self, component: Component, on: Sequence[Ready], out_of_time: Callable[[], bool]) -> None:
        self.component = component
        self.articles = component.articles
        self.out_of_time = out_of_time
        self.bins: Bins = enter(component.articles, component.mask, on)
        self.making = Making(self.bins, in_one_way=component.dealt_in_one_way)
        self.complete = True
        self._cheapest: tuple[int, Left] | None = None
        self._choices: dict[tuple[Unit, int, tuple[int, ...] | None], list[Unit]] = {}
        self._best: dict[Unit, Unit] = {}
        self.smooth = component.smooth
        self.unitwise = [offer for offer in component.items if offer.unitwise]
        self.worked = 0
        """The goods on which item offers work."""
        for offer in self.unitwise:
            self.worked |= offer.mask
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
        self.unlisted: Unlisted | OneDeal | None = None
        self.able: Sequence[Ready] = []
        self.listed: bool | None = None
        """Whether what was counted was written down as well, once that was tried."""
        self.gains_at_most: int | None = None
        """What was counted: proven by what was written down."""
        self.packing: Packing | None = None
        self.alone_best: tuple[int, Chain] | None = None
        """Of one bin: the most that its deals gain, and how."""
        able = [deal for deal in component.deals if self._may_apply(deal)]
        if able:
            self._see_deals(able)

    def _see_deals(self, deals: Sequence[Ready]) -> None:
        self.able = deals
        if self.smooth and many_applications(deals, self.bins):
            if len(deals) == 1:
                self.unlisted = OneDeal(deals[0], self.bins, self._gain)
            if not (self.unlisted and self.unlisted.proven) and countable(deals, self.bins):
                alone = [unit.amount for unit in self.alone]
                self.unlisted = Unlisted(deals, self.bins, alone, self.unitwise, self._gain, 1)
            if self.unlisted is not None:
                return
        self._find_patterns(deals)
        worth = not_dominated(self.patterns) if self.smooth else self.patterns
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
            complete = self._note(found) and complete
            if not complete:
                self.complete = False
                self.unseen += Grouped(deal, self.bins).at_most()
                self.partly_seen.append(deal)

    def _note(self, found: Sequence[Pattern]) -> bool:
        """Reckon what these applications gain; whether there was time for all of them."""
        for number, pattern in enumerate(found):
            if number & 31 == 31 and self.out_of_time():
                return False
            self.patterns.append((pattern, self._gain(pattern)))
        return True

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
        if not self.smooth or not any(self.worked >> self.bins[place][0].article & 1 for place, _ in pattern.uses):
            return pattern.off
        before = sum(self.alone[place].amount * count for place, count in pattern.uses)
        return before - sum(self.best(unit).amount for unit in pattern.applied(self.bins, 1))

    def at_least(self) -> int:
        """Nobody pays less for this component with these prices."""
        if self._cheapest is not None and self.complete:  # searched to its end: the bound is what was found
            return self._cheapest[0]
        if self.unlisted is not None:
            at_most = self.unlisted.at_most if self.gains_at_most is None else self.gains_at_most
            return max(0, self.base - at_most)
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
        apart = [deal.place for deal in deals if ranks_apart(deal, deal.mask)]
        for unit, _ in self.bins:
            share = 0
            for deal in deals:
                if deal.mask >> unit.article & 1 and not unit.closed:
                    value = unit.first if deal.initial else unit.amount
                    share = max(share, value * SHARE_SCALE if deal.place in apart else deal.deal.unit_share(value))
            found.append(share)
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
            begun = self._in_turn()[1]
            if begun is not None:  # as it can be made first: in how many ways is for the search
                for left in islice(self.leave(begun), 1):
                    best.append((sum(unit.amount for unit in left), left))
            self.packing.keep_best_only = False
            if not self.packing.search(-1, look, self.out_of_time):
                self.complete = False
        if not best:
            look(0, None)
        return best[0]

    def begun(self) -> tuple[int, Left]:
        """A good way to begin with, quickly: what was counted is not listed."""
        if self.unlisted is None or self._cheapest is not None:
            return self.cheapest()
        return self.left_by(self._counted()[1])

    def _counted(self) -> tuple[int, Chain]:
        assert self.unlisted is not None
        chain = self.unlisted.search(self.out_of_time)
        found = self.unlisted.gained, chain
        if self.unlisted.proven or isinstance(self.unlisted, OneDeal) or not self.out_of_time():
            return found
        return max(found, taken_in_turn(self.able, self.bins, self._gain, self.out_of_time), key=lambda one: one[0])

    def _cheapest_packing(self) -> tuple[int, Left]:
        if self.unlisted is not None:
            gained, chain = self._counted()
            if gained < self.unlisted.at_most:
                chain = self._better_listed(chain, gained)
            return self.left_by(chain)
        if self.alone_best is not None:
            return self.left_by(self.alone_best[1])
        if self.packing is None:
            left = tuple(unit for unit, (_, count) in zip(self.alone, self.bins, strict=True) for _ in range(count))
            return self.base, left
        gained, begun = self._in_turn()
        best: list[Chain] = [begun]

        def better(gain: int, chain: Chain) -> int:
            best[0] = chain
            return gain

        if not self.packing.search(gained, better, self.out_of_time):
            self.complete = False
        return self.left_by(best[0])

    def _in_turn(self) -> tuple[int, Chain]:
        """A packing to begin with, where the search could be long or has no time; else none."""
        if len(self.patterns) > SEARCHED_AT_ONCE or self.partly_seen or self.out_of_time():
            return taken_in_turn(self.able, self.bins, self._gain, self.out_of_time)
        return 0, None

    def _better_listed(self, chain: Chain, gained: int) -> Chain:
        """The best packing, where what was counted can be written down; else the one that counting found."""
        best = [(gained, chain)]

        def better(gain: int, chain: Chain) -> int:
            best[0] = gain, chain
            return gain

        proven = self._list_all()
        if proven:
            packing = self._packing(not_dominated(self.patterns))
            proven = packing.search(gained, better, self.out_of_time)
        if proven:
            self.gains_at_most = best[0][0]
        self.complete = self.complete and proven
        return best[0][1]

    def _list_all(self) -> bool:
        """Write down what was only counted, where that is not too much: some things counting leaves open."""
        if self.listed is None:
            self.listed = not many_applications(self.able, self.bins, LISTED_WHEN_OPEN)
            for deal in self.able if self.listed else ():
                found, complete = patterns_of(deal, self.bins, self.out_of_time)
                if not (self._note(found) and complete):
                    self.listed = False
                    break
        return self.listed

    def left_by(self, chain: Chain) -> tuple[int, Left]:
        """What is paid, and the units, after these applications; where they can be made in one way."""
        left = tuple(self.best(unit) for unit in self.making.in_the_one_way(chain))
        return sum(unit.amount for unit in left), left

    def dealt(self, chain: Chain) -> Iterator[list[Unit]]:
        """All units after the deals of a packing."""
        yield from self.making.every(chain, self.out_of_time)
        self.complete = self.complete and self.making.complete

    def leave(self, chain: Chain) -> Iterator[Left]:
        """The best ways to leave the item stage after a packing, one for every way of the lots."""
        for dealt in self.dealt(chain):
            for of_units in self.item_ways(dealt):
                yield tuple(options[0] for options in of_units)

    def item_ways(self, dealt: list[Unit]) -> Iterator[list[list[Unit]]]:
        """For every combination of lots: what may become of each unit."""
        entered = [(unit, 1) for unit in dealt]
        able = [offer for offer in self.component.items if offer.certain or needs_hold(offer, entered, self.articles)]
        lots = [offer for offer in able if not offer.unitwise]
        unitwise = [offer for offer in able if offer.unitwise]
        unitwise = self.unitwise if len(unitwise) == len(self.unitwise) else unitwise
        if len(lots) > MOST_LOTS_AT_ONCE:
            self.complete = False
            lots = lots[:MOST_LOTS_AT_ONCE]
        always = [offer for offer in unitwise if offer.always]
        for number, (units, taken) in enumerate(self._after_lots(lots, dealt, dealt, frozenset())):
            if number and (number & 15 == 0 or len(dealt) > MANY_UNITS) and self.out_of_time():
                self.complete = False
                return
            yield [
                self.options(unit, always if place in taken else unitwise, dealt[place].amount)
                for place, unit in enumerate(units)
            ]

    def _after_lots(
        self, lots: Sequence[Ready], dealt: list[Unit], units: list[Unit], taken: frozenset[int]
    ) -> Iterator[tuple[list[Unit], frozenset[int]]]:
        """The units after each combination of lots, each off or on, and which of them a lot took; all off first."""
        if not lots:
            yield units, taken
            return
        yield from self._after_lots(lots[1:], dealt, units, taken)
        ways, whole = ways_of_lot(lots[0], dealt, units, taken)
        self.complete = self.complete and whole
        for after, now_taken in ways:
            yield from self._after_lots(lots[1:], dealt, after, now_taken)

    def every(
        self,
        window: Callable[[], tuple[int, int]],
        take_in: Callable[[list[list[Unit]]], None],
        atom_of: Sequence[int] | None = None,
    ) -> None:
        """Hand over all ways whose units can leave for so much together, no less and no more: the choices of each unit.

        The window may become narrower while they are looked at.

        With `atom_of` the sums on the parts of the basket are all that matters later: of packings that leave the same
        units over and come to the same sums one is enough, where no item offer works on what they serve.
        """
        listed = self.unlisted is None or self._list_all()
        packing = self._packing(self.patterns) if self.patterns and listed else None
        from_, most = window()
        smallest = self.base - self.slack - most - 1
        largest = None
        if self.smooth:  # without item offers the units cost no more than what entered less this
            noise = sum(count for _, count in self.bins) if self.unitwise else 0
            largest = sum(unit.amount * count for unit, count in self.bins) - from_ + noise

        def look(gain: int, chain: Chain) -> int:
            for dealt in self.dealt(chain):
                for of_units in self.item_ways(dealt):
                    if sum(options[0].amount for options in of_units) <= window()[1]:
                        take_in(of_units)
            return self.base - self.slack - window()[1] - 1

        if self.unlisted is not None and not listed:  # of what is not listed the best alone is known
            self.complete = False
            look(0, self.unlisted.search(self.out_of_time))
        elif packing is not None:
            packing.keep_best_only = False
            touched = any(deal.mask & self.worked or deal.never for deal in self.component.deals)
            if atom_of is not None and self.smooth and not touched:
                packing.sums_of = self._adding(atom_of)
            if not packing.search(smallest, look, self.out_of_time, largest):
                self.complete = False
        else:
            look(0, None)

    def _adding(self, atom_of: Sequence[int]) -> Callable[[Pattern, tuple[int, ...]], tuple[int, ...]]:
        """What an application adds to the sums of the parts of the basket."""
        size = max(atom_of, default=0) + 1
        known: dict[int, tuple[int, ...]] = {}

        def add(pattern: Pattern, sums: tuple[int, ...]) -> tuple[int, ...]:
            own = known.get(id(pattern))
            if own is None:
                of_atom = [0] * size
                for unit in pattern.applied(self.bins, 1):
                    of_atom[atom_of[unit.article]] += unit.amount
                own = known[id(pattern)] = tuple(of_atom)
            return tuple(map(add_up, sums, own)) if sums else own

        return add
