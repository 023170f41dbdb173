"""Scores by quintile, and the four layers."""

from __future__ import annotations

from datetime import date

import pytest
from tests.builders import day

from huitou.insight.rules.layers import layer_of
from huitou.insight.rules.rfm import score
from huitou.insight.terms import CutOffs
from huitou.members.terms import Layer, months_before

TODAY = date(2026, 11, 20)


def scores_of(values: list[int]) -> list[int]:
    return [score(1 + sum(other < value for other in values), len(values)) for value in values]


@pytest.mark.parametrize(
    ("values", "scores", "because"),
    [
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], "five members, one in each fifth"),
        (list(range(10)), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "ten members, two in each"),
        ([7, 7, 7, 7, 7], [1, 1, 1, 1, 1], "who is equal scores equal, never by chance"),
        ([1, 1, 1, 1, 9], [1, 1, 1, 1, 5], "one who stands out has the fifth above four others"),
        ([1, 2], [1, 3], "of two the better one lies above half"),
        ([5], [1], "who is alone is above nobody"),
        ([3, 1, 2], [4, 1, 2], "the order of rows means nothing"),
    ],
)
def test_scores_are_fifths_by_rank(values, scores, because):
    assert scores_of(values) == scores, because


def test_no_score_leaves_one_to_five():
    assert {score(rank, 7) for rank in range(1, 8)} == {1, 2, 3, 4, 5}
    assert score(1_000_000, 1_000_000) == 5


@pytest.mark.parametrize(
    ("today", "months", "then", "because"),
    [
        ("2026-11-20", 3, "2026-08-20", "the same day of the month"),
        ("2026-05-31", 3, "2026-02-28", "February has no 31st"),
        ("2024-05-31", 3, "2024-02-29", "in a leap year it has a 29th"),
        ("2026-02-15", 3, "2025-11-15", "over the year's end"),
        ("2026-12-31", 3, "2026-09-30", "September has 30 days"),
        ("2026-03-31", 3, "2025-12-31", "December has 31"),
        ("2026-01-31", 1, "2025-12-31", "January's month before is last year's"),
        ("2024-02-29", 12, "2023-02-28", "a leap day has no anniversary"),
        ("2026-11-20", 0, "2026-11-20", "no months are no change"),
    ],
)
def test_months_before(today, months, then, because):
    assert months_before(day(today), months) == day(then), because


@pytest.mark.parametrize(
    ("last_on", "frequency", "monetary", "hundredth", "layer", "because"),
    [
        ("2026-11-20", 5, 5, 96, Layer.DIAMOND, "the top twentieth by spend, and comes often"),
        ("2026-11-20", 4, 5, 96, Layer.DIAMOND, "the second fifth by visits is often enough"),
        ("2026-11-20", 3, 5, 96, Layer.SILVER, "one large purchase a year is no habit"),
        ("2026-11-20", 5, 5, 95, Layer.GOLD, "one hundredth short of it"),
        ("2026-11-20", 5, 4, 80, Layer.GOLD, "the best fifth in one, the second in the other"),
        ("2026-11-20", 4, 4, 80, Layer.SILVER, "eight is not nine"),
        ("2026-11-20", 1, 1, 1, Layer.SILVER, "who still comes is not dormant"),
        ("2026-08-20", 5, 5, 96, Layer.DIAMOND, "three months to the day is not yet silence"),
        ("2026-08-19", 5, 5, 96, Layer.DORMANT, "one more day is, whatever was spent"),
        ("2020-01-01", 1, 1, 1, Layer.DORMANT, "long gone"),
    ],
)
def test_layers(last_on, frequency, monetary, hundredth, layer, because):
    found = layer_of(day(last_on), frequency, monetary, hundredth, 0, as_of=TODAY, cut_offs=CutOffs())
    assert found is layer, because
