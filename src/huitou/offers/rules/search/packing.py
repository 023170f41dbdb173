"""Set packing: the applications of deals that together gain most, no unit serving two. Exact, by branch and bound.

A bin of like units is taken in a fixed order; the first bin that still has units is the pivot. Either one of the
applications that contain the pivot (and no earlier bin) is made, or the rest of the pivot stays unused. A state
that was reached before with no smaller gain is not searched again. The bound is a price for each bin such that no
application gains more than its units cost together (a feasible point of the dual of the linear relaxation): the
units that are left cannot gain more than their prices.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from huitou.offers.rules.forms import SHARE_SCALE
from huitou.offers.rules.search.patterns import Pattern, Uses

SCALE = SHARE_SCALE
"""Prices are whole numbers of fen / SCALE, so that the bound is exact."""
SWEEPS = 4

Chain = tuple[Pattern, "Chain"] | None
"""The applications made so far, the last one first."""


def saving(chain: Chain) -> Chain:
    """The applications that take something off."""
    kept: Chain = None
    while chain is not None:
        pattern, chain = chain
        if pattern.off > 0:
            kept = (pattern, kept)
    return kept


def not_dominated(patterns: Sequence[tuple[Pattern, int]]) -> list[tuple[Pattern, int]]:
    """Of applications that use the same units the one that gains most; one that may run out stands beside it."""
    most: dict[Uses, int] = {}
    for pattern, gain in patterns:
        if pattern.deal.applications is None and gain > most.get(pattern.uses, 0):
            most[pattern.uses] = gain
    kept: dict[tuple[Uses, int], tuple[Pattern, int]] = {}
    for pattern, gain in patterns:
        limited = pattern.deal.applications is not None
        least = most.get(pattern.uses, 0)
        if gain > least or (gain == least > 0 and not limited):
            key = pattern.uses, pattern.deal.place if limited else -1
            if key not in kept or gain > kept[key][1]:
                kept[key] = pattern, gain
    return list(kept.values())


class Packing:
    """The deals of one component over its bins."""

    def __init__(
        self,
        pieces: Sequence[int],
        patterns: Sequence[Pattern],
        gains: Sequence[int],
        shares: Sequence[int],
        out_of_time: Callable[[], bool],
    ) -> None:
        """`shares` is a dual feasible price for a unit of each bin to begin with, in fen × SCALE."""
        order = self._order(pieces, patterns, gains)
        self.pieces = [pieces[place] for place in order]
        self.limited = sorted({p.deal.place for p in patterns if p.deal.applications is not None})
        self.left = [
            next(p.deal.applications or 0 for p in patterns if p.deal.place == place) for place in self.limited
        ]
        rank = {place: number for number, place in enumerate(order)}
        self.by_pivot: list[list[tuple[int, tuple[tuple[int, int], ...], int, Pattern]]] = [[] for _ in order]
        for pattern, gain in zip(patterns, gains, strict=True):
            uses = tuple(sorted((rank[place], count) for place, count in pattern.uses))
            limit = self.limited.index(pattern.deal.place) if pattern.deal.applications is not None else -1
            self.by_pivot[uses[0][0]].append((gain, uses, limit, pattern))
        for here in self.by_pivot:
            here.sort(key=lambda one: (-one[0] * 60 // sum(n for _, n in one[1]), one[3].deal.place, one[1]))
        self.bins = order
        self.prices = self._prices([shares[place] for place in order], out_of_time)

    @staticmethod
    def _order(pieces: Sequence[int], patterns: Sequence[Pattern], gains: Sequence[int]) -> list[int]:
        """The bins that matter most first: the earlier they are decided, the earlier a bound bites."""
        best = [-1] * len(pieces)
        for pattern, gain in zip(patterns, gains, strict=True):
            each = gain * 60 // sum(count for _, count in pattern.uses)
            for place, _ in pattern.uses:
                best[place] = max(best[place], each, 0)
        used = [place for place in range(len(pieces)) if best[place] >= 0]
        return sorted(used, key=lambda place: (-best[place], place))

    def _prices(self, prices: list[int], out_of_time: Callable[[], bool]) -> list[int]:
        """A dual feasible price for a unit of each bin, improved bin by bin."""
        patterns = [one for here in self.by_pivot for one in here]
        of_bin: list[list[tuple[int, tuple[tuple[int, int], ...], int]]] = [[] for _ in prices]
        for gain, uses, _, _ in patterns:
            for place, count in uses:
                of_bin[place].append((gain * SCALE, uses, count))
        for sweep in range(SWEEPS):
            places = range(len(prices)) if sweep % 2 else range(len(prices) - 1, -1, -1)
            for place in places:
                if out_of_time():  # as they are, the prices are a bound already
                    return prices
                needed = 0
                for gain, uses, count in of_bin[place]:
                    others = sum(prices[other] * n for other, n in uses if other != place)
                    if gain - others > needed * count:
                        needed = -(-(gain - others) // count)
                prices[place] = needed
        return prices

    def bound(self) -> int:
        """No packing gains more than this."""
        return sum(price * pieces for price, pieces in zip(self.prices, self.pieces, strict=True)) // SCALE

    def search(
        self,
        more_than: int,
        found: Callable[[int, Chain], int],
        out_of_time: Callable[[], bool],
        at_most: int | None = None,
    ) -> bool:
        """Call `found` with every packing that gains more than a mark (and no more than `at_most`), until all are seen
        or time is out.

        The mark begins with `more_than`; `found` answers the new one (the gain it got, where only better ones matter).
        A packing is handed over once, whatever the order of its applications. True when the search was complete.
        """
        prices, by_pivot = self.prices, self._by_slack()
        bins = len(self.pieces)
        mark = more_than
        seen: dict[tuple[object, ...], int] = {}
        sums_of, handed = self.sums_of, set[tuple[object, ...]]()
        reach = sum(price * pieces for price, pieces in zip(prices, self.pieces, strict=True))
        stack: list[tuple[int, int, int, int, tuple[int, ...], tuple[int, ...], Chain, tuple[int, ...]]] = [
            (reach, 0, 0, 0, tuple(self.pieces), tuple(self.left), None, ())
        ]
        steps = 0
        while stack:
            reach, gain, pivot, start, left, limits, chain, sums = stack.pop()
            steps += 1
            if not steps & 15 and out_of_time():
                return False
            while pivot < bins and (left[pivot] == 0 or start >= len(by_pivot[pivot])):
                reach -= left[pivot] * prices[pivot]
                left = (*left[:pivot], 0, *left[pivot + 1 :])
                pivot, start = pivot + 1, 0
            if reach // SCALE <= mark or (at_most is not None and gain > at_most):
                continue
            if pivot == bins:
                mark = found(gain, chain)
                continue
            key = (pivot, start, left, limits)
            if self.keep_best_only:
                if seen.get(key, -1) >= gain:
                    continue
                seen[key] = gain
            elif sums_of is not None:
                if (*key, gain, sums) in handed:
                    continue
                handed.add((*key, gain, sums))
            here = by_pivot[pivot]
            # The rest of the pivot unused: searched last, so pushed first.
            stack.append((reach, gain, pivot, len(here), left, limits, chain, sums))
            # An application takes its slack off what can be reached; those that take too much come last.
            spare = reach - (mark + 1) * SCALE
            last = bisect_right(here, spare, lo=start, key=_slack_of)
            for number in range(last - 1, start - 1, -1):
                slack, more, uses, limit, pattern = here[number]
                if limit >= 0 and limits[limit] == 0:
                    continue
                now = list(left)
                for place, count in uses:
                    if now[place] < count:
                        break
                    now[place] -= count
                else:
                    after = limits
                    if limit >= 0:
                        after = (*limits[:limit], limits[limit] - 1, *limits[limit + 1 :])
                    added = sums if sums_of is None else sums_of(pattern, sums)
                    now_left = tuple(now)
                    stack.append((reach - slack, gain + more, pivot, number, now_left, after, (pattern, chain), added))
        return True

    def _by_slack(self) -> list[list[tuple[int, int, tuple[tuple[int, int], ...], int, Pattern]]]:
        """The applications by pivot, each with how much more its units are priced than it gains: the least first."""
        found = []
        for here in self.by_pivot:
            of_pivot = []
            for gain, uses, limit, pattern in here:
                slack = sum(self.prices[place] * count for place, count in uses) - gain * SCALE
                of_pivot.append((slack, gain, uses, limit, pattern))
            found.append(sorted(of_pivot, key=_slack_of))
        return found

    sums_of: Callable[[Pattern, tuple[int, ...]], tuple[int, ...]] | None = None
    """Where every packing is asked for, but of those alike in these sums one: the sums after an application more."""
    keep_best_only = True
    """A state reached again with no larger gain is not searched again. Off where every packing is asked for."""


def _slack_of(one: tuple[int, int, tuple[tuple[int, int], ...], int, Pattern]) -> int:
    return one[0]
