"""Rows of the outbox."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.bulk.trip import Trip
from huitou.outbox.terms import Fact


def insert(kind: str, body: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO outbox_fact (kind, body) VALUES (%s, %s)", [kind, json.dumps(body)])


def insert_all(trip: Trip, kind: str, bodies: Sequence[Mapping[str, Any]]) -> None:
    trip.ask(
        "INSERT INTO outbox_fact (kind, body) SELECT %s, body::jsonb FROM unnest(%s::text[]) AS said (body)",
        [kind, [json.dumps(body) for body in bodies]],
    )


def claim(leave: Sequence[str]) -> Fact | None:
    """The oldest fact that is due and not of the kinds to leave, locked until the transaction ends; other workers pass
    it by."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, body::text, attempts FROM outbox_fact "
            "WHERE done_at IS NULL AND next_try_at <= clock_timestamp() AND kind <> ALL(%s) "
            "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
            [list(leave)],
        )
        row = cursor.fetchone()
    return Fact(row[0], row[1], json.loads(row[2]), row[3]) if row else None


def claim_one(kind: str, body: Mapping[str, Any]) -> Fact | None:
    """The newest fact of this kind and body that waits, locked; None where somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, body::text, attempts FROM outbox_fact WHERE done_at IS NULL AND kind = %s "
            "AND body = %s::jsonb ORDER BY id DESC LIMIT 1 FOR UPDATE SKIP LOCKED",
            [kind, json.dumps(body)],
        )
        row = cursor.fetchone()
    return Fact(row[0], row[1], json.loads(row[2]), row[3]) if row else None


def take(kind: str, limit: int) -> list[dict[str, Any]]:
    """The oldest facts of a kind, gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM outbox_fact WHERE id = ANY(ARRAY("
            "SELECT id FROM outbox_fact WHERE done_at IS NULL AND kind = %s ORDER BY id LIMIT %s FOR UPDATE"
            ")) RETURNING body::text",
            [kind, limit],
        )
        return [json.loads(body) for (body,) in cursor.fetchall()]


def forget_done(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_fact WHERE done_at < %s", [before])
        return cursor.rowcount


def mark_done(fact: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE outbox_fact SET done_at = clock_timestamp(), last_error = '' WHERE id = %s", [fact])


def mark_failed(fact: int, error: str, wait_seconds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_fact SET attempts = attempts + 1, last_error = %s, "
            "next_try_at = clock_timestamp() + make_interval(secs => %s) WHERE id = %s",
            [error, wait_seconds, fact],
        )


def counts() -> dict[str, int]:
    """How many facts wait, of each kind that has any; pages may ask too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, facts FROM huitou_facts_waiting()")
        return dict(cursor.fetchall())


def backlog(kind: str | None) -> tuple[int, float]:
    """How many facts wait, and for how many seconds the oldest has waited."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 "
            "FROM outbox_fact WHERE done_at IS NULL AND (%s::text IS NULL OR kind = %s)",
            [kind, kind],
        )
        return cursor.fetchone()


def waiting(kind: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT body::text FROM outbox_fact WHERE done_at IS NULL AND kind = %s", [kind])
        return [json.loads(body) for (body,) in cursor.fetchall()]


# A fact that was tried five times over half a minute and still waits needs a person.
STUCK_FACT = """
SELECT 'fact ' || id || ' (' || kind || ') failed ' || attempts || ' times: ' || left(last_error, 200)
FROM outbox_fact WHERE done_at IS NULL AND attempts >= 5 ORDER BY id
"""
