"""Fen: what is rounded is the discount, half away from zero; parts sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.kernel.shares import largest_remainder
from huitou.offers.terms import HUNDRED_PERCENT


def ratio(amount: int, over: int, under: int) -> int:
    """`amount` × over / under to the nearest whole, half away from zero; all are >= 0."""
    return (2 * amount * over + under) // (2 * under)


def share(amount: int, percent: int) -> int:
    """`percent` (hundredths of a percent) of `amount` >= 0."""
    return (2 * amount * percent + HUNDRED_PERCENT) // (2 * HUNDRED_PERCENT)


def most_shared(amounts: Sequence[int], percent: int) -> int:
    """`percent` of these amounts, each rounded by itself, is no more than this, however they are regrouped."""
    return (2 * sum(amounts) * percent + len(amounts) * HUNDRED_PERCENT) // (2 * HUNDRED_PERCENT)


def spread(whole: int, weights: Sequence[int], room: Sequence[int]) -> list[int]:
    """Spread `whole` by `weights` over parts that hold at most `room` each; ties go to the earlier part.

    Largest remainder. A part that is larger than its room is cut to it, and what was cut off is spread again over the
    others. The parts sum to `whole`, or to the whole room where that is less. Where no weight is left, room weighs.
    """
    whole = min(whole, sum(room))
    if sum(weights) >= whole and list(weights) == list(room):  # what nearly always is: no part can be too large
        return largest_remainder(whole, weights)
    parts = [0] * len(weights)
    open_parts = [i for i, most in enumerate(room) if most > 0]
    while whole > 0:
        weighing = [weights[i] for i in open_parts]
        if not any(weighing):
            weighing = [room[i] - parts[i] for i in open_parts]
        tried = largest_remainder(whole, weighing)
        full = [i for i, more in zip(open_parts, tried, strict=True) if more > room[i]]
        if not full:
            for i, more in zip(open_parts, tried, strict=True):
                parts[i] = more
            return parts
        for i in full:
            parts[i] = room[i]
            whole -= room[i]
        open_parts = [i for i in open_parts if parts[i] == 0 and i not in full]
    return parts
