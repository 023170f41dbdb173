"""The deals of a packing made: the units of a component after them.

Where units of a bin fared differently already (a deal that is `always` comes on top), each choice is a way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, product

from huitou.offers.rules.rounding import spread
from huitou.offers.rules.search.packing import Chain
from huitou.offers.rules.search.patterns import Pattern
from huitou.offers.rules.search.picks import taken_alike
from huitou.offers.rules.search.price_stage import Bins, served
from huitou.offers.rules.search.ready import Ready, Unit


class Making:
    """Applications on the units of some bins."""

    def __init__(self, bins: Bins, *, in_one_way: bool) -> None:
        """`in_one_way`: which of like units serve means nothing."""
        self.bins = bins
        self.in_one_way = in_one_way
        self.complete = True

    def in_the_one_way(self, chain: Chain) -> list[Unit]:
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

    def every(self, chain: Chain, out_of_time: Callable[[], bool]) -> Iterator[list[Unit]]:
        """All units after the deals of a packing, made by priority; nothing where one cannot be made."""
        if self.in_one_way:
            yield self.in_the_one_way(chain)
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
            elif position & 15 == 15 and out_of_time():
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
            given = sum(took.off for unit in units for took in unit.takings if took.place == deal.place)
            off = min(off, deal.most - given)
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
            options.append(list(taken_alike(list(free.values()), count)))
        for chosen in product(*options):
            indexes = [index for of_bin in chosen for index in of_bin]
            if not any(units[index].amount for index in indexes):  # nothing is left that it could take
                continue
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


def _in_order(chain: Chain) -> list[Pattern]:
    """The applications of a packing by the priority of their deals."""
    made: list[Pattern] = []
    while chain is not None:
        pattern, chain = chain
        made.append(pattern)
    return sorted(made, key=lambda pattern: (pattern.deal.place, pattern.uses, pattern.off))
