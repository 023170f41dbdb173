"""The best combination so far, and the late stages that every way goes through to become one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from huitou.offers.rules.search.blend import Units, rank_by
from huitou.offers.rules.search.fewest import fewest_items
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_search import rank_of
from huitou.offers.rules.search.ready import Ready


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


class BestSoFar:
    """Of all ways that were settled."""

    def __init__(self, late: Late, offers: Mapping[int, Ready], out_of_time: Callable[[], bool]) -> None:
        self.late, self.out_of_time = late, out_of_time
        self.rank = rank_by(dict(offers), rank_of)
        self.known: Solution | None = None

    @property
    def solution(self) -> Solution:
        assert self.known is not None
        return self.known

    @property
    def total(self) -> int:
        return self.solution.total

    def settle(self, entered: Units) -> int:
        """Bring units through the late stages and keep the result where it is the best so far: what is paid at least.

        That is more than the best so far where these units are not the best, and less where not all was looked at.
        """
        # The canonical order, in which ties of an allocation are broken.
        entered = tuple(sorted(entered, key=lambda u: (u.article, -u.first, -u.amount, u.closed, u.takings)))
        settled = self.late.best(entered, self.out_of_time)
        if self.known is None or settled.total <= self.known.total:
            rank = self.rank(settled.units)
            if self.known is None or (settled.total, rank) < (self.known.total, self.known.rank):
                self.known = Solution(settled.total, settled.units, 0, rank)
        return settled.at_least
