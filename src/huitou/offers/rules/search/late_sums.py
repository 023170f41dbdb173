"""What the late offers leave of a way, by its sums alone: where nothing else matters, exactly and in microseconds.

A basket enters the order stage in thousands of ways. Where each late offer looks at sums of goods only, and what it
takes lies whole on the goods of every coupon after it or not at all (`Late.of_sums`), what is paid follows from the
sums; so the few ways that can be the best are known before one of them is made.
"""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.search.late import Late
from huitou.offers.rules.search.late_search import allowed
from huitou.offers.rules.search.ready import Unit

MOST_SWITCHES = 8


class LateSums:
    """The late offers of a basket, over the sums of the parts of the basket."""

    def __init__(self, late: Late) -> None:
        self.late = late
        self.usable = late.of_sums and len(late.switches) <= MOST_SWITCHES
        self.known: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}

    def most(self, units: Sequence[Unit]) -> int:
        """Fen; the late offers take no more off these units, and where they have room beside each other just that."""
        amounts, pieces = self.late.sums(units)
        key = tuple(amounts), tuple(pieces)
        if key not in self.known:
            self.known[key] = self._most(0, amounts, pieces, (), (), ())
        return self.known[key]

    def _most(
        self,
        number: int,
        amounts: Sequence[int],
        pieces: Sequence[int],
        on: tuple[int, ...],
        used: tuple[str, ...],
        offs: tuple[int, ...],
    ) -> int:
        """The most that the switches from `number` on can take beside those that are on, which took `offs`."""
        switches = self.late.switches
        if number == len(switches):
            return 0
        switch = switches[number]
        most = self._most(number + 1, amounts, pieces, on, used, offs)
        if allowed(switches, switch, on, used):
            off = self._off(number, amounts, pieces, on, offs)
            if off:
                coupons = (*used, switch.coupon) if switch.coupon else used
                beside = self._most(number + 1, amounts, pieces, (*on, number), coupons, (*offs, off))
                most = max(most, off + beside)
        return most

    def _off(
        self, number: int, amounts: Sequence[int], pieces: Sequence[int], on: Sequence[int], offs: Sequence[int]
    ) -> int:
        late = self.late
        offer = late.switches[number].offer

        def entered(mask: int) -> int:
            amount = sum(amounts[atom] for atom in late.in_mask[mask])
            if offer.stage == "coupon":
                amount -= sum(off for one, off in zip(on, offs, strict=True) if late.switches[one].offer.mask & mask)
            return amount

        for mask, need in offer.needs:
            if entered(mask) < need.least_amount or sum(pieces[a] for a in late.in_mask[mask]) < need.least_pieces:
                return 0
        amount = entered(offer.mask)
        off = offer.reduction.off(amount, sum(pieces[atom] for atom in late.in_mask[offer.mask]))
        return min(off, amount if offer.most is None else offer.most)
