"""Segments, their versions and their uses as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from huitou.segments.terms import SegmentSeen

# Who defines, deletes or uses a segment does so one after the other: a circle needs two definitions at once.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('segments', 0))"
_NEWEST = """
SELECT DISTINCT ON (s.id) s.name, v.number, v.body::text AS body, v.names, v.made_by, v.made_at, v.id AS version_id,
    s.id AS segment_id,
    (SELECT made_by FROM segments_version f WHERE f.segment_id = s.id ORDER BY f.number LIMIT 1) AS owner, s.archived_at
FROM segments_segment s JOIN segments_version v ON v.segment_id = s.id
"""
_STANDING = f"{_NEWEST} WHERE s.archived_at IS NULL ORDER BY s.id, v.number DESC"


def take_turn() -> None:
    _run(_ONE_AT_A_TIME)


def every() -> list[SegmentSeen]:
    """The newest version of each that is not archived, by name."""
    return [_seen(row) for row in _run(f"SELECT * FROM ({_STANDING}) newest ORDER BY name")]


def bodies() -> list[tuple[str, str]]:
    """The name of each that is not archived, and the JSON of its newest version."""
    return _run(f"SELECT name, body FROM ({_STANDING}) newest ORDER BY name")


def archived() -> list[SegmentSeen]:
    """The newest version of each that is archived, the last archived first."""
    put_away = f"{_NEWEST} WHERE s.archived_at IS NOT NULL ORDER BY s.id, v.number DESC"
    return [_seen(row) for row in _run(f"SELECT * FROM ({put_away}) newest ORDER BY archived_at DESC")]


def name_of(segment_id: int) -> str | None:
    rows = _run("SELECT name FROM segments_segment WHERE id = %s", segment_id)
    return rows[0][0] if rows else None


def versions(name: str) -> list[SegmentSeen]:
    """Every version, the newest first."""
    every_version = _NEWEST.replace("DISTINCT ON (s.id) ", "")
    return [_seen(row) for row in _run(f"{every_version} WHERE s.name = %s ORDER BY v.number DESC", name)]


def one(name: str, number: int | None = None) -> SegmentSeen | None:
    """The newest version, or this one."""
    only = "" if number is None else " AND v.number = %s"
    values = [name] if number is None else [name, number]
    rows = _run(f"{_NEWEST} WHERE s.name = %s{only} ORDER BY s.id, v.number DESC", *values)
    return _seen(rows[0]) if rows else None


def _seen(row: tuple[Any, ...]) -> SegmentSeen:
    name, number, body, names, *others = row
    return SegmentSeen(name, number, json.loads(body), tuple(names), *others)


def insert_version(name: str, body: Mapping[str, Any], names: Sequence[str], made_by: str) -> int:
    """Make the next version of a segment, and the segment where it is new; returns its number."""
    _run("INSERT INTO segments_segment (name) VALUES (%s) ON CONFLICT (name) DO NOTHING RETURNING id", name)
    ((number,),) = _run(
        "INSERT INTO segments_version (segment_id, number, body, names, made_by) "
        "SELECT s.id, 1 + coalesce((SELECT max(number) FROM segments_version v WHERE v.segment_id = s.id), 0), "
        "%s::jsonb, %s::text[], %s FROM segments_segment s WHERE s.name = %s RETURNING number",
        json.dumps(body),
        list(names),
        made_by,
        name,
    )
    return number


def users_of(name: str) -> list[str]:
    """What uses a segment: others that stand and whose newest version names it, and whoever said so."""
    rows = _run(
        f"SELECT 'segment:' || name FROM ({_STANDING}) newest WHERE %s = ANY(names) "
        "UNION ALL SELECT u.user FROM segments_use u JOIN segments_segment s ON s.id = u.segment_id WHERE s.name = %s "
        "ORDER BY 1",
        name,
        name,
    )
    return [user for (user,) in rows]


def insert_use(name: str, user: str) -> None:
    _run(
        'INSERT INTO segments_use (segment_id, "user") SELECT id, %s FROM segments_segment WHERE name = %s '
        "ON CONFLICT DO NOTHING RETURNING id",
        user,
        name,
    )


def delete_use(name: str, user: str) -> None:
    _run(
        "DELETE FROM segments_use u USING segments_segment s "
        'WHERE s.id = u.segment_id AND s.name = %s AND u."user" = %s '
        "RETURNING u.id",
        name,
        user,
    )


def archive(name: str) -> None:
    _run("UPDATE segments_segment SET archived_at = now() WHERE name = %s AND archived_at IS NULL RETURNING id", name)


def restore(name: str) -> None:
    _run("UPDATE segments_segment SET archived_at = NULL WHERE name = %s RETURNING id", name)


def delete(name: str) -> None:
    _run(
        "DELETE FROM segments_snapshot n USING segments_version v, segments_segment s "
        "WHERE n.version_id = v.id AND v.segment_id = s.id AND s.name = %s RETURNING n.id",
        name,
    )
    _run(
        "DELETE FROM segments_version v USING segments_segment s WHERE v.segment_id = s.id AND s.name = %s "
        "RETURNING v.id",
        name,
    )
    for table in ("membership", "move", "live"):
        _run(
            f"DELETE FROM segments_{table} l USING segments_segment s WHERE l.segment_id = s.id AND s.name = %s "
            "RETURNING l.segment_id",
            name,
        )
    _run("DELETE FROM segments_segment WHERE name = %s RETURNING id", name)


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
