"""Shares as tables of lifts write them."""

from __future__ import annotations

import pytest

from huitou.doors.console.lifts import share


@pytest.mark.parametrize(
    ("value", "said", "because"),
    [
        (0.0, "0.0%", "nothing is nothing"),
        (18 / 52_701, "<0.1%", "18 baskets are not 0.0 per cent"),
        (0.0005, "0.1%", "rounds up to the last place that is shown"),
        (0.107, "10.7%", "one place"),
    ],
)
def test_a_share_that_rounds_to_nothing_is_not_said_to_be_nothing(value, said, because):
    assert share(value) == said, because
