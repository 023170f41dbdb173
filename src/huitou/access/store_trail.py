"""Rows of the audit trail, as a page of it asks for them."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from huitou.access.terms import Entry, TrailAsked

# Each distinct actor by one look into the index: the trail is long, and those who wrote it are few.
_ACTORS = """
WITH RECURSIVE found AS (
    (SELECT actor FROM access_auditentry ORDER BY actor LIMIT 1)
    UNION ALL
    SELECT (SELECT actor FROM access_auditentry a WHERE a.actor > found.actor ORDER BY actor LIMIT 1)
    FROM found WHERE found.actor IS NOT NULL
)
SELECT actor FROM found WHERE actor IS NOT NULL
"""
# Of these somebody else is named in the detail, by the number that people know.
_OF_TWO = ("member.merge", "member.unmerge", "member.not_same", "member.maybe_same")


def entries(asked: TrailAsked, limit: int) -> list[Entry]:
    conditions, values = _conditions(asked)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, at, actor, action, subject, detail::text FROM access_auditentry {where}"
            "ORDER BY at DESC, id DESC LIMIT %s",
            [*values, limit],
        )
        return [Entry(*row, json.loads(detail)) for *row, detail in cursor.fetchall()]


def _conditions(asked: TrailAsked) -> tuple[list[str], list[Any]]:
    about = "subject = ANY(%s)"
    of_members: list[Any] = [list(asked.subjects)]
    if asked.others:
        about = f"({about} OR action = ANY(%s) AND detail->>'other' = ANY(%s))"
        of_members += [list(_OF_TWO), list(asked.others)]
    possible: list[tuple[bool, str, list[Any]]] = [
        (bool(asked.actor), "actor = %s", [asked.actor]),
        (bool(asked.actions), "action = ANY(%s)", [list(asked.actions)]),
        (asked.since is not None, "at >= %s", [asked.since]),
        (asked.until is not None, "at < %s", [asked.until]),
        (bool(asked.subjects), about, of_members),
        (
            asked.before is not None,
            "(at, id) < (SELECT at, id FROM access_auditentry WHERE id = %s)",
            [asked.before],
        ),
    ]
    chosen = [(condition, values) for is_asked, condition, values in possible if is_asked]
    return [condition for condition, _ in chosen], [value for _, values in chosen for value in values]


def actors() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS)
        return [actor for (actor,) in cursor.fetchall()]
