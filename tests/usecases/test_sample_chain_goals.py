"""The goals of the sample chain come of its own figures, whatever its size and age."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from huitou.insight.rules.goals import check
from huitou.insight.terms import Goal, KpiFigure, KpiNow
from huitou.usecases.sample_chain.goals import goals_for


def seen(kpi, now, previous=None, year_before=None):
    """A KPI whose figures are so many of so many, or sums where nothing stands below."""

    def figure(value):
        above, below = value if isinstance(value, tuple) else (value, None)
        return KpiFigure(kpi, date(2026, 10, 25), date(2026, 11, 21), above, below)

    return KpiNow(*(None if one is None else figure(one) for one in (now, previous, year_before)))


@pytest.mark.parametrize(
    ("kpi", "figures", "goal", "because"),
    [
        ("sales", (234_761_138, 1, 210_049_999), (210_000_000, 254_000_000), "from a year ago, beyond now, and round"),
        ("sales", (180_000, 210_000, None), (210_000, 227_000), "a young chain begins at the 28 days before"),
        ("sales", (180_000, None, None), (180_000, 194_000), "one of a month at what there is"),
        ("sales", (0, 0, 0), None, "from nothing nobody sets a goal"),
        ("churn_rate", ((80, 1000), None, (100, 1000)), ("0.1", "0.068"), "churn is to fall"),
        ("churn_rate", ((100, 1000), None, (80, 1000)), ("0.08", "0.068"), "where it rose, below what it was"),
        ("repurchase_rate", ((7, 0), None, (5, 10)), None, "a rate of nobody is no rate"),
        ("repurchase_rate", ((98, 100), None, (97, 100)), ("0.97", "1"), "no rate is above all"),
        ("repurchase_rate", ((20, 20), None, (20, 20)), None, "and where all do it, nothing is left to want"),
    ],
)
def test_a_goal_fits_the_chain(kpi, figures, goal, because):
    wanted = {} if goal is None else {kpi: Goal(*map(Fraction, goal))}
    found = goals_for({kpi: seen(kpi, *figures)})
    assert found == wanted, because
    check(found)
