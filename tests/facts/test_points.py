"""What a sale earns, and what a return takes back of it."""

from __future__ import annotations

import pytest

from huitou.loyalty.rules.one_point_per_yuan import points_earned
from huitou.loyalty.rules.reversal import points_of_lines, reversals
from huitou.loyalty.terms import GivenBack, Reversal, SoldQuantity

SALE = 7


def sold(*lines: tuple[int, int]) -> list[SoldQuantity]:
    """Lines 1, 2, ... of (thousandths, fen)."""
    return [SoldQuantity(number, quantity, fen) for number, (quantity, fen) in enumerate(lines, 1)]


@pytest.mark.parametrize(
    ("net_fen", "points", "because"),
    [
        (1099, 10, "the last 99 fen are not a whole yuan"),
        (1100, 11, "a whole yuan is a point"),
        (99, 0, "less than a yuan earns nothing"),
        (0, 0, "a gift earns nothing"),
        (-500, 0, "a return is reversed by its own posting"),
        (-99, 0, "and never rounds to a point below zero"),
        (10**12, 10**10, "the largest sale is still exact"),
    ],
)
def test_one_point_per_whole_yuan(net_fen, points, because):
    assert points_earned(net_fen) == points, because


@pytest.mark.parametrize(
    ("points", "lines", "shares", "because"),
    [
        (10, sold((1000, 1000)), {1: 10}, "one line has it all"),
        (10, sold((1000, 500), (1000, 500)), {1: 5, 2: 5}, "what cost the same earned the same"),
        (10, sold((1000, 350), (1000, 350), (1000, 350)), {1: 4, 2: 3, 3: 3}, "of equal remainders the first line's"),
        (
            3,
            sold((1000, 199), (1000, 101)),
            {1: 2, 2: 1},
            "floors 1 and 1, and 0.99 is the larger remainder",
        ),
        (10, sold((1000, 1000), (1000, 0)), {1: 10, 2: 0}, "a gift earned nothing"),
        (5, sold((1000, 1000), (-1000, -500)), {1: 5, 2: 0}, "a line that gave money back earned nothing"),
        (0, sold((1000, 40), (1000, 50)), {1: 0, 2: 0}, "a sale below a yuan earned nothing"),
        (0, sold((1000, 0)), {1: 0}, "nor did a sale of gifts"),
    ],
)
def test_points_lie_on_the_lines_that_earned_them(points, lines, shares, because):
    assert points_of_lines(points, lines) == shares, because
    assert points_of_lines(points, lines[::-1]) == shares, "and the order of lines means nothing"


@pytest.mark.parametrize(
    ("points", "lines", "back", "taken", "because"),
    [
        (30, sold((3000, 3000)), [(1, 100, 1000)], [(100, 10)], "one of three"),
        (30, sold((3000, 3000)), [(1, 100, 3000)], [(100, 30)], "everything back takes everything"),
        (10, sold((3000, 1000)), [(1, 100, 1000)], [(100, 3)], "a third of ten, down in the member's favour"),
        (10, sold((3000, 1000)), [(1, 100, 1000), (1, 101, 1000)], [(100, 3), (101, 3)], "6.67 of it, down"),
        (
            10,
            sold((3000, 1000)),
            [(1, 100, 1000), (1, 101, 1000), (1, 102, 1000)],
            [(100, 3), (101, 3), (102, 4)],
            "the last one takes the rest",
        ),
        (10, sold((1352, 1000)), [(1, 100, 676)], [(100, 5)], "half of what was weighed"),
        (1, sold((2000, 100)), [(1, 100, 1000)], [], "half a point is no point: nothing to post"),
        (1, sold((2000, 100)), [(1, 100, 1000), (1, 101, 1000)], [(101, 1)], "but whole it is one"),
        (
            10,
            sold((1000, 500), (1000, 500)),
            [(1, 100, 1000), (2, 100, 1000)],
            [(100, 10)],
            "two lines in one return are one reversal",
        ),
        (0, sold((1000, 50)), [(1, 100, 1000)], [], "what earned nothing gives nothing back"),
        (10, sold((1000, 1000)), [], [], "nothing came back"),
    ],
)
def test_a_return_takes_back_what_its_goods_had_earned(points, lines, back, taken, because):
    given = [GivenBack(line, receipt, quantity) for line, receipt, quantity in back]
    assert reversals(SALE, points, lines, given) == [Reversal(receipt, SALE, lost) for receipt, lost in taken], because


def test_more_back_than_was_sold_is_a_broken_promise_of_ours():
    with pytest.raises(AssertionError, match="more came back"):
        reversals(SALE, 10, sold((1000, 1000)), [GivenBack(1, 100, 1001)])
