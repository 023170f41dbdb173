"""Set packing: the applications of deals that together gain most, no unit serving two. Exact, by branch and bound.

A bin of like units is taken in a fixed order; the first bin that still has units is the pivot. Either one of the
applications that contain the pivot (and no earlier bin) is made, or the rest of the pivot stays unused. A state
that was reached before with no smaller gain is not searched again. The bound is a price for each bin such that no
application gains more than its units cost together (a feasible point of the dual of the linear relaxation): the
units that are left cannot gain more than their prices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from huitou.offers.rules.forms import SHARE_SCALE
from huitou.offers.rules.search.patterns import Pattern

SCALE = SHARE_SCALE
"""Prices are whole numbers of fen / SCALE, so that the bound is exact."""
SWEEPS = 4

Chain = tuple[Pattern, "Chain"] | None
"""The applications made so far, the last one first."""


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

    def search(self, more_than: int, found: Callable[[int, Chain], int], out_of_time: Callable[[], bool]) -> bool:
        """Call `found` with every packing that gains more than a mark, until all are seen or time is out.

        The mark begins with `more_than`; `found` answers the new one (the gain it got, where only better ones matter).
        A packing is handed over once, whatever the order of its applications. True when the search was complete.
        """
        prices, by_pivot = self.prices, self.by_pivot
        bins = len(self.pieces)
        mark = more_than
        seen: dict[tuple[object, ...], int] = {}
        sums_of, handed = self.sums_of, set[tuple[object, ...]]()
        rest = sum(price * pieces for price, pieces in zip(prices, self.pieces, strict=True))
        stack: list[tuple[int, int, int, int, tuple[int, ...], tuple[int, ...], Chain, tuple[int, ...]]] = [
            (0, rest, 0, 0, tuple(self.pieces), tuple(self.left), None, ())
        ]
        steps = 0
        while stack:
            gain, rest, pivot, start, left, limits, chain, sums = stack.pop()
            steps += 1
            if not steps & 15 and out_of_time():
                return False
            if gain + rest // SCALE <= mark:
                continue
            while pivot < bins and (left[pivot] == 0 or start >= len(by_pivot[pivot])):
                rest -= left[pivot] * prices[pivot]
                left = (*left[:pivot], 0, *left[pivot + 1 :])
                pivot, start = pivot + 1, 0
            if pivot == bins:
                if gain > mark:
                    mark = found(gain, chain)
                continue
            if gain + rest // SCALE <= mark:
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
            # The rest of the pivot unused: searched last, so pushed first.
            stack.append((gain, rest, pivot, len(by_pivot[pivot]), left, limits, chain, sums))
            for number in range(len(by_pivot[pivot]) - 1, start - 1, -1):
                more, uses, limit, pattern = by_pivot[pivot][number]
                if any(left[place] < count for place, count in uses) or (limit >= 0 and limits[limit] == 0):
                    continue
                now = list(left)
                cost = 0
                for place, count in uses:
                    now[place] -= count
                    cost += prices[place] * count
                after = limits
                if limit >= 0:
                    after = (*limits[:limit], limits[limit] - 1, *limits[limit + 1 :])
                added = sums if sums_of is None else sums_of(pattern, sums)
                stack.append((gain + more, rest - cost, pivot, number, tuple(now), after, (pattern, chain), added))
        return True

    sums_of: Callable[[Pattern, tuple[int, ...]], tuple[int, ...]] | None = None
    """Where every packing is asked for, but of those alike in these sums one: the sums after an application more."""
    keep_best_only = True
    """A state reached again with no larger gain is not searched again. Off where every packing is asked for."""
