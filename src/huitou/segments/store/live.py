"""Live segments as rows: who is in them, who moved, and who is looked at when. Whoever follows holds the turn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import Answer, Trip
from huitou.segments.terms import LiveSeen, MoveSeen, TurnSeen

LOOKS = pa.schema([("member_id", pa.int64()), ("at", pa.timestamp("us", tz="UTC"))])
_PATIENCE = "60s"
"""Whoever holds the turn and says nothing to the database for so long is cut off: another takes over."""


def every() -> list[LiveSeen]:
    """By name."""
    rows = _run(
        "SELECT s.id, s.name, l.since, l.found_by, l.counted_at, l.restated, "
        "(SELECT count(*) FROM segments_membership m WHERE m.segment_id = s.id) "
        "FROM segments_live l JOIN segments_segment s ON s.id = l.segment_id ORDER BY s.name"
    )
    return [LiveSeen(*row) for row in rows]


def ids() -> dict[str, tuple[int, str]]:
    """By name the segment's number and what its members were found by."""
    rows = _run(
        "SELECT s.name, s.id, l.found_by FROM segments_live l JOIN segments_segment s ON s.id = l.segment_id ORDER BY 1"
    )
    return {name: (number, found_by) for name, number, found_by in rows}


def switch_on(name: str) -> None:
    _run(
        "INSERT INTO segments_live (segment_id) SELECT id FROM segments_segment WHERE name = %s "
        "ON CONFLICT DO NOTHING RETURNING segment_id",
        name,
    )


def switch_off(name: str) -> None:
    """Nobody is in it from here on, and nobody was."""
    for table in ("segments_membership", "segments_move", "segments_live"):
        _run(
            f"DELETE FROM {table} l USING segments_segment s WHERE s.id = l.segment_id AND s.name = %s "
            "RETURNING l.segment_id",
            name,
        )


def turn() -> TurnSeen:
    ((number, mark, at),) = _run("SELECT number, mark::text, at FROM segments_turn") or [(0, None, None)]
    return TurnSeen(number, json.loads(mark) if mark else None, at)


def take_turn(number: int) -> bool:
    """Hold the turn until the transaction ends. False where somebody holds it, or it is no longer that one."""
    _run("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", _PATIENCE)
    # The row is made anew where a database was emptied.
    _run("INSERT INTO segments_turn (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id")
    return bool(_run("SELECT 1 FROM segments_turn WHERE number = %s FOR UPDATE SKIP LOCKED", number))


def end_turn(mark: Mapping[str, Any], at: datetime) -> None:
    _run("UPDATE segments_turn SET number = number + 1, mark = %s::jsonb, at = %s RETURNING id", json.dumps(mark), at)


def wait_for_turn() -> None:
    """Hold the turn until the transaction ends; whoever has read it before comes too late."""
    _run("INSERT INTO segments_turn (id) VALUES (1) ON CONFLICT DO NOTHING RETURNING id")
    _run("UPDATE segments_turn SET number = number + 1 RETURNING id")


def start_over() -> None:
    """Let the next turn ask everybody."""
    wait_for_turn()
    _run("UPDATE segments_turn SET mark = NULL RETURNING id")


_FOUND = (
    "CREATE TEMP TABLE IF NOT EXISTS found_member (segment_id bigint, member_id bigint, "
    "PRIMARY KEY (segment_id, member_id)) ON COMMIT DELETE ROWS"
)
_ASKED = "CREATE TEMP TABLE IF NOT EXISTS asked_member (member_id bigint PRIMARY KEY) ON COMMIT DELETE ROWS"
# One statement for all segments, so that who moved and what is written down of it cannot differ.
_SETTLE = """
WITH away AS (
    DELETE FROM segments_membership m WHERE m.segment_id = ANY(%(segments)s) {of}
    AND NOT EXISTS (SELECT FROM found_member f WHERE f.segment_id = m.segment_id AND f.member_id = m.member_id)
    RETURNING m.segment_id, m.member_id
), came AS (
    INSERT INTO segments_membership (segment_id, member_id, since) SELECT segment_id, member_id, %(at)s
    FROM found_member ON CONFLICT DO NOTHING RETURNING segment_id, member_id
), noted AS (
    INSERT INTO segments_move (segment_id, member_id, entered, at, because)
    SELECT segment_id, member_id, entered, %(at)s, %(because)s FROM (
        SELECT segment_id, member_id, false AS entered FROM away UNION ALL SELECT segment_id, member_id, true FROM came
    ) moved ORDER BY member_id, segment_id RETURNING segment_id
) SELECT segment_id, count(*) FROM noted GROUP BY 1
"""
_OF = "AND EXISTS (SELECT FROM asked_member a WHERE a.member_id = m.member_id)"


def ask(members: Sequence[int] | None) -> None:
    """Of whom `settle` speaks from here on: these, or everybody."""
    _do(_FOUND, _ASKED, "DELETE FROM asked_member")
    if members:
        bulk.copy_in("asked_member", ["member_id"], pa.table({"member_id": pa.array(members, pa.int64())}))


def settle(found: Mapping[int, Sequence[int]], *, at: datetime, because: str, everybody: bool) -> dict[int, int]:
    """Of those asked, exactly the found ones are in each of these segments now; how many moved, by segment."""
    _do("DELETE FROM found_member")
    if any(found.values()):
        bulk.copy_in("found_member", ["segment_id", "member_id"], _pairs(found))
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE.format(of="" if everybody else _OF), {"segments": list(found), "at": at, "because": because}
        )
        moved = dict(cursor.fetchall())
    return {segment: moved.get(segment, 0) for segment in found}


def _pairs(found: Mapping[int, Sequence[int]]) -> pa.Table:
    segments = [segment for segment, members in found.items() for _ in members]
    members = [member for members in found.values() for member in members]
    return pa.table({"segment_id": pa.array(segments, pa.int64()), "member_id": pa.array(members, pa.int64())})


def note_counted(segment: int, found_by: str, at: datetime, restated: int) -> None:
    _run(
        "UPDATE segments_live SET found_by = %s, counted_at = %s, restated = restated + %s WHERE segment_id = %s "
        "RETURNING segment_id",
        found_by,
        at,
        restated,
        segment,
    )


def write_looks(rows: Iterable[pa.Table], *, everybody: bool) -> None:
    """When those asked (or everybody) are to be looked at next; who is not among the rows, never."""
    _do("DELETE FROM segments_look" if everybody else "DELETE FROM segments_look m WHERE true " + _OF)
    for part in rows:
        bulk.copy_in("segments_look", LOOKS.names, part)


def due(now: datetime, limit: int) -> list[int]:
    """Whom time may have moved, the longest overdue first."""
    rows = _run("SELECT member_id FROM segments_look WHERE at <= %s ORDER BY at, member_id LIMIT %s", now, limit)
    return [member for (member,) in rows]


def due_since(now: datetime) -> datetime | None:
    """Since when somebody waits whom time may have moved."""
    ((since,),) = _run("SELECT min(at) FROM segments_look WHERE at <= %s", now)
    return since


def overdue(now: datetime) -> tuple[int, datetime | None, int]:
    """How many are due, since when, and how many wait in all."""
    ((due_now, since, waiting),) = _run(
        "SELECT count(*) FILTER (WHERE at <= %s), min(at) FILTER (WHERE at <= %s), count(*) FROM segments_look",
        now,
        now,
    )
    return due_now, since, waiting


def member_ids(name: str, of: Sequence[int] | None = None) -> list[int]:
    rows = _run(
        "SELECT m.member_id FROM segments_membership m JOIN segments_segment s ON s.id = m.segment_id "
        f"WHERE s.name = %s{'' if of is None else ' AND m.member_id = ANY(%s)'} ORDER BY 1",
        *([name] if of is None else [name, list(of)]),
    )
    return [member for (member,) in rows]


def moves(name: str, after: int, limit: int) -> list[MoveSeen]:
    rows = _run(
        "SELECT v.id, v.member_id, v.entered, v.at, v.because FROM segments_move v "
        "JOIN segments_segment s ON s.id = v.segment_id WHERE s.name = %s AND v.id > %s ORDER BY v.id LIMIT %s",
        name,
        after,
        limit,
    )
    return [MoveSeen(*row) for row in rows]


def newest_moves(name: str, limit: int) -> list[MoveSeen]:
    """The newest first, since it was switched on; those who were in it then, perhaps all members, are not looked
    through: nothing newer lies before them."""
    rows = _run(
        "SELECT v.id, v.member_id, v.entered, v.at, v.because FROM segments_move v "
        "JOIN segments_segment s ON s.id = v.segment_id WHERE s.name = %s ORDER BY v.id DESC LIMIT %s",
        name,
        limit,
    )
    return [MoveSeen(*row) for row in rows if row[-1] != "first"]


def moved_by_day(name: str, zone: str, most: int) -> tuple[list[tuple[date, int, int]], bool]:
    """(day, came, left), the first day first, of so many of the newest moves since it was switched on; who was in it
    then has not moved. And whether that is all of them: else of the first day some are missing."""
    rows = _run(
        "SELECT day, count(*) FILTER (WHERE entered AND because <> 'first'), count(*) FILTER (WHERE NOT entered), "
        "count(*) FROM (SELECT (v.at AT TIME ZONE %s)::date AS day, v.entered, v.because FROM segments_move v "
        "JOIN segments_segment s ON s.id = v.segment_id WHERE s.name = %s ORDER BY v.id DESC LIMIT %s) newest "
        "GROUP BY day ORDER BY day",
        *(zone, name, most),
    )
    return [row[:3] for row in rows], sum(row[3] for row in rows) < most


def ask_names(trip: Trip, member: int, at: datetime) -> Answer:
    """The live segments that a member was in at a moment, by name, on a trip."""
    return trip.ask(
        "SELECT coalesce(array_agg(s.name ORDER BY s.name), '{}')::text[] FROM ("
        "SELECT DISTINCT ON (segment_id) segment_id, entered FROM segments_move "
        "WHERE member_id = %s AND at <= %s ORDER BY segment_id, id DESC) last "
        "JOIN segments_live l USING (segment_id) JOIN segments_segment s ON s.id = l.segment_id WHERE entered",
        [member, at],
    )


def of_member(member: int) -> list[dict[str, Any]]:
    rows = _run(
        "SELECT s.name, m.since FROM segments_membership m JOIN segments_segment s ON s.id = m.segment_id "
        "WHERE m.member_id = %s ORDER BY 1",
        member,
    )
    return [{"segment": name, "since": since} for name, since in rows]


def moves_of_member(member: int) -> list[dict[str, Any]]:
    rows = _run(
        "SELECT s.name, v.entered, v.at, v.because FROM segments_move v JOIN segments_segment s ON s.id = v.segment_id "
        "WHERE v.member_id = %s ORDER BY v.id",
        member,
    )
    return [{"segment": name, "entered": entered, "at": at, "because": why} for name, entered, at, why in rows]


def looks_of_member(member: int) -> list[datetime]:
    return [at for (at,) in _run("SELECT at FROM segments_look WHERE member_id = %s", member)]


def forget_member(member: int) -> dict[str, int]:
    """They are in nothing, were in nothing, and nobody looks at them again."""
    return {
        table: len(_run(f"DELETE FROM {table} WHERE member_id = %s RETURNING 1", member))
        for table in ("segments_membership", "segments_move", "segments_look")
    }


def _do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
