"""The chain's goals: setting them, and taking the last change back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from huitou.access import service as access
from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Goal


@transaction.atomic
def set_goals(goals: Mapping[str, Goal], *, note: str, actor: str) -> int:
    """Make these the chain's goals; the audit trail says who did and what moved. Returns the version.

    Raises GoalUnfit or GoalsSame.
    """
    before = kpi_goals.standing().goals
    version = kpi_goals.put(goals, note=note, made_by=actor)
    names = sorted({*before, *goals})
    moved = {
        name: [_said(before.get(name)), _said(goals.get(name))] for name in names if before.get(name) != goals.get(name)
    }
    access.note_by(actor, "goals.change", f"goals:{version}", changed=moved, note=note)
    return version


def take_goals_back(version: int, *, actor: str) -> int:
    """The goals before `version` become the newest. Raises GoalsMovedOn where that one is the newest no more."""
    return set_goals(kpi_goals.before(version), note="", actor=actor)


def _said(goal: Goal | None) -> list[str | None]:
    return [None if value is None else str(value) for value in (goal.baseline, goal.target)] if goal else [None, None]
