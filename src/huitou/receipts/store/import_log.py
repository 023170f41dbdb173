"""Imports as they are looked up, what they brought besides their receipts, and their undo (ADR 16)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.receipts.rules import spans
from huitou.receipts.terms.imports import ImportSeen, Standing

_IMPORT = (
    "i.id, i.kind, i.source, i.file_name, i.file_digest, i.mapping::text, i.reading::text, i.actor, i.started_at, "
    "i.report::text, i.mends_id, i.rows_left, i.undone_at, i.undone_by, i.undo::text, "
    "(SELECT count(*) FROM receipts_refusal f WHERE f.batch_id = i.id AND f.taken_by_id IS NULL "
    "AND f.dismissed_at IS NULL)"
)


def imports_seen(before: int | None, limit: int, number: int | None = None) -> list[ImportSeen]:
    """Newest first, older than import `before`; or the one of this number."""
    where, values = "", []
    if number is not None:
        where, values = "WHERE i.id = %s", [number]
    elif before is not None:
        where, values = "WHERE i.id < %s", [before]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_IMPORT} FROM receipts_import i {where} ORDER BY i.id DESC LIMIT %s", [*values, limit])
        return [_seen(row) for row in cursor.fetchall()]


def _seen(row: Sequence[Any]) -> ImportSeen:
    number, kind, source, name, digest, mapping, reading, actor, started, report, mends, left, at, by, undo, waiting = (
        row
    )
    return ImportSeen(
        id=number, kind=kind, source=source, file_name=name, file_digest=digest, mapping=json.loads(mapping),
        reading=json.loads(reading), actor=actor, started_at=started, report=json.loads(report), mends=mends,
        rows_left=left, undone_at=at, undone_by=by, undo=json.loads(undo), rows_waiting=0 if at else waiting,
    )  # fmt: skip


def refused_by_code(batch: int) -> dict[str, int]:
    """Refused rows that wait, by code, most first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, count(*) FROM receipts_refusal WHERE batch_id = %s AND taken_by_id IS NULL "
            "AND dismissed_at IS NULL GROUP BY code ORDER BY 2 DESC, 1",
            [batch],
        )
        return dict(cursor.fetchall())


def insert_brought(batch: int, what: str, ids: Iterable[int]) -> None:
    """Write down which rows an import made, or which receipts it brought that were here (`again`), beside those that
    were written down before."""
    insert_spans(batch, what, *spans.of(sorted(ids)))


def insert_spans(batch: int, what: str, firsts: Sequence[int], lasts: Sequence[int]) -> None:
    if not firsts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receipts_brought AS b (batch_id, what, firsts, lasts) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (batch_id, what) DO UPDATE SET firsts = b.firsts || excluded.firsts, "
            "lasts = b.lasts || excluded.lasts",
            [batch, what, list(firsts), list(lasts)],
        )


def brought(batches: Sequence[int], what: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generate_series(first, last) FROM (SELECT unnest(firsts) AS first, unnest(lasts) AS last "
            "FROM receipts_brought WHERE batch_id = ANY(%s) AND what = %s) s",
            [list(batches), what],
        )
        return [number for (number,) in cursor.fetchall()]


def take_turn(batch: int) -> None:
    """As the turn of an import: nobody takes receipts in, or undoes, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts import'))")
        cursor.execute("SELECT FROM receipts_import WHERE id = %s FOR NO KEY UPDATE", [batch])


_AGAIN = "SELECT b.batch_id, unnest(b.firsts) AS first, unnest(b.lasts) AS last FROM receipts_brought b"

# A receipt leaves with the last import that brought it; one that a till told us of stays.
_LEAVING = f"""
CREATE TEMP TABLE leaving ON COMMIT DROP AS
SELECT r.id, r.business_date, r.batch_id, r.kind, r.member_id, r.line_count, r.net_fen
FROM receipts_receipt r JOIN receipts_import owner ON owner.id = r.batch_id
WHERE (r.batch_id = %(batch)s OR owner.undone_at IS NOT NULL AND EXISTS (
        SELECT FROM ({_AGAIN} WHERE b.batch_id = %(batch)s AND b.what = 'again') s
        WHERE r.id BETWEEN s.first AND s.last))
  AND NOT EXISTS (SELECT FROM ({_AGAIN} JOIN receipts_import i ON i.id = b.batch_id
        WHERE b.what = 'again' AND b.batch_id <> %(batch)s AND i.undone_at IS NULL) s
        WHERE r.id BETWEEN s.first AND s.last)
"""


def find_leaving(batch: int) -> Standing:
    """Gather the receipts that leave with this import into the temporary table `leaving`; what they add up to, and
    how many stay because somebody else brought them too."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS leaving")
        cursor.execute(_LEAVING, {"batch": batch})
        cursor.execute("CREATE UNIQUE INDEX ON leaving (id)")
        cursor.execute("ANALYZE leaving")
        cursor.execute(
            "SELECT count(*), coalesce(sum(line_count), 0)::bigint, coalesce(sum(net_fen), 0)::bigint, "
            "count(*) FILTER (WHERE batch_id <> %s), (SELECT count(*) FROM receipts_receipt r "
            "WHERE r.batch_id = %s AND NOT EXISTS (SELECT FROM leaving l WHERE l.id = r.id)) FROM leaving",
            [batch, batch],
        )
        return Standing(*cursor.fetchone())


_GONE = f"""
SELECT to_char(month, 'YYYY-MM') FROM receipts_monthgone WHERE batch_id = %(batch)s
UNION ALL SELECT to_char(i.business_date, 'YYYY-MM') FROM ({_AGAIN} WHERE b.batch_id = %(batch)s AND b.what = 'again') s
JOIN receipts_identity i ON i.id BETWEEN s.first AND s.last AND i.undone_by_id IS NULL
WHERE EXISTS (SELECT FROM receipts_monthgone g JOIN receipts_import o ON o.id = g.batch_id
              WHERE o.undone_at IS NOT NULL AND g.month = date_trunc('month', i.business_date)::date)
  AND NOT EXISTS (SELECT FROM receipts_receipt r WHERE r.id = i.id AND r.business_date = i.business_date)
ORDER BY 1 LIMIT 1
"""
# The latest match of a sale goes first: how much each return takes back depends on those before it.
_FOLLOWERS = """
WITH going AS (
    SELECT m.id, m.sale_receipt_id FROM receipts_returnmatch m
    WHERE EXISTS (SELECT FROM leaving l WHERE l.id = m.sale_receipt_id)
       OR EXISTS (SELECT FROM leaving l WHERE l.id = m.return_receipt_id)
), first_going AS (SELECT sale_receipt_id, min(id) AS id FROM going GROUP BY 1)
SELECT r.batch_id, r.id, r.kind, EXISTS (SELECT FROM leaving l WHERE l.id = m.sale_receipt_id) AS with_its_sale
FROM first_going g JOIN receipts_returnmatch m ON m.sale_receipt_id = g.sale_receipt_id AND m.id > g.id
    OR m.id = g.id
JOIN receipts_identity b ON b.id = m.return_receipt_id
LEFT JOIN receipts_receipt r ON r.id = b.id AND r.business_date = b.business_date
WHERE NOT EXISTS (SELECT FROM leaving l WHERE l.id = m.return_receipt_id)
"""


def month_gone(batch: int) -> str | None:
    """A month of this import, as 2025-03, that has left the books for the lake."""
    with connection.cursor() as cursor:
        cursor.execute(_GONE, {"batch": batch})
        row = cursor.fetchone()
    return row[0] if row else None


def followers() -> list[tuple[int | None, int | None, str | None, bool]]:
    """What came back of the leaving receipts' sales and stays: (its import or None for a till, receipt, kind, whether
    its sale leaves)."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWERS)
        return cursor.fetchall()


def claimed() -> int:
    """How many of the leaving receipts, which had no member, somebody claimed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM receipts_claim WHERE receipt_id IN (SELECT id FROM leaving)")
        return cursor.fetchone()[0]


def leaving_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM leaving ORDER BY id")
        return [number for (number,) in cursor.fetchall()]


def delete_leaving(batch: int) -> None:
    """The receipts of `leaving` leave the books; their identities stay for the postings, and give their names free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM receipts_returnmatch WHERE sale_receipt_id IN (SELECT id FROM leaving) "
            "OR return_receipt_id IN (SELECT id FROM leaving)"
        )
        cursor.execute(
            "DELETE FROM receipts_line l USING leaving g "
            "WHERE l.receipt_id = g.id AND l.business_date = g.business_date"
        )
        cursor.execute(
            "DELETE FROM receipts_receipt r USING leaving g WHERE r.id = g.id AND r.business_date = g.business_date"
        )
        cursor.execute("UPDATE receipts_identity i SET undone_by_id = %s FROM leaving g WHERE i.id = g.id", [batch])
        cursor.execute(
            "UPDATE receipts_import i SET rows_left = i.rows_left + g.rows FROM ("
            "SELECT batch_id, sum(line_count) AS rows FROM leaving GROUP BY 1) g WHERE i.id = g.batch_id"
        )


def write_undo(batch: int, actor: str, undo: dict[str, Any]) -> None:
    """The import is undone; rows of other imports' quarantine that it had taken wait again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_import SET undone_at = clock_timestamp(), undone_by = %s, undo = %s WHERE id = %s",
            [actor, json.dumps(undo, ensure_ascii=False), batch],
        )
        cursor.execute("UPDATE receipts_refusal SET taken_by_id = NULL WHERE taken_by_id = %s", [batch])


def undone_receipts(batch: int) -> list[int]:
    """The receipts that left with this import's undo."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM receipts_identity WHERE undone_by_id = %s ORDER BY id", [batch])
        return [number for (number,) in cursor.fetchall()]


def undone_imports() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM receipts_import WHERE undone_at IS NOT NULL ORDER BY id")
        return [batch for (batch,) in cursor.fetchall()]


def described_before(moment: datetime) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM receipts_import WHERE kind IN ('members', 'products', 'stores') AND started_at < %s",
            [moment],
        )
        return [batch for (batch,) in cursor.fetchall()]


def rows_left() -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, rows_left FROM receipts_import WHERE rows_left > 0")
        return dict(cursor.fetchall())


def owners_of_leaving() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT batch_id FROM leaving ORDER BY 1")
        return [batch for (batch,) in cursor.fetchall()]


def left_whole(batch: int) -> bool:
    """Whether every row of an import left with its own undo, and no receipt of another import did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (undo->>'rows')::bigint = (report->>'rows_taken')::bigint AND undo->>'of_others' = '0' "
            "FROM receipts_import WHERE id = %s",
            [batch],
        )
        return bool(cursor.fetchone()[0])


def forget_stores(stores: Sequence[int]) -> None:
    """Identities of undone imports no longer name these stores, which leave."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_identity SET store_id = NULL WHERE undone_by_id IS NOT NULL AND store_id = ANY(%s)",
            [list(stores)],
        )


_COLUMN = {
    "member": ("receipts_receipt", "member_id"),
    "store": ("receipts_receipt", "store_id"),
    "product": ("receipts_line", "product_id"),
}


def unnamed(what: str, ids: Sequence[int]) -> list[int]:
    """Which of these members, stores or products no receipt in the books names."""
    table, column = _COLUMN[what]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT w.id FROM unnest(%s::bigint[]) AS w (id) "
            f"WHERE NOT EXISTS (SELECT FROM {table} n WHERE n.{column} = w.id) ORDER BY 1",
            [list(ids)],
        )
        return [number for (number,) in cursor.fetchall()]


def told_of(what: str, ids: Sequence[int], undone: Sequence[int]) -> list[int]:
    """Of which of these members, stores or products another file tells than those of the imports `undone`."""
    with connection.cursor() as cursor:
        # One set of ranges: however many files tell of everything, an id is looked up in it by halving.
        cursor.execute(
            "SELECT w.id FROM unnest(%s::bigint[]) AS w (id), (SELECT range_agg(int8range(s.first, s.last, '[]')) "
            "AS ids FROM receipts_import i JOIN receipts_brought b ON b.batch_id = i.id AND b.what = 'said', "
            "LATERAL unnest(b.firsts, b.lasts) AS s (first, last) WHERE i.kind = %s AND i.id <> ALL(%s)) told "
            "WHERE w.id <@ told.ids ORDER BY 1",
            [list(ids), f"{what}s", list(undone)],
        )
        return [number for (number,) in cursor.fetchall()]


def imports_found(words: str, state: str, before: int | None, limit: int) -> list[ImportSeen]:
    """Newest first: those whose file, source or actor holds `words`, and that are `taken`, `undone` or `waiting`."""
    conditions, values = ["(%s = '' OR concat_ws(' ', file_name, source, actor) ILIKE %s)"], [words, _holding(words)]
    if before is not None:
        conditions.append("i.id < %s")
        values.append(before)
    if state in _STATES:
        conditions.append(_STATES[state])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_IMPORT} FROM receipts_import i WHERE {' AND '.join(conditions)} ORDER BY i.id DESC LIMIT %s",
            [*values, limit],
        )
        return [_seen(row) for row in cursor.fetchall()]


def come_from_elsewhere(source: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM receipts_import WHERE source <> %s) "
            "OR EXISTS (SELECT FROM receipts_identity WHERE source <> %s)",
            [source, source],
        )
        return bool(cursor.fetchone()[0])


_STATES = {
    "taken": "i.undone_at IS NULL",
    "undone": "i.undone_at IS NOT NULL",
    "waiting": "i.undone_at IS NULL AND EXISTS (SELECT FROM receipts_refusal r WHERE r.batch_id = i.id "
    "AND taken_by_id IS NULL AND dismissed_at IS NULL)",
}


def _holding(words: str) -> str:
    """A pattern for texts that hold the words as they stand."""
    for sign in ("\\", "%", "_"):
        words = words.replace(sign, "\\" + sign)
    return f"%{words}%"
