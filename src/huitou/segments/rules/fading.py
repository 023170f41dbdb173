"""How the strength of a tag fades: after each half-life half of it is left.

strength(n days later) = floor(strength x 2^(-n / half-life)), from 0 to 100. Without a half-life it stays. In whole
numbers: k is left of s after n days of half-life h where k^h x 2^n <= s^h.
"""

from __future__ import annotations

from functools import lru_cache

STRONGEST = 100
FOR_EVER = 1_000_000
"""More days than anybody lives."""


def strength_after(strength: int, days: int, half_life_days: int | None) -> int:
    """What is left after so many days; before the first of them nothing has faded."""
    if half_life_days is None or days <= 0:
        return strength
    whole = strength**half_life_days
    left, gone = 0, strength
    while gone - left > 1:
        middle = (left + gone) // 2
        if middle**half_life_days << days <= whole:
            left = middle
        else:
            gone = middle
    return left


@lru_cache(maxsize=1024)
def days_at_least(least: int, half_life_days: int | None) -> tuple[int, ...]:
    """By the strength on the first day, 0 to 100: for how many days later it is still `least`; -1: it never is.

    Both evaluators and the queue of next looks read this one table, so that no rounding can part them.
    """
    return tuple(_days(strength, least, half_life_days) for strength in range(STRONGEST + 1))


def _days(strength: int, least: int, half_life_days: int | None) -> int:
    if strength < least:
        return -1
    if half_life_days is None or least <= 0:
        return FOR_EVER
    return int(strength**half_life_days // least**half_life_days).bit_length() - 1
