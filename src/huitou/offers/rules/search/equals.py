"""Which of the cheapest combinations is the answer: fewest offers, then highest priorities, then smallest ids.

Every money offer is optional, so with more offers nobody pays more. Offers that do not reach the price together, and
would with any one more, are as good as a *cut*: whatever reaches the price uses one of the others. The first set of
offers that touches every cut either reaches the price, and is the first of all that do, or shows one more cut
(implicit hitting sets; Moreno-Centeno and Karp, Operations Research 61(2), 2013). Mostly there is no tie: then each
offer that is used is a cut of its own, and nothing is left to try.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from huitou.offers.rules.search.late import rank_of
from huitou.offers.rules.search.ready import Ready
from huitou.offers.rules.search.solve import Solution

Places = frozenset[int]
"""Of offers."""

MOST_PRICED_AGAIN = 60
MOST_WORK = 6_000
"""Articles times offers, summed over what is priced again. A fixed effort, so that the answer depends on no clock."""
MOST_TRIED = 5_000
"""Sets of offers that are held against the cuts."""


class _Enough(Exception):
    """The effort is spent."""


class Equals:
    """The combinations that cost as little as the best one, and which of them is the first."""

    def __init__(
        self,
        best: Solution,
        articles: int,
        offers: Sequence[Ready],
        solve: Callable[[Sequence[Ready]], Solution],
        out_of_time: Callable[[], bool],
    ) -> None:
        self.best, self.articles, self.solve, self.out_of_time = best, articles, solve, out_of_time
        self.offers = {offer.place: offer for offer in offers}
        self.priced = self.work = self.tried = 0
        self.too_dear: list[Places] = []
        self.cuts: list[Places] = []

    def first(self) -> Solution:
        """The first of the equals, or where the effort is spent the best of those that were seen."""
        used = sorted({took.place for unit in self.best.units for took in unit.takings})
        if self.articles * len(self.offers) * (len(used) + 1) > MOST_WORK:
            return self.best._replace(first=not used)
        try:
            self._search(used)
        except _Enough:
            return self.best
        return self.best._replace(first=True)

    def _search(self, used: Sequence[int]) -> None:
        every = frozenset(self.offers)
        for place in used:
            if not self._reached_by(every - {place}):
                self.cuts.append(frozenset({place}))
        while True:
            first = self._first_across_cuts()
            if self._rank(first) >= self.best.rank or self._reached_by(first):
                return
            for place in sorted(every - first):
                if not self._reached_by(first | {place}):
                    first |= {place}
            self.cuts.append(every - first)

    def _reached_by(self, places: Places) -> bool:
        """Whether these offers alone reach the price."""
        if any(places <= known for known in self.too_dear):
            return False
        self.priced += 1
        self.work += self.articles * len(places)
        if self.priced > MOST_PRICED_AGAIN or self.work > MOST_WORK or self.out_of_time():
            raise _Enough
        found = self.solve([offer for place, offer in self.offers.items() if place in places])
        if found.at_least > self.best.total:
            self.too_dear.append(places)
            return False
        if found.total > self.best.total:  # nobody knows
            raise _Enough
        if found.rank < self.best.rank:
            self.best = found._replace(at_least=self.best.total)
        return True

    def _rank(self, places: Places) -> tuple[object, ...]:
        return rank_of([self.offers[place] for place in places])

    def _first_across_cuts(self) -> Places:
        """The first set of offers that has one of every cut."""
        size = 0
        while True:
            found = list(self._across(frozenset(), size))
            if found:
                return min(found, key=self._rank)
            size += 1

    def _across(self, chosen: Places, more: int) -> Iterator[Places]:
        """`chosen` and so many offers more that have one of every cut."""
        self.tried += 1
        if self.tried > MOST_TRIED:
            raise _Enough
        missed = next((cut for cut in self.cuts if not cut & chosen), None)
        if missed is None:
            yield chosen
        elif more:
            for place in sorted(missed):
                yield from self._across(chosen | {place}, more - 1)
