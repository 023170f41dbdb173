"""Goals of KPIs: what a chain starts from, what it wants to reach, and what others have published."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from huitou.insight.errors import GoalUnfit
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import Unit
from huitou.insight.terms import Goal, Published

PUBLISHED: dict[str, Published] = {
    "repurchase_rate": Published(Fraction(32, 100), Fraction(48, 100), Fraction(35, 100)),
    "churn_rate": Published(Fraction(28, 100), Fraction(15, 100), Fraction(22, 100)),
    "wake_up_rate": Published(None, Fraction(40, 100), None),
    "digital_share": Published(Fraction(12, 100), Fraction(35, 100), None),
    "repurchase_cycle": Published(Fraction(27), Fraction(12), None),
}
"""Of one supermarket chain of 30 stores and 800,000 members within a year, and its industry beside it (rows N1 to N5).
They count in their own way: a hint for a first goal, no measure."""

_MOST = {Unit.RATE: Fraction(1), Unit.MONEY: Fraction(10**15), Unit.DAYS: Fraction(365)}


def check(goals: Mapping[str, Goal]) -> None:
    """Raises GoalUnfit for what is no goal: below nothing, above all there is, on the wrong side of its baseline."""
    for name, goal in goals.items():
        kpi = KPIS[name]
        most = _MOST.get(kpi.unit, Fraction(10**12))
        for value in (goal.baseline, goal.target):
            if value is not None and not 0 <= value <= most:
                raise GoalUnfit(kpi=kpi.title, reason="range")
        if goal.baseline is None or goal.target is None:
            continue
        if (goal.target - goal.baseline) * kpi.good_direction <= 0:
            raise GoalUnfit(kpi=kpi.title, reason="side")
