"""Counts that run for a page, on a connection of their own: what they write is seen by every process at once, while
the request's own transaction is still open."""

from __future__ import annotations

from typing import Any

OLDEST = "1 day"
"""No count runs for so long."""


def announce(line: Any, asker: str, number: int) -> int:
    """This asker asks the question of this number; returns the highest of theirs. `line` is a connection."""
    with line.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_asking (asker, number) VALUES (%s, %s) ON CONFLICT (asker) DO UPDATE "
            "SET number = greatest(segments_asking.number, EXCLUDED.number), at = now() RETURNING number",
            [asker, number],
        )
        (newest,) = cursor.fetchone()
    return int(newest)


def newest(line: Any, asker: str) -> int:
    with line.cursor() as cursor:
        cursor.execute("SELECT number FROM segments_asking WHERE asker = %s", [asker])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


def sweep(line: Any) -> None:
    """Take out what is older than anybody waits. An answered question stays: a slower one before it still looks."""
    with line.cursor() as cursor:
        cursor.execute("DELETE FROM segments_asking WHERE at < now() - %s::interval", [OLDEST])
