"""Receipts written by the thousand, and the sales that returns belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Protocol

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.receipts.store import months
from huitou.receipts.terms import Match, OpenReturn, SoldLine

IDENTITY_COLUMNS = ("id", "source", "store_id", "till", "business_date", "number", "kind", "digest")
RECEIPT_COLUMNS = (
    "id",
    "source",
    "store_id",
    "till",
    "business_date",
    "number",
    "kind",
    "at",
    "channel",
    "member_id",
    "net_fen",
    "discount_fen",
    "line_count",
    "batch_id",
)
LINE_COLUMNS = (
    "receipt_id",
    "line",
    "business_date",
    "product_id",
    "quantity_milli",
    "unit_price",
    "discount_fen",
    "net_fen",
)
_KNOWN = pa.schema([("basket", pa.int64()), ("same", pa.bool_()), ("receipt_id", pa.int64())])


def insert_batch(
    *,
    kind: str,
    source: str,
    file_name: str,
    file_digest: str,
    mapping: dict[str, Any],
    actor: str,
    reading: dict[str, Any],
    mends: int | None,
) -> int:
    with connection.cursor() as cursor:
        # Imports take turns: two at once would both find a receipt new.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts import'))")
        cursor.execute(
            "INSERT INTO receipts_import (kind, source, file_name, file_digest, mapping, actor, reading, "
            "mends_id, report) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, '{}') RETURNING id",
            [
                kind,
                source,
                file_name,
                file_digest,
                json.dumps(mapping, ensure_ascii=False),
                actor,
                json.dumps(reading),
                mends,
            ],
        )
        return cursor.fetchone()[0]


def write_report(batch: int, report: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_import SET report = %s WHERE id = %s",
            [json.dumps(report, ensure_ascii=False), batch],
        )


def insert_refusals(rows: pa.Table) -> None:
    """`rows`: batch_id, row_number, code, detail, row (JSON text), and facts (JSON text) where a detail has braces."""
    bulk.copy_in("receipts_refusal", rows.column_names, rows)


def known_baskets(source: str, rows: pa.RecordBatchReader, at_once: int) -> Iterator[pa.Table]:
    """Which baskets were taken before, and whether with the same contents: (basket, same, receipt_id), so many at once.

    `rows`: basket, store_id, till, business_date, number, kind, digest.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_basket (basket bigint, store_id integer, till text, business_date date, "
            "number text, kind text, digest text) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_basket", rows.schema.names, rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE arriving_basket")
        cursor.execute(
            "CREATE TEMP TABLE known_basket ON COMMIT DROP AS SELECT a.basket, r.digest = a.digest AS same, r.id "
            "FROM arriving_basket a JOIN receipts_identity r ON r.source = %s AND r.store_id = a.store_id "
            "AND r.till = a.till AND r.business_date = a.business_date AND r.number = a.number AND r.kind = a.kind "
            "AND r.undone_by_id IS NULL",
            [source],
        )
    yield from bulk.copy_out("SELECT basket, same, id FROM known_basket", _KNOWN, batch_rows=at_once)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE arriving_basket, known_basket")


class Heads(Protocol):
    """Gives receipts with the columns of both tables: of all months, or of some (their first days)."""

    def __call__(self, of: Collection[date] | None = None, /) -> pa.RecordBatchReader: ...


Lines = Callable[[Collection[date]], pa.RecordBatchReader]


def insert_receipts(dates: Iterable[date], heads: Heads, lines: Lines) -> None:
    """A month that is new is written before its indices: they are built at once then, which takes a fraction."""
    with connection.cursor() as cursor:
        # Keys that wait for the commit are remembered row by row until then.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    wanted = {months.first_of(day) for day in dates}
    new = months.begin(wanted)
    # A statement remembers each of its rows until its end, to check their keys: so month by month.
    for month in sorted(wanted):
        bulk.copy_in("receipts_identity", IDENTITY_COLUMNS, _columns(heads([month]), IDENTITY_COLUMNS))
    for month in new:
        bulk.copy_in(months.part("receipt", month), RECEIPT_COLUMNS, _columns(heads([month]), RECEIPT_COLUMNS))
        bulk.copy_in(months.part("line", month), LINE_COLUMNS, lines([month]))
        months.attach(month)
    if rest := wanted - set(new):
        bulk.copy_in("receipts_receipt", RECEIPT_COLUMNS, _columns(heads(rest), RECEIPT_COLUMNS))
        bulk.copy_in("receipts_line", LINE_COLUMNS, lines(rest))
    with connection.cursor() as cursor:
        if new:  # written beside the table, where nobody notes whose they are
            cursor.execute("SELECT members_note_everybody('r')")
        # What stands here must be whole by now; what comes after in this transaction may wait again.
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    touched = [months.part(table, month) for month in sorted(wanted) for table in ("receipt", "line")]
    bulk.freshen_statistics("receipts_identity", *touched, parted=["receipts_receipt", "receipts_line"])


def _columns(rows: pa.RecordBatchReader, names: Sequence[str]) -> pa.RecordBatchReader:
    schema = pa.schema([rows.schema.field(name) for name in names])
    return pa.RecordBatchReader.from_batches(schema, (piece.select(list(names)) for piece in rows))


# Small and counted before it is joined: of the rows that just came the planner knows little, and would search them
# anew for each return of the chain.
_TOUCHED = """
CREATE TEMP TABLE touched_member ON COMMIT DROP AS
SELECT DISTINCT member_id FROM receipts_receipt WHERE batch_id = %s AND member_id IS NOT NULL
"""

_OPEN_RETURNS = """
CREATE TEMP TABLE open_return ON COMMIT DROP AS
SELECT r.member_id, l.product_id, r.id AS receipt_id, l.line, r.at,
       -l.quantity_milli - coalesce(m.matched, 0) AS open_milli, r.kind = 'sale' AS in_sale, -l.net_fen AS given_fen,
       r.came_now
FROM (SELECT r.id, r.business_date, r.member_id, r.at, r.kind, r.batch_id IS NOT DISTINCT FROM %(batch)s AS came_now
      FROM touched_member t JOIN receipts_receipt r ON r.member_id = t.member_id AND r.kind = 'return'
      UNION ALL
      SELECT id, business_date, member_id, at, kind, true
      FROM receipts_receipt WHERE batch_id = %(batch)s AND kind = 'sale' AND member_id IS NOT NULL) r
JOIN receipts_line l ON l.receipt_id = r.id AND l.business_date = r.business_date AND l.quantity_milli < 0
LEFT JOIN (SELECT return_receipt_id, return_line, sum(quantity_milli) AS matched
           FROM receipts_returnmatch GROUP BY 1, 2) m ON m.return_receipt_id = r.id AND m.return_line = l.line
WHERE -l.quantity_milli > coalesce(m.matched, 0)
  -- A return that names its sale gives back that one and no other.
  AND NOT EXISTS (SELECT FROM receipts_returnof n WHERE n.return_receipt_id = r.id)
"""

_SOLD_LINES = """
SELECT r.member_id, l.product_id, r.id, l.line, r.at, l.quantity_milli - coalesce(m.matched, 0)
FROM (SELECT DISTINCT member_id, product_id FROM open_return WHERE member_id BETWEEN %(first)s AND %(last)s) o
-- Said once more of the receipts: the planner does not conclude it, and would read all of them for each piece.
JOIN receipts_receipt r ON r.member_id = o.member_id AND r.kind = 'sale' AND r.member_id BETWEEN %(first)s AND %(last)s
JOIN receipts_line l ON l.receipt_id = r.id AND l.business_date = r.business_date
    AND l.product_id = o.product_id AND l.quantity_milli > 0
LEFT JOIN LATERAL (SELECT sum(quantity_milli) AS matched FROM receipts_returnmatch
                   WHERE sale_receipt_id = r.id AND sale_line = l.line) m ON true
WHERE l.quantity_milli > coalesce(m.matched, 0)
"""


# Whole members, so many returned lines together.
_PIECES = """
SELECT min(member_id), max(member_id) FROM (
    SELECT member_id, (sum(count(*)) OVER (ORDER BY member_id) - count(*))::bigint / %s AS piece
    FROM open_return GROUP BY member_id) p GROUP BY piece ORDER BY 1
"""


def open_returns(batch: int, at_once: int) -> Iterator[tuple[list[OpenReturn], list[SoldLine]]]:
    """Returned lines that no sale explains yet, of members whom this batch touches, and what they may give back.

    In pieces of whole members, of about `at_once` returned lines: what a piece finds may be written before the next.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOUCHED, [batch])
        cursor.execute("ANALYZE touched_member")
        cursor.execute(_OPEN_RETURNS, {"batch": batch})
        cursor.execute("ANALYZE open_return")
        cursor.execute(_PIECES, [at_once])
        for first, last in cursor.fetchall():
            cursor.execute(
                "SELECT member_id, product_id, receipt_id, line, at, open_milli, in_sale, given_fen, came_now "
                "FROM open_return WHERE member_id BETWEEN %s AND %s",
                [first, last],
            )
            returns = [OpenReturn(*row) for row in cursor.fetchall()]
            cursor.execute(_SOLD_LINES, {"first": first, "last": last})
            yield returns, [SoldLine(*row) for row in cursor.fetchall()]
        cursor.execute("DROP TABLE touched_member, open_return")


def insert_matches(matches: Sequence[Match]) -> None:
    rows = pa.table(
        {
            "return_receipt_id": [match.return_receipt for match in matches],
            "return_line": [match.return_line for match in matches],
            "sale_receipt_id": [match.sale_receipt for match in matches],
            "sale_line": [match.sale_line for match in matches],
            "quantity_milli": [match.quantity_milli for match in matches],
        }
    )
    bulk.copy_in("receipts_returnmatch", rows.column_names, rows)


def lines_of_receipts(receipts: Iterable[int]) -> list[tuple[int, int, int, int]]:
    """(receipt, line, quantity_milli, net_fen) of every line of these receipts, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.receipt_id, l.line, l.quantity_milli, l.net_fen FROM receipts_identity i "
            "JOIN receipts_line l ON l.receipt_id = i.id AND l.business_date = i.business_date "
            "WHERE i.id = ANY(%s) ORDER BY 1, 2",
            [list(receipts)],
        )
        return cursor.fetchall()


def matches_of_sales(receipts: Iterable[int]) -> list[tuple[int, int, int, int]]:
    """(sale receipt, sale line, return receipt, quantity_milli), in the order in which they were found."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sale_receipt_id, sale_line, return_receipt_id, quantity_milli "
            "FROM receipts_returnmatch WHERE sale_receipt_id = ANY(%s) ORDER BY id",
            [list(receipts)],
        )
        return cursor.fetchall()


def business_dates(receipts: list[int]) -> dict[int, date]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, business_date FROM receipts_identity WHERE id = ANY(%s)", [receipts])
        return dict(cursor.fetchall())


def insert_month_gone(batch: int, month: date, *, lines: int, quantity_milli: int, net_fen: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO receipts_monthgone (month, batch_id, lines, quantity_milli, net_fen) "
            "VALUES (%s, %s, %s, %s, %s)",
            [month, batch, lines, quantity_milli, net_fen],
        )


def imports_of(source: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT file_name, max(id) FROM receipts_import WHERE source = %s GROUP BY 1", [source])
        return dict(cursor.fetchall())
