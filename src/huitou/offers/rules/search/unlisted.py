"""Bundles at a price over many articles: their applications are counted (counts.py) and not listed (patterns.py).

A unit that stays out of the deals costs what its item offers leave of it. A unit of an application costs its part of
the price, on which item offers may work as well: they take no more off it than their percentage of the part, or what
they could take off the whole unit. So either each price is lowered by the largest percentage on its goods, or, where
item offers work on few of them, each of these units counts as if it were dearer by its own. With these bounds in the
place of the parts the counts are searched; without item offers on the goods nothing is rounded and the bound is the
truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from huitou.offers.rules.search.counts import Choice, Counts
from huitou.offers.rules.search.packing import Chain
from huitou.offers.rules.search.patterns import Pattern, how_many, patterns_of
from huitou.offers.rules.search.price_stage import Bins
from huitou.offers.rules.search.ready import Ready
from huitou.offers.terms import HUNDRED_PERCENT

LISTED_AT_MOST, LISTED_BESIDE = 120, 120
"""Beyond so many applications of a component its bundles are counted, where those of other deals are no more."""


def many_applications(deals: Sequence[Ready], bins: Bins, most: int | None = None) -> bool:
    """Listing what these deals could do would be long."""
    return sum(how_many(deal, bins) for deal in deals) > (LISTED_AT_MOST if most is None else most)


def countable(deals: Sequence[Ready], bins: Bins) -> bool:
    """Each of these deals is a bundle at a price, or has few applications and no limit on them."""
    listed = [deal for deal in deals if not _at_a_price(deal, bins)]
    unlimited = all(deal.applications is None for deal in listed)
    return unlimited and sum(how_many(deal, bins) for deal in listed) <= LISTED_BESIDE


def _at_a_price(deal: Ready, bins: Bins) -> bool:
    if deal.deal.price_together() is None:
        return False
    return not deal.initial or all(unit.first == unit.amount for unit, _ in bins if deal.mask >> unit.article & 1)


class Unlisted:
    """The deals of one component, counted."""

    def __init__(
        self,
        deals: Sequence[Ready],
        bins: Bins,
        alone: Sequence[int],
        items: Sequence[Ready],
        gain: Callable[[Pattern], int],
        least: int,
        worth: Sequence[int] | None = None,
    ) -> None:
        """`alone` is what a unit of each bin costs outside the deals; `gain` what an application saves in truth.

        `worth`: what a unit can be worth as it enters, where that is not what it is worth now. Of what is listed
        beside bundles only what takes off `least` fen or more is of account.
        """
        self.bins, self.gain = bins, gain
        self.slope, spared = worked_on(bins, items)
        values = [left + off for left, off in zip(alone, spared, strict=True)]
        worth = [unit.amount for unit, _ in bins] if worth is None else worth
        own = [-(-value * slope // HUNDRED_PERCENT) for value, slope in zip(worth, self.slope, strict=True)]
        of_units = sum(off * pieces for off, (_, pieces) in zip(own, bins, strict=True))
        of_prices = sum(value * pieces for value, (_, pieces) in zip(worth, bins, strict=True)) * max(self.slope)
        self.by_unit = of_units * HUNDRED_PERCENT * 2 <= of_prices
        """The percentages are counted with the units, not with the prices."""
        if self.by_unit:
            values = [value + off for value, off in zip(values, own, strict=True)]
        self.deals: list[Ready | Pattern] = []
        choices = []
        for deal in deals:
            if _at_a_price(deal, bins):
                choices.append(self._bundle(deal))
                self.deals.append(deal)
                continue
            for pattern in patterns_of(deal, bins, lambda: False, least=least)[0]:
                choices.append(self._listed(pattern, values))
                self.deals.append(pattern)
        self.counts = Counts(values, [pieces for _, pieces in bins], choices)
        self.chain: Chain = None
        self.gained = 0
        """Fen; what the applications that were found save in truth."""
        self.searched = False
        self.proven = False

    @property
    def at_most(self) -> int:
        """Fen; no packing gains more."""
        return self.counts.at_most

    def search(self, out_of_time: Callable[[], bool]) -> Chain:
        """The best applications that were found; once."""
        if not self.searched:
            self.searched = True
            found = self.counts.search(out_of_time)
            for what, slots in zip(self.deals, found.units, strict=True):
                for pattern in self._applications(what, slots):
                    gain = self.gain(pattern)
                    if gain > 0:
                        self.chain = (pattern, self.chain)
                        self.gained += gain
            self.proven = self.gained == self.at_most
        return self.chain

    def _bundle(self, deal: Ready) -> Choice:
        price = deal.deal.price_together()
        assert price is not None
        slots, most = [], deal.applications
        for mask, slot in zip(deal.takes, deal.deal.slots(), strict=True):
            mine = [mask >> unit.article & 1 and deal.open_to(unit) for unit, _ in self.bins]
            own = [place for place, may in enumerate(mine) if may]
            slots.append((sum(1 << place for place in own), slot.pieces))
            times = sum(self.bins[place][1] for place in own) // slot.pieces
            most = times if most is None else min(most, times)
        slope = 0 if deal.never or self.by_unit else max((self.slope[place] for place in _places(slots)), default=0)
        return Choice(tuple(slots), price * (HUNDRED_PERCENT - slope) // HUNDRED_PERCENT, most or 0)

    def _listed(self, pattern: Pattern, values: Sequence[int]) -> Choice:
        times = min(self.bins[place][1] // count for place, count in pattern.uses)
        cost = sum(values[place] * count for place, count in pattern.uses) - self.gain(pattern)
        return Choice(tuple((1 << place, count) for place, count in pattern.uses), cost, times)

    def _applications(self, what: Ready | Pattern, slots: Sequence[Sequence[int]]) -> list[Pattern]:
        if isinstance(what, Pattern):
            return [what] * min(len(slot) // count for slot, (_, count) in zip(slots, what.uses, strict=True))
        found = []
        sizes = [slot.pieces for slot in what.deal.slots()]
        for number in range(min(len(slot) // size for slot, size in zip(slots, sizes, strict=True))):
            together: dict[int, int] = {}
            for slot, size in zip(slots, sizes, strict=True):
                for place in slot[number * size : (number + 1) * size]:
                    together[place] = together.get(place, 0) + 1
            worth = sum(self.bins[place][0].amount * pieces for place, pieces in together.items())
            pattern = Pattern(what, tuple(sorted(together.items())), worth - (what.deal.price_together() or 0))
            if pattern.off > 0:
                found.append(pattern)
        return found


def _places(slots: Sequence[tuple[int, int]]) -> list[int]:
    mask = 0
    for of_slot, _ in slots:
        mask |= of_slot
    return [place for place in range(mask.bit_length()) if mask >> place & 1]


def worked_on(bins: Bins, items: Sequence[Ready]) -> tuple[list[int], list[int]]:
    """What item offers can take off a unit of a deal: hundredths of a percent of its part, and fen beside that."""
    slopes, beside = [], []
    for unit, _ in bins:
        mine = [offer for offer in items if offer.open_to(unit)]
        usual = [offer for offer in mine if not offer.always]
        always = [offer for offer in mine if offer.always]
        slope = max((offer.reduction.slope for offer in usual), default=0)
        fen = max((_flat(offer, unit.first) for offer in usual), default=0)
        slope += sum(offer.reduction.slope for offer in always)
        fen += sum(_flat(offer, unit.first) for offer in always)
        slopes.append(min(slope, HUNDRED_PERCENT))
        beside.append(fen)
    return slopes, beside


def _flat(offer: Ready, value: int) -> int:
    """Beside a percentage of what enters: a rounding, or what it takes off a unit of this value."""
    return offer.reduction.off(value, 1) if offer.initial or not offer.reduction.slope else 1
