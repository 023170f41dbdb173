"""The goals of the sample chain: where each figure was a year ago, and a step beyond the better of then and now."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from huitou.insight import service as insight
from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Goal, KpiNow
from huitou.usecases.goals import set_goals

ACTOR = "huitou demo"
STEPS = {
    "sales": Fraction(108, 100),
    "repurchase_rate": Fraction(106, 100),
    "average_ticket": Fraction(105, 100),
    "churn_rate": Fraction(85, 100),
    "wake_up_rate": Fraction(125, 100),
    "digital_share": Fraction(125, 100),
}
"""By what each figure is to change within the year, of the better of then and now. Each is 5 % at least, so that a
target stays beyond its baseline when both are rounded."""
DIGITS = 3
"""Nobody sets 2,347,611.38 as a target: so many digits are left."""


def lay_goals() -> int:
    """Set them from what the last refresh counted; where somebody has set goals, none. How many there are.

    They come of the chain's own figures, so that they fit 20 members as they fit 800,000.
    """
    if kpi_goals.standing().version:
        return 0
    goals = goals_for(insight.kpi_now())
    if goals:
        set_goals(goals, note="", actor=ACTOR)
    return len(goals)


def goals_for(now: Mapping[str, KpiNow]) -> dict[str, Goal]:
    return {name: goal for name in STEPS if name in now and (goal := _goal(name, now[name]))}


def _goal(name: str, figure: KpiNow) -> Goal | None:
    """None where there is nothing to grow from, or no room left. A chain of a few months begins at its 28 days
    before."""
    kpi = insight.kpi(name)
    then = (figure.year_before or figure.previous or figure.now).value
    now = figure.now.value
    if not then or not now:
        return None
    best = max(then, now) if kpi.good_direction > 0 else min(then, now)
    baseline, target = _rounded(then), _rounded(best * STEPS[name])
    if str(kpi.unit) == "rate":
        target = min(target, Fraction(1))
    return Goal(baseline, target) if (target - baseline) * kpi.good_direction > 0 else None


def _rounded(value: Fraction) -> Fraction:
    return Fraction(f"{float(value):.{DIGITS - 1}e}")
