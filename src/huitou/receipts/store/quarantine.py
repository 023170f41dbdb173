"""Refused rows as they wait: looked at, mended cell by cell or all at once, dismissed, taken in later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.receipts.terms.imports import MendedRow, RefusedRow, WaitingRow

_WAITS = "batch_id = %s AND taken_by_id IS NULL AND dismissed_at IS NULL"
_STATE = (
    "CASE WHEN taken_by_id IS NOT NULL THEN 'taken' WHEN dismissed_at IS NOT NULL THEN 'dismissed' ELSE 'waiting' END"
)


def rows(batch: int, *, code: str | None, waiting: bool, after: int, limit: int) -> list[RefusedRow]:
    """In the file's order, behind row `after`."""
    where, values = ["batch_id = %s", "row_number > %s"], [batch, after]
    if code is not None:
        where, values = [*where, "code = %s"], [*values, code]
    if waiting:
        where.append("taken_by_id IS NULL AND dismissed_at IS NULL")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, row_number, code, detail, facts::text, row::text, mended::text, sealed IS NOT NULL, "
            f"{_STATE}, taken_by_id, dismissed_because FROM receipts_refusal WHERE {' AND '.join(where)} "
            "ORDER BY row_number, id LIMIT %s",
            [*values, limit],
        )
        return [_seen(row) for row in cursor.fetchall()]


def _seen(row: Sequence[Any]) -> RefusedRow:
    number, place, code, detail, facts, cells, mended, sealed, state, taken_by, because = row
    return RefusedRow(
        number, place, code, detail, json.loads(facts), json.loads(cells), json.loads(mended), sealed, state, taken_by,
        because,
    )  # fmt: skip


def count_waiting(batch: int, row_numbers: Sequence[int]) -> int:
    """How many of these rows of an import wait."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM receipts_refusal WHERE {_WAITS} AND row_number = ANY(%s)",
                       [batch, list(row_numbers)])  # fmt: skip
        return cursor.fetchone()[0]


def mend(batch: int, row_numbers: Sequence[int], cells: Mapping[str, str]) -> int:
    """Write these cells over those of waiting rows; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE receipts_refusal SET mended = mended || %s WHERE {_WAITS} AND row_number = ANY(%s)",
            [json.dumps(cells, ensure_ascii=False), batch, list(row_numbers)],
        )
        return cursor.rowcount


def replace(batch: int, field: str, old: str, new: str) -> int:
    """The same wrong value replaced in every waiting row; an empty `old` stands for an empty cell."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE receipts_refusal SET mended = mended || jsonb_build_object(%s::text, %s::text) WHERE {_WAITS} "
            "AND NOT row ? 'raw' AND row <> '{}' AND coalesce(mended ->> %s, row ->> %s, '') = %s",
            [field, new, batch, field, field, old],
        )
        return cursor.rowcount


def write_mended(batch: int, row: MendedRow) -> int:
    """Write a waiting row's cells as they are shown, and what is sealed of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal SET mended = mended || %s, sealed = %s, owner_indexes = %s "
            f"WHERE {_WAITS} AND id = %s",
            [json.dumps(row.shown, ensure_ascii=False), row.sealed, list(row.owner_indexes), batch, row.id],
        )
        return cursor.rowcount


def forget_sealed(before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal r SET sealed = NULL FROM receipts_import i "
            "WHERE i.id = r.batch_id AND i.kind <> 'receipts' AND i.started_at < %s AND r.sealed IS NOT NULL",
            [before],
        )
        return cursor.rowcount


def seal_member(batch: int, row_numbers: Sequence[int], shown: str, sealed: bytes, index: bytes | None) -> int:
    """A phone written over the members' cells of waiting rows: sealed, and shown by its mask."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal SET mended = mended || jsonb_build_object('member', %s::text), sealed = %s, "
            f"owner_indexes = array_remove(ARRAY[%s::bytea], NULL) WHERE {_WAITS} AND row_number = ANY(%s)",
            [shown, sealed, index, batch, list(row_numbers)],
        )
        return cursor.rowcount


def dismiss(batch: int, row_numbers: Sequence[int] | None, code: str | None, because: str, actor: str) -> int:
    """These waiting rows, or all of a code, are not wanted."""
    which, values = ("row_number = ANY(%s)", [list(row_numbers)]) if row_numbers is not None else ("code = %s", [code])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal SET dismissed_at = clock_timestamp(), dismissed_by = %s, dismissed_because = %s "
            f"WHERE {_WAITS} AND {which}",
            [actor, because, batch, *values],
        )
        return cursor.rowcount


def waiting(batch: int, row_numbers: Sequence[int] | None) -> list[WaitingRow]:
    """Every row that waits, or these, with the cells as they were mended, locked until the transaction ends."""
    which, values = ("AND row_number = ANY(%s)", [list(row_numbers)]) if row_numbers is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, row_number, code, CASE WHEN row ? 'raw' THEN mended ELSE row || mended END::text, row ? 'raw', "
            f"receipt_key, sealed, mended <> '{{}}' FROM receipts_refusal WHERE {_WAITS} {which} "
            "ORDER BY row_number, id FOR UPDATE",
            [batch, *values],
        )
        return [
            WaitingRow(number, place, code, json.loads(cells), raw, key, bytes(sealed) if sealed else None, mended)
            for number, place, code, cells, raw, key, sealed, mended in cursor.fetchall()
        ]


def write_taken(ids: Iterable[int], batch: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE receipts_refusal SET taken_by_id = %s WHERE id = ANY(%s)", [batch, list(ids)])


def write_judged(rows: pa.Table) -> None:
    """The reasons of rows that are refused again: (id, code, detail, facts)."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE judged_again (id bigint, code text, detail text, facts jsonb) ON COMMIT DROP")
    bulk.copy_in("judged_again", ["id", "code", "detail", "facts"], rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_refusal r SET code = j.code, detail = j.detail, facts = j.facts FROM judged_again j "
            "WHERE j.id = r.id"
        )
        cursor.execute("DROP TABLE judged_again")
