"""What the chain wants of its KPIs, version by version; a part of the room's door."""

from __future__ import annotations

from collections.abc import Mapping

from huitou.insight.errors import GoalsMovedOn, GoalsSame
from huitou.insight.rules import goals as goal_rules
from huitou.insight.service.asked_kpis import kpi_named
from huitou.insight.store import goals as goal_store
from huitou.insight.terms import Goal, GoalsSeen, Published


def standing(version: int | None = None) -> GoalsSeen:
    """The chain's baselines and targets, the newest or those of a version; none before anybody set one."""
    return next(iter(goal_store.versions(1, version)), GoalsSeen(0, {}))


def history(limit: int = 20) -> list[GoalsSeen]:
    """Every version of the goals, newest first."""
    return goal_store.versions(limit)


def before(version: int) -> Mapping[str, Goal]:
    """What stood before the newest version. Raises GoalsMovedOn where `version` is the newest no more."""
    newest_two = goal_store.versions(2)
    if not newest_two or newest_two[0].version != version:
        raise GoalsMovedOn()
    return newest_two[1].goals if len(newest_two) > 1 else {}


def put(wanted: Mapping[str, Goal], *, note: str, made_by: str) -> int:
    """Make the next version. Raises KpiUnknown, GoalUnfit or GoalsSame. The caller notes it in the audit trail."""
    for name in wanted:
        kpi_named(name)
    goal_rules.check(wanted)
    if dict(standing().goals) == dict(wanted):
        raise GoalsSame()
    return goal_store.insert(wanted, note.strip()[:200], made_by)


def published(name: str) -> Published | None:
    """What others have reached of this KPI, where somebody has said so."""
    return goal_rules.PUBLISHED.get(name)
