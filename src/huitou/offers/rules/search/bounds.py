"""What nobody pays less than, and how dear the ways are that could still be better."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from huitou.offers.rules.articles import Mask
from huitou.offers.rules.search.blend import Units
from huitou.offers.rules.search.floors import Floors
from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_bound import Window, least_paid, merged
from huitou.offers.rules.search.ready import counted
from huitou.offers.terms import HUNDRED_PERCENT

EVERY_ARTICLE: Mask = -1


class Bounded(NamedTuple):
    """Where a better combination is to be looked for."""

    low: int
    """Fen; nobody pays less."""
    windows: list[Window]
    """What the ways cost before the order stage that could be better."""
    matters: Mask
    """Units of other articles are best at their least."""
    roomy: bool
    """Late discounts fit on every unit beside each other, whichever are on."""


class Bounds:
    """The bounds of one basket, whose best combination so far costs `best` fen."""

    def __init__(self, floors: Floors, late: Late, best: int, out_of_time: Callable[[], bool]) -> None:
        self.floors, self.parts, self.late, self.best, self.out_of_time = floors, floors.parts, late, best, out_of_time
        self.late_most = late.most_at_first(floors.parts.first)

    def of(self, entered: Units, paid: int) -> Bounded:
        """`paid` is what is paid at least for the units that entered, and for others that cost as little."""
        units = counted(entered)
        pre_order = sum(unit.amount for unit in entered)
        tangled = self.parts.risky or self._straddled()
        roomy = self.late.fits(units, self.parts.first, least=not tangled)
        if tangled or not self._steady() or not self.late.level(roomy):
            low, windows = self._by_sums(roomy)
            return Bounded(low, windows, EVERY_ARTICLE, roomy)
        slack = self._noise() + self._late_noise()
        jumps = self.late.jumps(units, self.parts.first, roomy=roomy)
        # Percentages give back a part of what more enters, so that the way to a jump costs the rest of it.
        kept = max(0, HUNDRED_PERCENT - sum(switch.offer.reduction.slope for switch in self.late.switches))
        spare = slack + self.best - 1 - paid
        windows = [(0, pre_order + self._width(spare, kept, pre_order))] if spare >= 0 else []
        gain = mask = 0
        matters = EVERY_ARTICLE if spare >= 0 else 0
        for number, jump in enumerate(jumps, 1):  # whoever makes the way to a jump has made it to the nearer ones
            together = self.late.most_of_jumps(jumps[:number])
            mask |= jump.mask
            gain = max(gain, together - jump.short * kept // HUNDRED_PERCENT)
            width = self._width(together + spare, kept, pre_order)
            if width >= jump.short:
                windows.append((pre_order + jump.short, pre_order + width))
                matters |= mask
        return Bounded(paid - gain - slack, merged(windows), matters, roomy)

    def _width(self, spare: int, kept: int, pre_order: int) -> int:
        """So much more can enter while no more than `spare` of it is paid, of which so many hundredths are."""
        widest = self.best - 1 + self.late_most - pre_order
        return min(widest, -(-spare * HUNDRED_PERCENT // kept)) if kept else widest

    def _by_sums(self, roomy: bool) -> tuple[int, list[Window]]:
        """The same by what could enter on each set of goods; more closely where that does not prove the answer."""
        least = sum(self.floors.floor(component, frozenset()) for component in self.parts.components)
        masks = {mask for of_switch in self.late.masks for mask in of_switch}
        low, windows = 0, list[Window]()
        for weighed in (False, True):
            sets = self.floors.entering(masks, least, weighed=weighed)
            low, windows = least_paid(self.late, least, sets, self.parts.first, self.best, roomy=roomy)
            if low >= self.best or self.out_of_time():
                break
        return low, windows

    def _noise(self) -> int:
        """So many fen could a dearer shared price, by roundings, make the rest cheaper."""
        return sum(self.floors.pieces(c) for c in self.parts.components if self.floors.shared_over(c) and c.noisy)

    def _steady(self) -> bool:
        """No shared price could, switched off, make what follows cheaper but by roundings."""
        return all(c.steady for c in self.parts.components if self.floors.shared_over(c))

    def _straddled(self) -> bool:
        """How units of a component trade discounts among them matters to a late offer, at the same sum too.

        It takes a part of the component, or reckons by unit or by line.
        """
        trading = [c.mask for c in self.parts.components if c.deals or not c.smooth]
        return any(
            mask & component != 0 and (mask & component != component or not switch.offer.over_the_lot)
            for switch, masks in zip(self.late.switches, self.late.masks, strict=True)
            for mask in masks
            for component in trading
        )

    def _late_noise(self) -> int:
        """Roundings of several late offers could make a dearer way cheaper by so many fen."""
        rounding = sum(switch.offer.reduction.slope > 0 for switch in self.late.switches)
        if self.late.of_one_sum or not self.late.coupons:
            return rounding if rounding > 1 else 0
        if len(self.late.switches) == 1:
            return 0
        return len(self.late.switches) * sum(article.pieces for article in self.parts.articles)
