"""How often each deal applies: branch and bound over the counts, with the best flow as the bound.

For a bundle at a price it means nothing which of its units stand together: what an application gains is the values of
its units less its price. So the applications need not be listed. For given counts the units are a flow (flow.py), and
whole counts make whole applications; what is left to be searched are the counts alone. Where the best flow gives a deal
a part of an application, its count is either rounded down or rounded up: both are bounds of a slot, one or two units
away. This is branch and bound over integers (Land and Doig, Econometrica 28, 1960); the deal whose rounding costs most
either way is taken first (strong branching). From the most promising half that waits the search goes straight down
until its bound is no better than the best that is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from huitou.offers.rules.search.flow import BinMask, Flow, Net

SCALE = 1 << 10
"""Costs of a unit are whole numbers of fen / SCALE, rounded down: that can only make the bound larger."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be done several times, each time with so many units of these bins."""

    slots: tuple[tuple[BinMask, int], ...]
    """(bins, pieces)"""
    cost: int
    """Fen; it gains the values of its units less this."""
    most: int
    """Times."""


class Found(NamedTuple):
    """The best counts that were found."""

    gain: int
    """Fen."""
    at_most: int
    """Fen; nothing gains more. Equal to `gain` where that is proven."""
    units: list[list[list[int]]]
    """For each choice and each of its slots: the bins of its units, dearest first. What is over serves nobody."""


class _Node(NamedTuple):
    flow: Flow
    least: list[int]
    """Times of each choice."""
    most: list[int]


class Counts:
    """Bins of like units and choices that compete for them."""

    def __init__(self, values: Sequence[int], pieces: Sequence[int], choices: Sequence[Choice]) -> None:
        self.order = sorted(range(len(values)), key=lambda place: (-values[place], place))
        """Our bins, dearest first, as the caller numbers them."""
        rank = {place: number for number, place in enumerate(self.order)}
        self.choices = choices
        self.slots: list[list[int]] = []
        """Of each choice, as the net numbers them."""
        self.sizes: list[int] = []
        masks: list[BinMask] = []
        costs: list[int] = []
        for choice in choices:
            own = [
                sum(1 << rank[place] for place in range(len(values)) if mask >> place & 1) for mask, _ in choice.slots
            ]
            self.slots.append(list(range(len(masks), len(masks) + len(own))))
            self.sizes += [size for _, size in choice.slots]
            costs += _shared_costs(choice, values)
            masks += own
        scaled = tuple(values[place] * SCALE for place in self.order)
        self.net = Net(scaled, tuple(pieces[place] for place in self.order), tuple(masks), tuple(costs))
        self.root = self._root()
        self.at_most = self.root.flow.worth // SCALE if self.root else 0
        """Fen; no counts gain more. The search brings it down."""

    def _root(self) -> _Node | None:
        flow = Flow.best(self.net)
        least = [0] * len(self.choices)
        node = _Node(flow, least, [choice.most for choice in self.choices])
        for number in range(len(self.choices)):
            if not self._rounded_down(node, number):
                return None
        return node

    def search(self, out_of_time: Callable[[], bool]) -> Found:
        """The best counts; where time is out before whole ones are found, those of a flow, with some units over."""
        best, units, known = 0, self._units(None), False
        waiting: list[tuple[int, int, _Node]] = []
        number, node, steps = 0, self.root, 0
        while node is not None:
            steps += 1
            if steps & 1 and out_of_time():
                units = units if known else self._units(node.flow)
                break
            following: _Node | None = None
            parted = [choice for choice in range(len(self.choices)) if not self._whole(node, choice)]
            if parted:
                halves = self._branches(node, parted, best)
                following = halves.pop() if halves else None
                for half in halves:
                    number += 1
                    heappush(waiting, (-half.flow.worth, number, half))
            elif node.flow.worth // SCALE > best or not known:
                best, units, known = node.flow.worth // SCALE, self._units(node.flow), True
            if following is None and waiting and -waiting[0][0] // SCALE > best:
                following = heappop(waiting)[2]
            node = following
        open_worth = max(-waiting[0][0] if waiting else 0, node.flow.worth if node else 0)
        self.at_most = max(best, open_worth // SCALE)
        return Found(best, self.at_most, units)

    def _whole(self, node: _Node, number: int) -> bool:
        times = {divmod(node.flow.taken[slot], self.sizes[slot]) for slot in self.slots[number]}
        return len(times) == 1 and next(iter(times))[1] == 0

    def _branches(self, node: _Node, parted: Sequence[int], best: int) -> list[_Node]:
        """Both roundings of one count that is no whole number, the better one last; those that can win."""
        chosen: tuple[tuple[int, int, int], list[_Node]] | None = None
        for number in parted:
            halves = [half for half in self._halves(node, number) if half.flow.worth // SCALE > best]
            if not halves:
                return []
            halves.sort(key=lambda half: half.flow.worth)
            lost = [node.flow.worth - half.flow.worth for half in halves]
            score = (-len(halves), min(lost), max(lost))
            if chosen is None or score > chosen[0]:
                chosen = score, halves
        assert chosen is not None
        return chosen[1]

    def _halves(self, node: _Node, number: int) -> list[_Node]:
        """The count at most so much, and more: each with its best flow, where there is one."""
        taken, size = 0, 0
        for slot in self.slots[number]:
            taken += node.flow.taken[slot]
            size += self.sizes[slot]
        low, high = node.least[number], node.most[number]
        middle = min(max(taken // size, low), high - 1)
        fewer = _Node(node.flow.copy(), node.least, [*node.most[:number], middle, *node.most[number + 1 :]])
        more = _Node(node.flow.copy(), [*node.least[:number], middle + 1, *node.least[number + 1 :]], node.most)
        found = []
        if self._rounded_down(fewer, number) and self._rounded_up(fewer, number):
            found.append(fewer)
        if self._rounded_up(more, number) and self._rounded_down(more, number):
            found.append(more)
        return found

    def _rounded_down(self, node: _Node, number: int) -> bool:
        slots = [slot for slot in self.slots[number] if node.flow.taken[slot] > self.sizes[slot] * node.most[number]]
        if not slots:
            return True
        most = self._of_slots(node.most)
        return all(node.flow.give_one(slot, most) for slot in slots for _ in range(node.flow.taken[slot] - most[slot]))

    def _rounded_up(self, node: _Node, number: int) -> bool:
        slots = [slot for slot in self.slots[number] if node.flow.taken[slot] < self.sizes[slot] * node.least[number]]
        if not slots:
            return True
        least = self._of_slots(node.least)
        return all(
            node.flow.take_one(slot, least) for slot in slots for _ in range(least[slot] - node.flow.taken[slot])
        )

    def _of_slots(self, times: Sequence[int]) -> list[int]:
        return [times[number] * self.sizes[slot] for number, slots in enumerate(self.slots) for slot in slots]

    def _units(self, flow: Flow | None) -> list[list[list[int]]]:
        found = []
        for slots in self.slots:
            of_choice: list[list[int]] = []
            for slot in slots:
                taken = flow.from_bins[slot] if flow else []
                of_choice.append([self.order[rank] for rank, pieces in enumerate(taken) for _ in range(pieces)])
            found.append(of_choice)
        return found


def _shared_costs(choice: Choice, values: Sequence[int]) -> list[int]:
    """The cost of one unit of each slot: the choice's cost by what its slots are worth in the mean."""
    means = []
    for mask, pieces in choice.slots:
        own = [value for place, value in enumerate(values) if mask >> place & 1]
        means.append((sum(own) // len(own) if own else 0) * pieces)
    whole = sum(means)
    return [
        choice.cost * SCALE * mean // (whole * pieces) if whole else 0
        for mean, (_, pieces) in zip(means, choice.slots, strict=True)
    ]
