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


def test_the_interval_is_katz_carried_over():
    """Recomputed by hand: 80 of 100 here, 200 of 900 others."""
    told = lift_of(80, 100, 280, 1_000)
    ratio = (80 / 100) / (200 / 900)
    spread = 1.959964 * math.sqrt(1 / 80 - 1 / 100 + 1 / 200 - 1 / 900)
    for end, sign in ((told.low, -1), (told.high, 1)):
        one = ratio * math.exp(sign * spread)
        assert math.isclose(end, one * 1_000 / (100 * one + 900))


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
