"""Who works for the chain, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

WORKS = (
    "EXISTS (SELECT FROM members_staff w JOIN members_member p ON p.id = w.member_id "
    "WHERE (p.id = m.id OR p.merged_into_id = m.id) AND w.since <= {on} AND (w.until IS NULL OR w.until >= {on}))"
)
"""SQL: the member `m`, or somebody who has become a part of them, works for the chain on the day {on}."""


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def holder_of(number: str) -> int | None:
    """The member who has this employee number; locked."""
    rows = _rows("SELECT member_id FROM members_staff WHERE number = %s FOR UPDATE", [number])
    return rows[0][0] if rows else None


def put(member: int, number: str, since: date) -> bool:
    """Whether anything changed. The number is nobody else's."""
    return bool(
        _rows(
            "INSERT INTO members_staff (member_id, number, since) VALUES (%s, %s, %s) ON CONFLICT (member_id) "
            "DO UPDATE SET number = excluded.number, until = NULL, since = CASE WHEN members_staff.until IS NULL "
            "THEN members_staff.since ELSE excluded.since END "
            "WHERE members_staff.until IS NOT NULL OR members_staff.number <> excluded.number RETURNING 1",
            [member, number, since],
        )
    )


def end(member: int, until: date) -> bool:
    """Whether anything changed. Who had not begun by then never did."""
    gone = _rows("DELETE FROM members_staff WHERE member_id = %s AND since > %s RETURNING 1", [member, until])
    ended = _rows(
        "UPDATE members_staff SET until = %s WHERE member_id = %s AND until IS DISTINCT FROM %s RETURNING 1",
        [until, member, until],
    )
    return bool(gone or ended)


def keep_on(member: int, today: date) -> bool:
    """No last day any more, where it has not passed; whether the member works."""
    return bool(
        _rows(
            "UPDATE members_staff SET until = NULL WHERE member_id = %s AND (until IS NULL OR until >= %s) RETURNING 1",
            [member, today],
        )
    )


def everybody() -> list[tuple[Any, ...]]:
    """(member, number, name, home store, since, until) by number; of a part whose it is now."""
    return _rows(
        "SELECT coalesce(m.merged_into_id, m.id), s.number, m.name, m.home_store_id, s.since, s.until "
        "FROM members_staff s JOIN members_member m ON m.id = s.member_id ORDER BY s.number"
    )


def of_member(member: int) -> dict[str, Any] | None:
    rows = _rows("SELECT number, since, until FROM members_staff WHERE member_id = %s", [member])
    return dict(zip(("number", "since", "until"), rows[0], strict=True)) if rows else None
