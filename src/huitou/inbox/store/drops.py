"""Drops and the files that lie in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.inbox.terms import DropFileSeen, DroppedFile, DropSeen, LyingFile

_COLUMNS = (
    "id, name, place, pattern, kind, source, marker, key_file, public_key, host_key, paused_at, added_by, added_at, "
    "looked_at, failure::text"
)


def _seen(row: tuple[Any, ...]) -> DropSeen:
    return DropSeen(*row[:-1], json.loads(row[-1]))


def insert(values: Mapping[str, str | bytes | None]) -> bool:
    """False where a drop of that name is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO inbox_drop ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))}) "
            "ON CONFLICT (name) DO NOTHING",
            list(values.values()),
        )
        return cursor.rowcount > 0


def every() -> list[DropSeen]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM inbox_drop ORDER BY name")
        return [_seen(row) for row in cursor.fetchall()]


def sealed_key(drop: int) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_key FROM inbox_drop WHERE id = %s", [drop])
        found = cursor.fetchone()
        return None if found is None or found[0] is None else bytes(found[0])


def write_pause(name: str, paused: bool) -> bool:
    """False where there is no drop of that name. What was in the way before a pause is not in the way after it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_drop SET paused_at = CASE WHEN %s THEN coalesce(paused_at, clock_timestamp()) END, "
            "failure = '{}' WHERE name = %s",
            [paused, name],
        )
        return cursor.rowcount > 0


def delete(name: str) -> bool:
    """Before it: `hold_looking_here`."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inbox_dropfile f USING inbox_drop d WHERE d.id = f.drop_id AND d.name = %s", [name])
        cursor.execute("DELETE FROM inbox_drop WHERE name = %s", [name])
        return cursor.rowcount > 0


def note_look(drop: int, failure: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_drop SET looked_at = clock_timestamp(), failure = %s WHERE id = %s",
            [json.dumps(failure, ensure_ascii=False), drop],
        )


def note_file(drop: int, file: LyingFile, now: datetime) -> DroppedFile:
    """What is known of a file that lies there; one that has changed since begins anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_dropfile (drop_id, name, size_bytes, changed_at, seen_at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (drop_id, name) WHERE moved_at IS NULL DO UPDATE SET size_bytes = excluded.size_bytes, "
            "changed_at = excluded.changed_at, "
            "seen_at = CASE WHEN (inbox_dropfile.size_bytes, inbox_dropfile.changed_at) = (excluded.size_bytes, "
            "    excluded.changed_at) THEN inbox_dropfile.seen_at ELSE excluded.seen_at END, "
            "job_id = CASE WHEN (inbox_dropfile.size_bytes, inbox_dropfile.changed_at) = (excluded.size_bytes, "
            "    excluded.changed_at) THEN inbox_dropfile.job_id END "
            "RETURNING id, name, size_bytes, changed_at, seen_at, job_id",
            [drop, file.name, file.size_bytes, file.changed_at, now],
        )
        return DroppedFile(*cursor.fetchone())


def note_job(file: int, job: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inbox_dropfile SET job_id = %s WHERE id = %s", [job, file])


def note_moved(file: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inbox_dropfile SET moved_at = clock_timestamp() WHERE id = %s", [file])


def latest_files(drop: int, limit: int) -> list[DropFileSeen]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.name, f.seen_at, f.moved_at, coalesce(j.state, ''), j.batch_id, "
            "coalesce(j.failure, '{}')::text FROM inbox_dropfile f LEFT JOIN inbox_job j ON j.id = f.job_id "
            "WHERE f.drop_id = %s ORDER BY f.id DESC LIMIT %s",
            [drop, limit],
        )
        return [DropFileSeen(*row[:-1], json.loads(row[-1])) for row in cursor.fetchall()]


def unmoved(drop: int) -> list[DroppedFile]:
    """Files that were given to a job and are not known to be moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, size_bytes, changed_at, seen_at, job_id FROM inbox_dropfile "
            "WHERE drop_id = %s AND moved_at IS NULL AND job_id IS NOT NULL ORDER BY name",
            [drop],
        )
        return [DroppedFile(*row) for row in cursor.fetchall()]


def hold_looking() -> bool:
    """Whether nobody else looks at drops, until the line to the database is closed or `let_go`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('inbox drops'))")
        return bool(cursor.fetchone()[0])


def hold_looking_here() -> bool:
    """The same until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('inbox drops'))")
        return bool(cursor.fetchone()[0])


def let_go() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtext('inbox drops'))")
