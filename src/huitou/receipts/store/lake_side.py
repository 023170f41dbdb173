"""What the lake is given of the books, and what the books and the lake must agree on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa
from django.db import connection, transaction

from huitou.bulk import service as bulk

LINES = pa.schema(
    [
        ("import_id", pa.int64()),
        ("bundle_id", pa.int64()),
        ("receipt_id", pa.int64()),
        ("line", pa.int32()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("store_id", pa.int32()),
        ("till", pa.string()),
        ("channel", pa.string()),
        ("at_utc", pa.timestamp("us")),
        ("at_local", pa.timestamp("us")),
        ("business_date", pa.date32()),
        ("number", pa.string()),
        ("member_id", pa.int64()),
        ("product_id", pa.int64()),
        ("quantity_milli", pa.int64()),
        ("unit_price", pa.decimal128(18, 4)),
        ("discount_fen", pa.int64()),
        ("net_fen", pa.int64()),
    ]
)

_JOIN = "JOIN receipts_line l ON l.receipt_id = r.id AND l.business_date = r.business_date"
_SUMS = "count(*), sum(l.quantity_milli)::bigint, sum(l.net_fen)::bigint"
_MONTH = "date_trunc('month', r.business_date)::date"

Total = tuple[int | None, date, int, int, int]
"""(import or None for all bundles, first day of the month, lines, quantity_milli, net_fen)"""


def batch_lines(batch: int, zone: str) -> Iterable[pa.Table]:
    """Every line of an import with its receipt, in the columns of LINES."""
    return _lines(f"receipts_receipt r {_JOIN} WHERE r.batch_id = {int(batch)}", "NULL::bigint", zone)


def bundle_lines(bundle: int, zone: str) -> Iterable[pa.Table]:
    """Every line of a bundle with its receipt, in the columns of LINES."""
    spans = f"(SELECT unnest(firsts) AS first, unnest(lasts) AS last FROM receipts_bundle WHERE id = {int(bundle)}) s"
    receipts = f"{spans} JOIN receipts_receipt r ON r.id BETWEEN s.first AND s.last"
    return _lines(f"{receipts} {_JOIN}", f"{int(bundle)}::bigint", zone)


def _lines(of: str, bundle: str, zone: str) -> Iterable[pa.Table]:
    assert "'" not in zone
    return bulk.copy_out(
        f"SELECT r.batch_id, {bundle}, r.id, l.line, r.kind, r.source, r.store_id, r.till, r.channel, "
        f"r.at AT TIME ZONE 'UTC', r.at AT TIME ZONE '{zone}', r.business_date, r.number, r.member_id, l.product_id, "
        f"l.quantity_milli, l.unit_price, l.discount_fen, l.net_fen FROM {of} ORDER BY r.business_date, r.id, l.line",
        LINES,
    )


def stand_as_they_came(batch: int, count: int, first: int, last: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM receipts_receipt WHERE batch_id = %s) = %s "
            "AND NOT EXISTS (SELECT FROM receipts_claim WHERE receipt_id BETWEEN %s AND %s)",
            [batch, count, first, last],
        )
        return cursor.fetchone()[0]


def hold_bundling() -> None:
    """One bundle at a time: their numbers are committed in order, as the lake counts on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts bundle'))")


def hold_loading() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts into the lake'))")


def insert_bundle(firsts: Sequence[int], lasts: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receipts_bundle (firsts, lasts) VALUES (%s, %s) RETURNING id", [list(firsts), list(lasts)]
        )
        return cursor.fetchone()[0]


def bundles(after: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM receipts_bundle WHERE id > %s ORDER BY id", [after])
        return [bundle for (bundle,) in cursor.fetchall()]


def imports() -> list[int]:
    """Every import that brought a receipt, also where its receipts have left the books."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Each import is looked for in the index. Left to itself the planner expects to meet one soon, and reads all
        # receipts for each that has left.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT id FROM receipts_import i WHERE "
            "EXISTS (SELECT FROM receipts_monthgone g WHERE g.batch_id = i.id) "
            "OR (SELECT r.batch_id FROM receipts_receipt r WHERE r.batch_id = i.id LIMIT 1) IS NOT NULL ORDER BY id"
        )
        found = [batch for (batch,) in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
    return found


def totals_of_imports() -> list[Total]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.batch_id, {_MONTH}, {_SUMS} FROM receipts_receipt r {_JOIN} "
            "WHERE r.batch_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return cursor.fetchall()


def totals_of_bundles(recorded: Sequence[int], held: int) -> list[Total]:
    """Of the receipts that came by the API, without those still on their way: `recorded`, bundles after `held`, and
    returns that wait for their sale."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT NULL::bigint, {_MONTH}, {_SUMS} FROM receipts_receipt r {_JOIN} WHERE r.batch_id IS NULL "
            "AND NOT EXISTS (SELECT FROM (SELECT unnest(%s::bigint[]) AS id UNION ALL "
            "SELECT return_receipt_id FROM receipts_returnof WHERE applied_at IS NULL UNION ALL "
            "SELECT generate_series(first, last) FROM (SELECT unnest(firsts) AS first, unnest(lasts) AS last "
            "FROM receipts_bundle WHERE id > %s) s) w WHERE w.id = r.id) GROUP BY 1, 2 ORDER BY 2",
            [list(recorded), held],
        )
        return cursor.fetchall()


def totals_gone() -> list[Total]:
    """Of the months that have left the books."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch_id, month, sum(lines)::bigint, sum(quantity_milli)::bigint, sum(net_fen)::bigint "
            "FROM receipts_monthgone GROUP BY 1, 2"
        )
        return cursor.fetchall()
