"""What is a goal, and what is none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from huitou.insight.errors import GoalUnfit
from huitou.insight.rules.goals import PUBLISHED, check
from huitou.insight.rules.kpis import KPIS
from huitou.insight.terms import Goal


@pytest.mark.parametrize(
    ("kpi", "baseline", "target", "fits", "because"),
    [
        ("repurchase_rate", "0.32", "0.48", True, "more members come back"),
        ("repurchase_rate", "0.48", "0.32", False, "fewer would be no goal"),
        ("churn_rate", "0.28", "0.15", True, "fewer are lost"),
        ("churn_rate", "0.15", "0.28", False, "a worse rate is no goal"),
        ("repurchase_cycle", "27", "12", True, "they come sooner"),
        ("digital_share", "0.12", "1.35", False, "a rate ends at 100"),
        ("sales", "-1", "5", False, "nobody starts below nothing"),
        ("wake_up_rate", None, "0.40", True, "a target alone is a goal"),
        ("sales", "5", "5", False, "to stay is no goal"),
    ],
)
def test_a_goal_lies_on_the_good_side_of_its_baseline(kpi, baseline, target, fits, because):
    goal = Goal(None if baseline is None else Fraction(baseline), Fraction(target))
    if fits:
        check({kpi: goal})
    else:
        with pytest.raises(GoalUnfit):
            check({kpi: goal})


def test_what_was_published_is_a_goal_of_a_figure_that_we_have():
    for name, found in PUBLISHED.items():
        assert name in KPIS
        check({name: Goal(found.baseline, found.target)})
