"""What is paid at least after the late stages, whatever way enters them: by the sums that could enter.

Where units close, needs can break, or a deal lies across the goods of a threshold, no single way is known to be the
best one to begin with. But a way that costs W fen more than the least brings at most W fen more to any set of goods,
and to all sets together no more than that. So every late offer is given what it takes off `the most that the set can be
worth`, its steps and needs reckoned at W fen more; of these W fen it takes its percentage. Between two steps W grows
faster than what is taken off, so that the least is found at W = 0 or where a need or a step is reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_levels import Level, combinations_of, left_less, most_together
from huitou.offers.rules.search.late_search import Switch
from huitou.offers.rules.search.ready import Ready, Unit
from huitou.offers.terms import HUNDRED_PERCENT

Window = tuple[int, int]
"""From so many fen to so many, both included: what all goods together cost as they enter the order stage."""

MOST_STEPS = 40
"""Of one offer; a ladder with more steps in reach is given its most from there on."""


class Entering(NamedTuple):
    """The sums of one set of goods that could enter the order stage."""

    dearest: int
    """Fen, at the first amounts."""
    pieces: int
    least: int
    """Fen; all goods together cost no less."""
    lines: tuple[tuple[int, int], ...]
    """(times, less): where all goods cost `total`, these cost at most times × total - less. The first is of once."""

    @property
    def base(self) -> int:
        """Fen at most, on the ways that cost least together; where they cost more, no more than that beside it."""
        return min(self.dearest, self.least - self.lines[0][1])

    def at(self, more: int) -> int:
        """Fen at most, on ways that cost so much more than the least."""
        total = self.least + more
        return min(self.dearest, *(times * total - less for times, less in self.lines))

    def more_for(self, amount: int) -> int:
        """So much more than the least must all goods cost for these to be worth `amount`."""
        return max(-(-(amount + less) // times) for times, less in self.lines) - self.least


def least_paid(
    late: Late,
    least: int,
    sets: Mapping[Mask, Entering],
    dearest: Sequence[tuple[Unit, int]],
    best: int,
    *,
    roomy: bool,
) -> tuple[int, list[Window]]:
    """Nobody pays less than this, and only ways that cost something in one of these windows can beat `best`; in fen.

    `roomy`: no late offer cuts another short.
    """
    most = late.most_at_first(dearest)
    steepest = _steepest(late)
    if steepest > HUNDRED_PERCENT:
        return least - most, [(least, best - 1 + most)]
    noise = sum(offer.reduction.slope > 0 for offer, _ in late.switches)
    alone = late.most_offs(dearest)
    combinations = combinations_of(late, alone) if roomy else []
    marks = {0, *(mark for switch in late.switches for mark in _marks(switch, sets))}
    for switch, masks in zip(late.coupons, late.masks[len(late.orders) :], strict=True):
        for levels in combinations:
            marks |= set(_marks(switch, sets, {mask: left_less(late, levels, mask) for mask in masks}))
    ordered = sorted(marks)
    low = best
    windows: list[Window] = []
    for number, mark in enumerate(ordered):
        fixed = _most_at(late, sets, alone, mark, combinations) + noise
        low = min(low, least + mark - fixed - -(-mark * steepest // HUNDRED_PERCENT))
        # Up to the next mark what is taken off grows by percentages alone.
        last = ordered[number + 1] - 1 if number + 1 < len(ordered) else best + most
        spare = best - 1 - least + fixed
        kept = HUNDRED_PERCENT - steepest
        reach = last if not kept else min(last, -(-spare * HUNDRED_PERCENT // kept) + 1)
        if spare >= 0 and reach >= mark:
            reach = min(least + reach, best - 1 + most)
            windows.append((least + mark, reach))
    return max(low, least - most), merged(windows)


def _most_at(
    late: Late,
    sets: Mapping[Mask, Entering],
    alone: Sequence[int],
    more: int,
    combinations: Sequence[tuple[Level, ...]],
) -> int:
    """All late offers together, when so much more enters, beside their percentages of that."""
    offs = [_off_of(late, number, sets, alone, more) for number in range(len(late.switches))]
    most = late.most_of(offs, late.switches)
    if not combinations:
        return most

    def amount_of(mask: Mask) -> int:
        return sets[mask].at(more)

    def off_of_coupon(number: int, less: Mapping[Mask, int]) -> int:
        return _off_of(late, number, sets, alone, more, less)

    return min(most, most_together(late, combinations, amount_of, offs, off_of_coupon))


def merged(windows: Sequence[Window]) -> list[Window]:
    """The same, each fen in one of them."""
    found: list[Window] = []
    for from_, to in sorted(windows):
        if found and from_ <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(to, found[-1][1])
        elif from_ <= to:
            found.append((from_, to))
    return found


def _marks(switch: Switch, sets: Mapping[Mask, Entering], less: Mapping[Mask, int] | None = None) -> list[int]:
    """How much more must enter until a need holds or a step is reached, where so much of each set is taken before."""
    offer, less = switch.offer, less or {}
    found = [sets[mask].more_for(need.least_amount + less.get(mask, 0)) for mask, need in offer.needs]
    entering, taken = sets[offer.mask], less.get(offer.mask, 0)
    step = offer.reduction.next_step(max(0, entering.at(0) - taken))
    while step is not None and step + taken <= entering.dearest and len(found) < MOST_STEPS:
        found.append(entering.more_for(step + taken))
        step = offer.reduction.next_step(step)
    return [mark for mark in found if mark > 0]


def _off_of(
    late: Late,
    number: int,
    sets: Mapping[Mask, Entering],
    alone: Sequence[int],
    more: int,
    less: Mapping[Mask, int] | None = None,
) -> int:
    """What a late offer takes off at most when so much more enters, beside its percentage of that."""
    offer, most, less = late.switches[number].offer, alone[number], less or {}
    reached = all(
        offer.initial
        or (sets[mask].at(more) - less.get(mask, 0) >= need.least_amount and sets[mask].pieces >= need.least_pieces)
        for mask, need in offer.needs
    )
    if not reached:
        return 0
    if offer.initial or _long_ladder(offer.mask, late, sets):
        return most
    entering = sets[offer.mask]
    return min(most, _off_at(offer, entering, entering.at(more) - less.get(offer.mask, 0), most))


def _off_at(offer: Ready, entering: Entering, amount: int, most: int) -> int:
    reduction, amount = offer.reduction, max(0, amount)
    off = reduction.off(amount, entering.pieces)
    if reduction.by_percent:  # of each unit or line it is one of the sum, but for their roundings
        percent = -(-off * HUNDRED_PERCENT // amount) if amount else 0
        base = -(-max(0, entering.base) * percent // HUNDRED_PERCENT)
        return base if offer.per == "lot" else base + entering.pieces
    # It could take all there is: then more, as more enters.
    return most if offer.per != "lot" or off == amount else off


def _long_ladder(mask: Mask, late: Late, sets: Mapping[Mask, Entering]) -> bool:
    """More steps are in reach than are looked at."""
    return any(len(_marks(switch, sets)) >= MOST_STEPS for switch in late.switches if switch.offer.mask == mask)


def _steepest(late: Late) -> int:
    """Of one fen more for a unit all offers that can be on together take so much, in hundredths of a percent."""
    growth = [0 if offer.initial else offer.reduction.slope for offer, _ in late.switches]
    if sum(growth) <= HUNDRED_PERCENT // 4:  # mostly: of no account, and quick
        return sum(growth)
    atoms: dict[tuple[int, ...], None] = {}
    for place in range(len(late.articles)):
        here = [grows * (offer.mask >> place & 1) for (offer, _), grows in zip(late.switches, growth, strict=True)]
        atoms[tuple(here)] = None
    return max(late.most_of(here, late.switches) for here in atoms)
