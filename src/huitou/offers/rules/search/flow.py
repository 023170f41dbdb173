"""How many units each slot takes, and from which bins: the best flow, changed by one unit at a time.

A unit that a slot takes is worth the value of its bin, whichever slot it is; a slot pays a cost for every unit. So the
worth of a flow is the values of the bins that are used less the costs of the slots, and a chain of units that pass from
slot to slot is worth what its two ends are: that is what makes a step cheap. Changing the bounds of a slot by one unit
along the best chain keeps the flow the best within its bounds (successive best paths: Ahuja, Magnanti and Orlin,
Network Flows, 1993, chapter 9.7). Values and costs are fen times a scale, so that a cost can be a part of a fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BinMask = int
"""A set of bins: bit i is bin i."""


@dataclass(frozen=True, slots=True)
class Net:
    """What does not change: the bins, dearest first, and the slots."""

    values: tuple[int, ...]
    """Of a unit of each bin; not growing."""
    pieces: tuple[int, ...]
    masks: tuple[BinMask, ...]
    """The bins from which each slot may take."""
    costs: tuple[int, ...]
    """Of a unit of each slot."""


class Flow:
    """Which units are taken now. `copy` before a change that may be undone."""

    __slots__ = ("from_bins", "holds", "left", "net", "open", "taken", "worth")

    def __init__(self, net: Net) -> None:
        self.net = net
        self.worth = 0
        self.taken = [0] * len(net.masks)
        """Units of each slot."""
        self.from_bins = [[0] * len(net.values) for _ in net.masks]
        self.holds: list[BinMask] = [0] * len(net.masks)
        """The bins from which each slot has units."""
        self.left = list(net.pieces)
        self.open: BinMask = (1 << len(net.values)) - 1
        """The bins that have units left."""

    @classmethod
    def best(cls, net: Net) -> Flow:
        """The best flow without bounds: every bin goes to the slot that costs least, where that pays."""
        flow = cls(net)
        for place, (value, pieces) in enumerate(zip(net.values, net.pieces, strict=True)):
            able = [slot for slot, mask in enumerate(net.masks) if mask >> place & 1 and net.costs[slot] < value]
            if able and pieces:
                slot = min(able, key=lambda slot: net.costs[slot])
                flow.from_bins[slot][place] = pieces
                flow.holds[slot] |= 1 << place
                flow.taken[slot] += pieces
                flow.worth += (value - net.costs[slot]) * pieces
                flow.left[place] = 0
            if not flow.left[place]:
                flow.open &= ~(1 << place)
        return flow

    def copy(self) -> Flow:
        other = Flow.__new__(Flow)
        other.net, other.worth, other.open = self.net, self.worth, self.open
        other.taken, other.left, other.holds = self.taken.copy(), self.left.copy(), self.holds.copy()
        other.from_bins = self.from_bins.copy()  # a list of a slot is copied when it changes
        return other

    def take_one(self, slot: int, least: Sequence[int]) -> bool:
        """One unit more for this slot by the best chain; no other slot falls below its least. False: there is none."""
        net, holds = self.net, self.holds
        costs, masks = net.costs, net.masks
        came: dict[int, tuple[int, int]] = {slot: (-1, -1)}
        queue = [slot]
        best: int | None = None
        ends, end_bin = -1, -1
        for here in queue:
            free = self.open & masks[here]
            if free:
                place = (free & -free).bit_length() - 1  # the dearest
                if best is None or net.values[place] > best:
                    best, ends, end_bin = net.values[place], here, place
            if here != slot and self.taken[here] > least[here] and (best is None or costs[here] > best):
                best, ends, end_bin = costs[here], here, -1
            for other, held in enumerate(holds):
                if held & masks[here] and other not in came:
                    shared = held & masks[here]
                    came[other] = here, (shared & -shared).bit_length() - 1
                    queue.append(other)
        if best is None:
            return False
        self.worth += best - costs[slot]
        if end_bin >= 0:
            self._leave(end_bin, -1)
            self._move(ends, end_bin, 1)
        else:
            self.taken[ends] -= 1
        while ends != slot:
            onwards, place = came[ends]
            self._move(ends, place, -1)
            self._move(onwards, place, 1)
            ends = onwards
        self.taken[slot] += 1
        return True

    def give_one(self, slot: int, most: Sequence[int]) -> bool:
        """One unit less for this slot by the best chain; no other slot rises above its most. False: it has none."""
        net, holds = self.net, self.holds
        costs, masks = net.costs, net.masks
        if not holds[slot]:
            return False
        came: dict[int, tuple[int, int]] = {slot: (-1, -1)}
        queue = [slot]
        best: int | None = None
        ends, end_bin = -1, -1
        for here in queue:
            held = holds[here]
            if held:
                place = held.bit_length() - 1  # the cheapest
                if best is None or net.values[place] < best:
                    best, ends, end_bin = net.values[place], here, place
            if here != slot and self.taken[here] < most[here] and (best is None or costs[here] < best):
                best, ends, end_bin = costs[here], here, -1
            for other, mask in enumerate(masks):
                if held & mask and other not in came:
                    shared = held & mask
                    came[other] = here, (shared & -shared).bit_length() - 1
                    queue.append(other)
        assert best is not None
        self.worth += costs[slot] - best
        if end_bin >= 0:
            self._move(ends, end_bin, -1)
            self._leave(end_bin, 1)
        else:
            self.taken[ends] += 1
        while ends != slot:
            before, place = came[ends]
            self._move(before, place, -1)
            self._move(ends, place, 1)
            ends = before
        self.taken[slot] -= 1
        return True

    def _move(self, slot: int, place: int, more: int) -> None:
        units = self.from_bins[slot] = self.from_bins[slot].copy()
        units[place] += more
        if units[place]:
            self.holds[slot] |= 1 << place
        else:
            self.holds[slot] &= ~(1 << place)

    def _leave(self, place: int, more: int) -> None:
        self.left[place] += more
        if self.left[place]:
            self.open |= 1 << place
        else:
            self.open &= ~(1 << place)
