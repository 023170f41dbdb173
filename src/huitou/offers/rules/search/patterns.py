"""Which applications of deals there can be: each is a set of units that serves it, and what it takes off them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import comb

from huitou.offers.rules.articles import untaxed
from huitou.offers.rules.rounding import spread
from huitou.offers.rules.search.price_stage import Bins, served
from huitou.offers.rules.search.ready import Ready, Unit

MOST_PATTERNS = 4_000
"""Of one deal. Beyond it only neighbours in price are tried, and the answer says how far it may be off."""
MOST_NEIGHBOURS = 300
"""So many of them."""


Uses = tuple[tuple[int, int], ...]
"""(bin, pieces), by bin."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One application: how many units of which bins."""

    deal: Ready
    uses: Uses
    off: int

    def applied(self, bins: Bins, application: int) -> list[Unit]:
        """Its units after it, in the order of the bins: the discount lies on all of them, by what entered."""
        units = [bins[place][0] for place, pieces in self.uses for _ in range(pieces)]
        return applied(self.deal, units, self.off, application)


def applied(deal: Ready, units: Sequence[Unit], off: int, application: int) -> list[Unit]:
    """These units after an application that takes `off` fen off them."""
    amounts = [unit.amount for unit in units]
    coupon = deal.coupons[(application - 1) % len(deal.coupons)] if deal.coupons else ""
    parts = spread(off, amounts, amounts)
    return [served(unit, deal, part, application, coupon) for unit, part in zip(units, parts, strict=True)]


def patterns_of(
    deal: Ready, bins: Bins, out_of_time: Callable[[], bool], *, least: int = 1
) -> tuple[list[Pattern], bool]:
    """All its applications that save `least` fen or more, and whether these are all."""
    if len(bins) == 1:
        return _of_one_bin(deal, bins, least), True
    places = [
        [place for place, (unit, _) in enumerate(bins) if mask >> unit.article & 1 and deal.open_to(unit)]
        for mask in deal.takes
    ]
    slots = deal.deal.slots()
    available = [pieces for _, pieces in bins]
    found: Found = {}
    rank = _cheapest_first(deal, bins)
    for of_slot in places:
        of_slot.sort(key=lambda place: rank[place])
    bases = [base_of(deal, unit) for unit, _ in bins]
    if how_many(deal, bins) > MOST_PATTERNS:
        _add_neighbours(found, deal, bins, places, rank, out_of_time)
        return list(found.values()), False
    for tried, picks in enumerate(_picks(places, [slot.pieces for slot in slots], available)):
        if tried == MOST_PATTERNS or (tried & 31 == 31 and out_of_time()):
            _add_neighbours(found, deal, bins, places, rank, out_of_time)
            return list(found.values()), False
        _add(found, deal, bins, picks, bases, least)
    return list(found.values()), True


def how_many(deal: Ready, bins: Bins) -> int:
    """How many multisets of bins serve it, at most."""
    found = 1
    for mask, slot in zip(deal.takes, deal.deal.slots(), strict=True):
        own = sum(1 for unit, _ in bins if mask >> unit.article & 1)
        found *= comb(own + slot.pieces - 1, slot.pieces) if own else 0
    return found


def _of_one_bin(deal: Ready, bins: Bins, least: int) -> list[Pattern]:
    """The one application that like units allow, where it saves enough."""
    unit, available = bins[0]
    sizes = [slot.pieces for slot in deal.deal.slots()]
    if sum(sizes) > available or not deal.open_to(unit) or not all(mask >> unit.article & 1 for mask in deal.takes):
        return []
    base = base_of(deal, unit)
    off = min(deal.deal.off([[base] * size for size in sizes]), unit.amount * sum(sizes))
    return [Pattern(deal, ((0, sum(sizes)),), off)] if off >= least else []


Pick = tuple[tuple[int, int], ...]
"""(bin, pieces) of one slot."""


Found = dict[tuple[Pick, int], Pattern]
"""By the units that an application uses and what it takes off them."""


def _cheapest_first(deal: Ready, bins: Bins) -> list[int]:
    """The rank of every bin by the amount that entered, without taxes on top."""
    order = sorted(range(len(bins)), key=lambda place: (_worth(deal, bins[place][0]), place))
    rank = [0] * len(bins)
    for position, place in enumerate(order):
        rank[place] = position
    return rank


def _add(found: Found, deal: Ready, bins: Bins, picks: Sequence[Pick], bases: Sequence[int], least: int = 1) -> None:
    """Note an application; each pick names its bins cheapest first."""
    if deal.deal.gives_cheapest and not gives_cheapest(deal, bins, picks):
        return
    values = [[base for place, pieces in pick for base in [bases[place]] * pieces] for pick in picks]
    off = deal.deal.off(values)
    together: dict[int, int] = {}
    for pick in picks:
        for place, pieces in pick:
            together[place] = together.get(place, 0) + pieces
    worth = sum(bins[place][0].amount * pieces for place, pieces in together.items())
    off = min(off, worth)
    if off >= least:
        uses = tuple(sorted(together.items()))
        found.setdefault((uses, off), Pattern(deal, uses, off))


def gives_cheapest(deal: Ready, bins: Bins, picks: Sequence[Pick]) -> bool:
    """Of the units that could be bought and given alike, no given one is dearer than a bought one."""
    both = deal.takes[0] & deal.takes[1]
    bought, given = (
        [_worth(deal, bins[place][0]) for place, _ in pick if both >> bins[place][0].article & 1] for pick in picks
    )
    return not bought or not given or max(given) <= min(bought)


def _worth(deal: Ready, unit: Unit) -> tuple[int, int]:
    """The amount that entered, as it compares with others: without taxes on top."""
    return untaxed(base_of(deal, unit), deal.articles[unit.article])


def base_of(deal: Ready, unit: Unit) -> int:
    return unit.first if deal.initial else unit.amount


def _picks(places: Sequence[Sequence[int]], pieces: Sequence[int], available: list[int]) -> Iterator[list[Pick]]:
    """Every way to fill the slots from the bins."""
    if not places:
        yield []
        return
    for pick in _multisets(places[0], 0, pieces[0], available):
        for place, count in pick:
            available[place] -= count
        for rest in _picks(places[1:], pieces[1:], available):
            yield [pick, *rest]
        for place, count in pick:
            available[place] += count


def _multisets(places: Sequence[int], start: int, size: int, available: Sequence[int]) -> Iterator[Pick]:
    """Every choice of `size` units from the bins `places[start:]`."""
    if size == 0:
        yield ()
        return
    for index in range(start, len(places)):
        place = places[index]
        for count in range(min(size, available[place]), 0, -1):
            for rest in _multisets(places, index + 1, size - count, available):
                yield ((place, count), *rest)


def _add_neighbours(
    found: Found,
    deal: Ready,
    bins: Bins,
    places: Sequence[Sequence[int]],
    rank: Sequence[int],
    out_of_time: Callable[[], bool],
) -> None:
    """Units that stand side by side in price, for every start: what a person would try."""
    slots = deal.deal.slots()
    bases = [base_of(deal, unit) for unit, _ in bins]
    queues = [sorted(of_slot, key=lambda place: -base_of(deal, bins[place][0])) for of_slot in places]
    units = [[place for place in queue for _ in range(bins[place][1])] for queue in queues]
    longest = max(len(queue) for queue in units)
    for tried, start in enumerate(range(0, longest, -(-longest // MOST_NEIGHBOURS) if longest else 1)):
        if tried & 31 == 31 and out_of_time():
            return
        used: dict[int, int] = {}
        picks: list[Pick] = []
        for queue, slot in zip(units, slots, strict=True):
            pick: dict[int, int] = {}
            missing = slot.pieces
            for number in range(min(start, max(0, len(queue) - slot.pieces)), len(queue)):
                place = queue[number]
                if used.get(place, 0) < bins[place][1]:
                    pick[place] = pick.get(place, 0) + 1
                    used[place] = used.get(place, 0) + 1
                    missing -= 1
                    if not missing:
                        break
            picks.append(tuple(sorted(pick.items(), key=lambda use: rank[use[0]])))
        if all(sum(n for _, n in pick) == slot.pieces for pick, slot in zip(picks, slots, strict=True)):
            _add(found, deal, bins, picks, bases)
