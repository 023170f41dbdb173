"""Many numbers said by the first and the last of those that follow each other."""

from __future__ import annotations

from collections.abc import Iterable


def of(rising: Iterable[int]) -> tuple[list[int], list[int]]:
    """The firsts and the lasts of the spans without a gap. `rising`: each number larger than the one before.

    >>> of([3, 4, 5, 9])
    ([3, 9], [5, 9])
    """
    firsts: list[int] = []
    lasts: list[int] = []
    for number in rising:
        if lasts and number == lasts[-1] + 1:
            lasts[-1] = number
        else:
            firsts.append(number)
            lasts.append(number)
    return firsts, lasts
