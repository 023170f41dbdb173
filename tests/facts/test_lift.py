"""The lift of a trait and its interval."""

from __future__ import annotations

import math

import pytest

from huitou.insight.rules.lift import FEWEST, lift_of


def test_the_lift_is_the_share_here_over_the_share_of_all():
    told = lift_of(80, 100, 280, 1_000)
    assert (told.here, told.all) == (0.8, 0.28)
    assert math.isclose(told.at, 0.8 / 0.28)
    assert told.clear


def wilson(having: int, of: int) -> tuple[float, float]:
    """As Newcombe prints it."""
    p, q, z = having / of, 1 - having / of, 1.959964
    low = (2 * of * p + z**2 - 1 - z * math.sqrt(z**2 - 2 - 1 / of + 4 * p * (of * q + 1))) / (2 * (of + z**2))
    high = (2 * of * p + z**2 + 1 + z * math.sqrt(z**2 + 2 - 1 / of + 4 * p * (of * q - 1))) / (2 * (of + z**2))
    return low, high


def test_the_interval_is_that_of_both_shares_carried_over():
    """Recomputed by hand: 80 of 100 here, 200 of 900 others. Of 81 of 263 Newcombe says .2535 to .3682."""
    assert [round(end, 4) for end in wilson(81, 263)] == [0.2535, 0.3682]
    told = lift_of(80, 100, 280, 1_000)
    (low, high), (other_low, other_high) = wilson(80, 100), wilson(200, 900)
    ratio = (80 / 100) / (200 / 900)
    down = math.hypot(math.log(0.8 / low), math.log(other_high / (2 / 9)))
    up = math.hypot(math.log(high / 0.8), math.log((2 / 9) / other_low))
    for end, one in ((told.low, ratio * math.exp(-down)), (told.high, ratio * math.exp(up))):
        assert math.isclose(end, one * 1_000 / (100 * one + 900))


def test_five_of_five_prove_nothing():
    """The variance of a share of 1, reckoned from the share, is 0: 5 of 5 against 70 % was told as certain, and stood
    first in every list."""
    told = lift_of(5, 5, 705, 1_005)
    assert (told.here, told.clear) == (1.0, False)
    assert lift_of(100, 100, 800, 1_100).clear, "a hundred of a hundred are another matter"


@pytest.mark.parametrize("here", [5, 6, 8, 10, 15, 30, 60])
def test_chance_is_told_as_a_lift_in_one_of_twenty_segments_at_most(here):
    """Over every number of the segment's members who may have it, where they have it as often as everybody."""
    others = 1_000_000
    for share in (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98):
        told = 0.0
        for having in range(here + 1):
            lift = lift_of(having, here, having + round(share * others), here + others)
            if lift is not None and lift.clear:
                told += math.comb(here, having) * share**having * (1 - share) ** (here - having)
        assert told < 0.05, share


@pytest.mark.parametrize(
    ("counts", "because"),
    [
        ((FEWEST - 1, 100, 280, 1_000), "too few here have it"),
        ((80, 100, 80 + FEWEST - 1, 1_000), "too few others have it"),
        ((80, 100, 80, 100), "nobody is outside"),
        ((0, 0, 10, 100), "nobody is in it"),
    ],
)
def test_too_few_tell_nothing(counts, because):
    assert lift_of(*counts) is None, because


def test_the_same_share_is_no_lift_of():
    told = lift_of(30, 100, 300, 1_000)
    assert math.isclose(told.at, 1)
    assert not told.clear


def test_more_members_make_it_narrower():
    few, many = lift_of(40, 100, 300, 1_000), lift_of(4_000, 10_000, 30_000, 100_000)
    assert few.low < many.low < many.at < many.high < few.high
