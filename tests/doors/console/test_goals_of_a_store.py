"""Which of the chain's goals a single store is held against."""

from __future__ import annotations

from fractions import Fraction

import pytest

from huitou.doors.console.tiles import goals_in
from huitou.insight import service as insight
from huitou.insight.terms import Goal


@pytest.mark.parametrize(
    ("name", "held", "because"),
    [
        ("average_ticket", True, "a receipt of each store is to be as large"),
        ("digital_share", True, "a share of each store's sales"),
        ("member_share", True, "a share of each store's sales"),
        ("sales", False, "the sum of all stores is no store's"),
        ("new_members", False, "the sum of all stores is no store's"),
        ("repurchase_rate", False, "who came again in another store did not here"),
        ("churn_rate", False, "who buys in another store only is lost here alone"),
    ],
)
def test_a_store_is_held_against_what_means_the_same_there(name, held, because):
    goals = {kpi.name: Goal(Fraction(1, 4), Fraction(1, 3)) for kpi in insight.kpis()}
    assert (name in goals_in(1, goals)) == held, because
    assert goals_in(None, goals) == goals
