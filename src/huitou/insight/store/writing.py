"""What a refresh writes down, and the cut-offs it goes by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.insight.terms import CutOffs

# Two numbers that name the lock of the refresh in the database; nobody else uses them.
LOCK = (4, 1)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Runs that meet take turns. The lock goes with the connection, so a process that is killed holds nobody up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", LOCK)
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", LOCK)


def note_refresh(as_of: date | None, *, anew: bool) -> int:
    """A run that does not know yet how far the lake reaches: until it does, it stands with the day of the last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insight_refresh (as_of, anew, steps, restated) VALUES (coalesce(%s::date, "
            "(SELECT max(as_of) FROM insight_refresh WHERE ended_at IS NOT NULL), CURRENT_DATE), %s, '[]', '{}') "
            "RETURNING id",
            [as_of, anew],
        )
        return cursor.fetchone()[0]


def begin_refresh(refresh: int, as_of: date, version: int, cut_offs: int, *, anew: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insight_refresh SET as_of = %s, lake_version = %s, cut_offs_id = %s, anew = %s WHERE id = %s",
            [as_of, version, cut_offs, anew, refresh],
        )


def take_up(refresh: int, as_of: date, version: int, cut_offs: int, *, anew: bool) -> tuple[int, dict[str, int]] | None:
    """The newest run before `refresh` that knew where it was going, where it was stopped on its way to the very same,
    and what it restated: `refresh` is that run from now on. One to another day or state is left behind. Runs between
    them, stopped before they knew, are told with it as where it was interrupted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, restated FROM insight_refresh WHERE id = (SELECT max(id) FROM insight_refresh "
            "WHERE id < %s AND lake_version IS NOT NULL) "
            "AND ended_at IS NULL AND as_of = %s AND lake_version = %s AND cut_offs_id = %s AND anew = %s",
            [refresh, as_of, version, cut_offs, anew],
        )
        if (row := cursor.fetchone()) is None:
            return None
        cursor.execute(_INTERRUPTED, {"first": row[0], "last": refresh})
        cursor.execute("DELETE FROM insight_refresh WHERE id > %s AND id <= %s", [row[0], refresh])
    return row[0], json.loads(row[1])


_INTERRUPTED = """
UPDATE insight_refresh SET stopped_by = '', interrupted = interrupted || (
    SELECT jsonb_agg(jsonb_build_object('step', coalesce(steps -> -1 ->> 'step', 'lake'), 'by', stopped_by) ORDER BY id)
    FROM insight_refresh WHERE id >= %(first)s AND id < %(last)s)
WHERE id = %(first)s
"""


def forget_refresh(refresh: int) -> None:
    """One that found nothing to reckon is no run."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_refresh WHERE id = %s", [refresh])


def note_steps(refresh: int, steps: Sequence[Mapping[str, Any]], restated: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insight_refresh SET steps = %s, restated = %s, stopped_by = '' WHERE id = %s",
            [json.dumps(steps), json.dumps(restated), refresh],
        )


def note_stop(refresh: int, reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE insight_refresh SET stopped_by = %s WHERE id = %s", [reason[:500], refresh])


def end_refresh(refresh: int, steps: Sequence[Mapping[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insight_refresh SET ended_at = clock_timestamp(), steps = %s WHERE id = %s",
            [json.dumps(steps), refresh],
        )


def replace_kpis(rows: pa.RecordBatchReader) -> int:
    """Swap all kept values for these, in one transaction of the caller; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_kpivalue")
        bulk.copy_in("insight_kpivalue", rows.schema.names, rows)
        cursor.execute("SELECT count(*) FROM insight_kpivalue")
        return cursor.fetchone()[0]


def forget_reckoned(pictures: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for table in (*pictures, "insight_kpivalue", "insight_layerspan", "insight_stagemove", "insight_refresh"):
            cursor.execute(f"DELETE FROM {table}")


def forget_layers(members: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_layerspan WHERE member_id = ANY(%s)", [list(members)])


def forget_stores(stores: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_kpivalue WHERE store_id = ANY(%s)", [list(stores)])


def insert_cut_offs(cut_offs: CutOffs, note: str, made_by: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO insight_cutoffs (body, note, made_by) VALUES (%s, %s, %s) RETURNING id",
            [json.dumps(asdict(cut_offs)), note, made_by],
        )
        return cursor.fetchone()[0]


def history_ends() -> date | None:
    """The last day on which a member came into a layer; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(greatest(since, until)) FROM insight_layerspan")
        return cursor.fetchone()[0]


def insert_spans(rows: pa.RecordBatchReader) -> None:
    """The first history of all: (member_id, layer, since, until, cut_offs_id)."""
    bulk.copy_in("insight_layerspan", rows.schema.names, rows)


# What was found today is corrected today: the span is taken back, and the one before it goes on.
_RESTATE = """
CREATE TEMP TABLE restated ON COMMIT DROP AS
SELECT s.member_id FROM insight_layerspan s LEFT JOIN arriving_layer a USING (member_id)
WHERE s.until IS NULL AND s.since = %(day)s AND a.layer IS DISTINCT FROM s.layer;
DELETE FROM insight_layerspan s USING restated r WHERE s.member_id = r.member_id AND s.since = %(day)s;
UPDATE insight_layerspan s SET until = NULL FROM restated r WHERE s.member_id = r.member_id AND s.until = %(day)s;
"""
_CLOSE = """
UPDATE insight_layerspan s SET until = %(day)s
WHERE s.until IS NULL
  AND NOT EXISTS (SELECT FROM arriving_layer a WHERE a.member_id = s.member_id AND a.layer = s.layer);
"""
# One who left everything today (an import was undone) and is back today goes on where they were.
_OPEN = """
UPDATE insight_layerspan s SET until = NULL FROM arriving_layer a
WHERE a.member_id = s.member_id AND a.layer = s.layer AND s.until = %(day)s
  AND NOT EXISTS (SELECT FROM insight_layerspan o WHERE o.member_id = s.member_id AND o.until IS NULL);
INSERT INTO insight_layerspan (member_id, layer, since, cut_offs_id)
SELECT a.member_id, a.layer, %(day)s, %(cut_offs)s FROM arriving_layer a
WHERE NOT EXISTS (SELECT FROM insight_layerspan s WHERE s.member_id = a.member_id AND s.until IS NULL);
"""


def note_layers(rows: pa.RecordBatchReader, day: date, cut_offs: int) -> None:
    """Continue each member's history with the layer found on `day`, the last day of the history or a later one:
    (member_id, layer) of everybody who has one."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arriving_layer (member_id bigint, layer text) ON COMMIT DROP")
        bulk.copy_in("arriving_layer", ("member_id", "layer"), rows)
        cursor.execute("ANALYZE arriving_layer")
        facts = {"day": day, "cut_offs": cut_offs}
        for statement in (*_RESTATE.split(";\n"), _CLOSE, *_OPEN.split(";\n")):
            if statement.strip():
                cursor.execute(statement.strip().removesuffix(";"), facts)
        cursor.execute("DROP TABLE arriving_layer, restated")
        cursor.execute("ANALYZE insight_layerspan")
