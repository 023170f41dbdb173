"""Deals over one bin of like units: how often each applies, exactly, by the number of units (a knapsack)."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.search.packing import Chain
from huitou.offers.rules.search.patterns import Pattern


def best_of_one_bin(pieces: int, patterns: Sequence[tuple[Pattern, int]]) -> tuple[int, Chain]:
    """What these applications, each with its gain in fen, gain together most, and which they are.

    The unbounded knapsack by dynamic programming (Bellman 1957): of 0, 1, ... `pieces` units the most that can be
    gained. Every application uses one bin only, and may be made as often as there are units.
    """
    best: list[tuple[int, Chain]] = [(0, None)]
    sized = [(pattern.uses[0][1], pattern, gain) for pattern, gain in patterns]
    for units in range(1, pieces + 1):
        gained, chain = best[units - 1]
        for size, pattern, gain in sized:
            if size <= units and best[units - size][0] + gain > gained:
                gained, chain = best[units - size][0] + gain, (pattern, best[units - size][1])
        best.append((gained, chain))
    return best[pieces]
