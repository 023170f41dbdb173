"""The goals of KPIs, version by version. A target is no secret, and only whoever sees the chain may set one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction

from django.db import connection

from huitou.insight.terms import Goal, GoalsSeen


def versions(limit: int, up_to: int | None = None) -> list[GoalsSeen]:
    """The newest versions, or those up to one, newest first."""
    only, values = ("WHERE id <= %s", [up_to]) if up_to is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, body, made_by, made_at, note FROM insight_goals {only} ORDER BY id DESC LIMIT %s",
            [*values, limit],
        )
        return [GoalsSeen(version, _goals(json.loads(body)), *rest) for version, body, *rest in cursor.fetchall()]


def insert(goals: Mapping[str, Goal], note: str, made_by: str) -> int:
    body = {name: [_text(goal.baseline), _text(goal.target)] for name, goal in goals.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insight_goals (body, note, made_by) VALUES (%s, %s, %s) RETURNING id",
            [json.dumps(body), note, made_by],
        )
        return cursor.fetchone()[0]


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _goals(body: dict[str, list[str | None]]) -> dict[str, Goal]:
    return {
        name: Goal(*(None if value is None else Fraction(value) for value in values)) for name, values in body.items()
    }
