"""Which of the cheapest combinations is the answer: fewest offers, then highest priorities, then smallest ids of them.

Every money offer is optional, so with more offers nobody pays more. Offers that do not reach the price together, and
would with any one more, are as good as a *cut*: whatever reaches the price uses one of the others. The first set of
offers that touches every cut either reaches the price, and is the first of all that do, or shows one more cut
(implicit hitting sets; Moreno-Centeno and Karp, Operations Research 61(2), 2013). Mostly there is no tie: then each
offer that is used is a cut of its own, as a bound shows without another search (`Without`), and nothing is left to try.

Of combinations of the same offers the one with the fewest coupons is the first, then the smallest ids. Coupons of one
kind are alike, and with fewer of them nobody pays less: how many of each kind are presented is tried, fewest first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from huitou.offers.rules.search.best import Solution
from huitou.offers.rules.search.late_search import rank_of
from huitou.offers.rules.search.ready import Ready

Places = frozenset[int]
"""Of offers."""
Presented = Mapping[str, int]
"""How many coupons of each kind."""

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
        is_needed: Callable[[int], bool],
        out_of_time: Callable[[], bool],
    ) -> None:
        """`is_needed`: without this offer everybody pays more, as a bound shows that costs little; False: who knows."""
        self.best, self.articles, self.solve, self.out_of_time = best, articles, solve, out_of_time
        self.is_needed = is_needed
        self.offers = {offer.place: offer for offer in offers}
        self.priced = self.work = self.tried = 0
        self.too_dear: list[Places] = []
        self.cuts: list[Places] = []

    def first(self) -> Solution:
        """The first of the equals, or where the effort is spent the best of those that were seen."""
        used = sorted({took.place for unit in self.best.units for took in unit.takings})
        needed = [place for place in used if self.is_needed(place)]
        self.cuts = [frozenset({place}) for place in needed]
        unsure = [place for place in used if place not in needed]
        if unsure and self.articles * len(self.offers) * (len(unsure) + 1) > MOST_WORK:
            return self.best
        try:
            self._search(unsure)
            self._spare_coupons()
        except _Enough:
            return self.best
        return self.best._replace(first=True)

    def _search(self, unsure: Sequence[int]) -> None:
        """`unsure`: the offers that are used of which nobody knows yet whether they are a cut."""
        every = frozenset(self.offers)
        for place in unsure:
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
        found = self._priced([offer for place, offer in self.offers.items() if place in places])
        if found is None:
            self.too_dear.append(places)
            return False
        if found.rank < self.best.rank:
            self.best = found._replace(at_least=self.best.total)
        return True

    def _priced(self, offers: Sequence[Ready]) -> Solution | None:
        """How these offers reach the price; None: they do not."""
        self.priced += 1
        self.work += self.articles * len(offers)
        if self.priced > MOST_PRICED_AGAIN or self.work > MOST_WORK or self.out_of_time():
            raise _Enough
        found = self.solve(offers)
        if found.at_least > self.best.total:
            return None
        if found.total > self.best.total:  # nobody knows
            raise _Enough
        return found

    def _spare_coupons(self) -> None:
        """Make the answer one of the fewest coupons, of the same offers."""
        used = {(took.place, took.coupon) for unit in self.best.units for took in unit.takings}
        spent_ids = {(_kind(self.offers[place]), coupon) for place, coupon in used if coupon}
        spent = Counter(kind for kind, _ in sorted(spent_ids))
        if all(count == 1 for count in spent.values()):
            return  # each kind that they ask for is needed
        offers = {place: self.offers[place] for place, _ in used}
        held = {_kind(offer): offer.coupons for offer in offers.values() if offer.coupons}
        too_few: list[Presented] = []
        for kind, count in spent.items():
            one_less = {other: len(coupons) for other, coupons in held.items()} | {kind: count - 1}
            if count > 1 and self._priced_with(one_less, offers) is None:
                too_few.append(one_less)
        for some in self._fewer(spent, held):
            if any(all(some[kind] <= known[kind] for kind in some) for known in too_few):
                continue
            found = self._priced_with(some, offers)
            if found is not None:
                self.best = found._replace(at_least=self.best.total)
                return
            too_few.append(some)

    @staticmethod
    def _fewer(spent: Presented, held: Mapping[str, tuple[str, ...]]) -> list[Presented]:
        """All numbers of coupons of each kind that come before those that were spent, the first first."""

        def rank(some: Presented) -> tuple[int, list[str]]:
            return sum(some.values()), sorted(c for kind, count in some.items() for c in held[kind][:count])

        every = product(*(range(1, len(held[kind]) + 1) for kind in spent))
        listed = [dict(zip(spent, counts, strict=True)) for counts in islice(every, MOST_TRIED + 1)]
        if len(listed) > MOST_TRIED:
            raise _Enough
        return sorted((some for some in listed if rank(some) < rank(spent)), key=rank)

    def _priced_with(self, presented: Presented, offers: Mapping[int, Ready]) -> Solution | None:
        """How these offers reach the price when so many coupons of each kind are presented; None: they do not."""
        return self._priced(
            [
                offer if offer.coupons is None else offer.holding(offer.coupons[: presented[_kind(offer)]])
                for _, offer in sorted(offers.items())
            ]
        )

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


def _kind(offer: Ready) -> str:
    """Of the coupon that it asks for; empty: of none."""
    return offer.compiled.offer.valid.coupon
