"""The one allocation routine."""

from __future__ import annotations

import pytest

from huitou.kernel.shares import largest_remainder


@pytest.mark.parametrize(
    ("whole", "weights", "parts", "because"),
    [
        (100, [1, 1, 1], [34, 33, 33], "the odd one goes to the first of equals"),
        (10, [1, 2, 3], [2, 3, 5], "1.67, 3.33, 5.00: the largest remainder gets the one that is left"),
        (7, [0, 5, 0], [0, 7, 0], "what weighs nothing gets nothing"),
        (1, [1, 1_000_000], [0, 1], "the heavy part gets the only one"),
        (0, [3, 4], [0, 0], "nothing to share"),
        (0, [0, 0], [0, 0], "nothing to share and nobody to take it"),
        (0, [], [], "no parts at all"),
        (5, [9], [5], "one part takes the whole, whatever it weighs"),
        (10**18, [1, 1], [5 * 10**17, 5 * 10**17], "exact where a float would not be"),
    ],
)
def test_parts_sum_to_the_whole(whole, weights, parts, because):
    assert largest_remainder(whole, weights) == parts, because


@pytest.mark.parametrize(("whole", "weights"), [(-1, [1]), (1, [-1, 2]), (1, []), (1, [0, 0])])
def test_what_cannot_be_shared_is_a_broken_promise_of_ours(whole, weights):
    with pytest.raises(AssertionError):
        largest_remainder(whole, weights)
