"""Snapshots as rows: asked for, leased by whoever counts, kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.segments.terms import Lease, SnapshotSeen

_COLUMNS = """
n.id, s.name, v.number, n.state, n.asked_by, n.asked_at, n.ended_at, n.as_of, n.members, n.reach::text, n.problem,
n.attempts, n.state = 'running' AND n.leased_until < clock_timestamp(), n.state = 'running' AND n.cancel_asked
"""
_FROM = (
    "segments_snapshot n JOIN segments_version v ON v.id = n.version_id JOIN segments_segment s ON s.id = v.segment_id"
)


def insert(version_id: int, asked_by: str) -> int:
    ((number,),) = _run(
        "INSERT INTO segments_snapshot (version_id, asked_by) VALUES (%s, %s) RETURNING id", version_id, asked_by
    )
    return number


def one(number: int) -> SnapshotSeen | None:
    rows = _run(f"SELECT {_COLUMNS} FROM {_FROM} WHERE n.id = %s", number)
    return _seen(rows[0]) if rows else None


def of_segment(name: str, limit: int) -> list[SnapshotSeen]:
    """The newest first."""
    rows = _run(f"SELECT {_COLUMNS} FROM {_FROM} WHERE s.name = %s ORDER BY n.id DESC LIMIT %s", name, limit)
    return [_seen(row) for row in rows]


def _seen(row: tuple[Any, ...]) -> SnapshotSeen:
    *plain, reach, problem, attempts, silent, stopping = row
    return SnapshotSeen(
        *plain, reach=json.loads(reach), problem=problem, attempts=attempts, silent=silent, stopping=stopping
    )


def member_ids(number: int) -> list[int]:
    rows = _run("SELECT member_ids FROM segments_snapshot WHERE id = %s AND state = 'done'", number)
    return list(rows[0][0]) if rows else []


def lease_next(lease: str, seconds: int, most_attempts: int) -> Lease | None:
    """The oldest that waits, or that somebody held who is dead; None where there is none. What has killed its holder
    `most_attempts` times is failed instead, and what was to end when its holder died has ended."""
    _run(
        "UPDATE segments_snapshot SET state = 'cancelled', ended_at = clock_timestamp(), lease = '' "
        "WHERE state = 'running' AND leased_until < clock_timestamp() AND cancel_asked RETURNING id"
    )
    _run(
        "UPDATE segments_snapshot SET state = 'failed', problem = 'given_up', ended_at = clock_timestamp(), lease = '' "
        "WHERE state = 'running' AND leased_until < clock_timestamp() AND attempts >= %s RETURNING id",
        most_attempts,
    )
    rows = _run(
        "UPDATE segments_snapshot n SET state = 'running', lease = %s, attempts = attempts + 1, "
        "leased_until = clock_timestamp() + make_interval(secs => %s) FROM segments_version v "
        "WHERE v.id = n.version_id AND n.id = (SELECT id FROM segments_snapshot WHERE state = 'waiting' "
        "OR (state = 'running' AND leased_until < clock_timestamp()) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING n.id, v.id",
        lease,
        seconds,
    )
    return Lease(*rows[0], lease) if rows else None


def renew(held: Lease, seconds: int) -> bool:
    """Whether to go on: False where somebody else holds it, or somebody has asked for its end."""
    rows = _run(
        "UPDATE segments_snapshot SET leased_until = clock_timestamp() + make_interval(secs => %s) "
        "WHERE id = %s AND lease = %s AND state = 'running' RETURNING cancel_asked",
        seconds,
        held.snapshot,
        held.name,
    )
    return bool(rows) and not rows[0][0]


def ask_end(number: int) -> None:
    """What waits, or was left by whoever is dead, ends at once; what runs at its next look."""
    _run(
        "UPDATE segments_snapshot SET state = 'cancelled', cancel_asked = true, ended_at = clock_timestamp(), "
        "lease = '' WHERE id = %s AND (state = 'waiting' OR (state = 'running' AND leased_until < clock_timestamp())) "
        "RETURNING id",
        number,
    )
    _run("UPDATE segments_snapshot SET cancel_asked = true WHERE id = %s AND state = 'running' RETURNING id", number)


def give_back(held: Lease) -> None:
    """As if nobody had begun."""
    _run(
        "UPDATE segments_snapshot SET state = CASE WHEN cancel_asked THEN 'cancelled' ELSE 'waiting' END, lease = '', "
        "ended_at = CASE WHEN cancel_asked THEN clock_timestamp() END, leased_until = NULL, attempts = attempts - 1 "
        "WHERE id = %s AND lease = %s AND state = 'running' RETURNING id",
        held.snapshot,
        held.name,
    )


def end_well(held: Lease, as_of: datetime, ids: Sequence[int], reach: Mapping[str, Mapping[str, int]]) -> bool:
    """False, and nothing changes, where the lease is somebody else's by now."""
    return bool(
        _run(
            "UPDATE segments_snapshot SET state = 'done', lease = '', ended_at = clock_timestamp(), as_of = %s, "
            "members = %s, member_ids = %s::bigint[], reach = %s::jsonb "
            "WHERE id = %s AND lease = %s AND state = 'running' AND NOT cancel_asked RETURNING id",
            as_of,
            len(ids),
            list(ids),
            json.dumps(reach),
            held.snapshot,
            held.name,
        )
    )


def end_otherwise(held: Lease, state: str, problem: str) -> None:
    _run(
        "UPDATE segments_snapshot SET state = %s, problem = %s, lease = '', ended_at = clock_timestamp() "
        "WHERE id = %s AND lease = %s AND state = 'running' RETURNING id",
        state,
        problem[:500],
        held.snapshot,
        held.name,
    )


def body_of(version_id: int) -> dict[str, Any]:
    ((body,),) = _run("SELECT body::text FROM segments_version WHERE id = %s", version_id)
    return json.loads(body)


def forget_member(member_id: int) -> int:
    """Take a person out of every list that is kept; the counts stay as they were."""
    return len(
        _run(
            "UPDATE segments_snapshot SET member_ids = array_remove(member_ids, %s::bigint) "
            "WHERE member_ids @> ARRAY[%s]::bigint[] RETURNING id",
            member_id,
            member_id,
        )
    )


def snapshots_with(member_id: int) -> list[dict[str, Any]]:
    rows = _run(
        f"SELECT s.name, v.number, n.as_of FROM {_FROM} WHERE n.member_ids @> ARRAY[%s]::bigint[] ORDER BY n.id",
        member_id,
    )
    return [{"segment": name, "version": number, "as_of": as_of} for name, number, as_of in rows]


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
