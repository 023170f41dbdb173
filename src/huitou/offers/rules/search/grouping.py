"""A deal's units grouped dearest first: what a person would do, and mostly the best that can be done.

The cheapest of every group is dearest when the dearest units stand together: of the k dearest units no grouping makes
more cheapest ones than this (an exchange argument; Lawler, Combinatorial Optimization, 1976, chapter 7, on matroids).
So one 买三免一, 第二件半价 or bundle over many unlike units is solved by sorting. `Deal.most_saved` says for each kind
what no grouping exceeds; where the applications reach it they are proven to be the best.

Several deals over the same goods take turns; that is a good packing to begin with, and no proof.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush

from huitou.offers.rules.search.packing import Chain
from huitou.offers.rules.search.patterns import Pattern, Pick, base_of, gives_cheapest
from huitou.offers.rules.search.price_stage import Bins
from huitou.offers.rules.search.ready import Ready, ranks_apart

MOST_TURNS = 6
"""Orders in which several deals take turns."""
UNKNOWN = -(1 << 62)
"""What a deal that was not looked at yet gains for a unit: more than any other."""


class Grouped:
    """One deal over bins of like units, `left` of each."""

    def __init__(self, deal: Ready, bins: Bins, left: Sequence[int] | None = None) -> None:
        self.deal, self.bins = deal, bins
        self.left = [pieces for _, pieces in bins] if left is None else list(left)
        self.bases = [base_of(deal, unit) for unit, _ in bins]
        self.sizes = [slot.pieces for slot in deal.deal.slots()]
        self.queues = [self._queue(mask) for mask in deal.takes]
        """Of each slot its bins, dearest first."""
        self.together = all(mask == deal.takes[0] for mask in deal.takes)
        """Every slot may take the same units."""

    def _queue(self, mask: int) -> list[int]:
        mine = [place for place, (unit, _) in enumerate(self.bins) if mask >> unit.article & 1]
        able = [place for place in mine if self.left[place] and self.deal.open_to(self.bins[place][0])]
        return sorted(able, key=lambda place: (-self.bases[place], place))

    def times(self) -> int:
        """So often it can apply at most."""
        pieces = [sum(self.left[place] for place in queue) for queue in self.queues]
        every = sum(self.left[place] for place in {place for queue in self.queues for place in queue})
        most = min(every // sum(self.sizes), *(own // size for own, size in zip(pieces, self.sizes, strict=True)))
        return most if self.deal.applications is None else min(most, self.deal.applications)

    def at_most(self) -> int:
        """Fen; all its applications together take no more off."""
        if ranks_apart(self.deal, self.deal.mask):
            here = ((unit, n) for (unit, _), n in zip(self.bins, self.left, strict=True) if self.deal.open_to(unit))
            saved = sum(max(base_of(self.deal, unit), unit.amount) * pieces for unit, pieces in here)
        else:
            saved = self.deal.deal.most_saved(self._values())
        return saved if self.deal.most is None else min(saved, self.deal.most)

    def _values(self) -> list[list[list[int]]]:
        """The values of each slot of each application; a unit that several slots may take is reckoned for each."""
        times, sizes = self.times(), self.sizes
        queues = [self._expanded(queue, times * sum(sizes)) for queue in self.queues[: 1 if self.together else None]]
        groups = []
        for number in range(times):
            at = number * sum(sizes)
            group = []
            for slot, size in enumerate(sizes):
                values = queues[0] if self.together else queues[slot]
                start = at if self.together else number * size
                group.append(values[start : start + size][::-1])
                at += size
            groups.append(group)
        return groups

    def _expanded(self, queue: Sequence[int], most: int) -> list[int]:
        values: list[int] = []
        for place in queue:
            values += [self.bases[place]] * min(self.left[place], most - len(values))
        return values

    def applications(self) -> list[tuple[Pattern, int]]:
        """As many as save something, the dearest units first, like ones together; `left` is what they leave."""
        found: list[tuple[Pattern, int]] = []
        starts = [0] * len(self.queues)
        times = self.times()
        while times:
            picks = self.next_picks(starts)
            pattern = None if picks is None else self.pattern(picks)
            if pattern is None:
                break
            alike = min(times, *(self.left[place] // count for place, count in pattern.uses))
            found.append((pattern, alike))
            times -= alike
            for place, count in pattern.uses:
                self.left[place] -= count * alike
        return found

    def next_picks(self, starts: list[int]) -> tuple[Pick, ...] | None:
        """The dearest units that are left, slot by slot; of each slot the cheapest first."""
        used: dict[int, int] = {}
        picks: list[Pick] = []
        for slot, (queue, size) in enumerate(zip(self.queues, self.sizes, strict=True)):
            while starts[slot] < len(queue) and not self.left[queue[starts[slot]]]:
                starts[slot] += 1
            pick: list[tuple[int, int]] = []
            missing = size
            for at in range(starts[slot], len(queue)):
                place = queue[at]
                count = min(missing, self.left[place] - used.get(place, 0))
                if count > 0:
                    pick.append((place, count))
                    used[place] = used.get(place, 0) + count
                    missing -= count
                if not missing:
                    break
            if missing:
                return None
            picks.append(tuple(reversed(pick)))
        return tuple(picks)

    def pattern(self, picks: Sequence[Pick]) -> Pattern | None:
        if self.deal.deal.gives_cheapest and not gives_cheapest(self.deal, self.bins, picks):
            return None
        off = self.deal.deal.off([[self.bases[place] for place, count in pick for _ in range(count)] for pick in picks])
        together: dict[int, int] = {}
        for pick in picks:
            for place, count in pick:
                together[place] = together.get(place, 0) + count
        off = min(off, sum(self.bins[place][0].amount * count for place, count in together.items()))
        return Pattern(self.deal, tuple(sorted(together.items())), off) if off > 0 else None


def taken_in_turn(
    deals: Sequence[Ready], bins: Bins, gain: Callable[[Pattern], int], out_of_time: Callable[[], bool]
) -> tuple[int, Chain]:
    """The deals each dearest first, whichever gains most for a unit is next: fen, and what is applied.

    While there is time they also go one after the other, in some orders. It takes milliseconds where a search could
    take for ever: an answer that is never worse than a sensible one.
    """
    best = _most_for_a_unit(deals, bins, gain)
    for first in range(min(len(deals), MOST_TURNS)):
        if out_of_time():
            break
        best = max(best, _one_turn([*deals[first:], *deals[:first]], bins, gain), key=lambda one: one[0])
    return best


def _most_for_a_unit(deals: Sequence[Ready], bins: Bins, gain: Callable[[Pattern], int]) -> tuple[int, Chain]:
    left = [pieces for _, pieces in bins]
    groups = [Grouped(deal, bins, left) for deal in deals]
    starts = [[0] * len(grouped.queues) for grouped in groups]
    times = [grouped.times() for grouped in groups]
    for grouped in groups:
        grouped.left = left  # one for all
    chain: Chain = None
    gained = 0
    waiting = [(UNKNOWN, number) for number in range(len(groups))]
    while waiting:
        _, number = heappop(waiting)
        grouped = groups[number]
        picks = grouped.next_picks(starts[number]) if times[number] else None
        pattern = None if picks is None else grouped.pattern(picks)
        more = 0 if pattern is None else gain(pattern)
        if pattern is None or more <= 0:
            continue
        of_unit = -more * 60 // sum(grouped.sizes)
        if waiting and of_unit > waiting[0][0]:  # others took what it promised: it waits for its turn
            heappush(waiting, (of_unit, number))
            continue
        alike = min(times[number], *(left[place] // count for place, count in pattern.uses))
        for _ in range(alike):
            chain = (pattern, chain)
        gained += more * alike
        times[number] -= alike
        for place, count in pattern.uses:
            left[place] -= count * alike
        heappush(waiting, (of_unit, number))
    return gained, chain


def _one_turn(deals: Sequence[Ready], bins: Bins, gain: Callable[[Pattern], int]) -> tuple[int, Chain]:
    left = [pieces for _, pieces in bins]
    chain: Chain = None
    gained = 0
    for deal in deals:
        grouped = Grouped(deal, bins, left)
        for pattern, times in grouped.applications():
            more = gain(pattern)
            if more > 0:
                for _ in range(times):
                    chain = (pattern, chain)
                gained += more * times
            else:
                for place, count in pattern.uses:
                    grouped.left[place] += count * times
        left = grouped.left
    return gained, chain


class OneDeal:
    """The one deal of a component, solved by grouping; `Unlisted` for a deal whose price depends on the units."""

    def __init__(self, deal: Ready, bins: Bins, gain: Callable[[Pattern], int]) -> None:
        self.deal, self.bins, self.gain = deal, bins, gain
        self.at_most = Grouped(deal, bins).at_most()
        """Fen; no packing gains more: beside item offers a deal gains no more than it takes off."""
        self.gained, self.chain = _one_turn([deal], bins, gain)
        self.proven = self.gained == self.at_most

    def search(self, out_of_time: Callable[[], bool]) -> Chain:
        """What was found; there is nothing left to look for."""
        return self.chain
