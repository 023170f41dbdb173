"""The judged rows of a till's file, ready for the books and for the lake: in DuckDB, however many they are.

Nothing here brings rows into Python but in pieces of `AT_ONCE`, so an import takes as much memory for ten million lines
as for one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import accumulate

import duckdb
import pyarrow as pa
from django.conf import settings

from huitou.receipts import service as receipts

AT_ONCE = 100_000
Tell = Callable[[int, int], None]
"""Hears how many lines of how many are written."""

# Sorted first and joined then, so many at once: all in one statement, the receipts of a hundred million lines did not
# fit the memory that reading a file may take. A join may mix the order, so each stretch is put in order again.
_IN_ORDER = 'CREATE TABLE in_order AS FROM baskets ORDER BY "at", basket'
_NUMBERED = """
SELECT b.* EXCLUDE (place), place + {shift} AS receipt_id, store_id, member_id
FROM (SELECT *, rowid AS place FROM in_order WHERE rowid >= {begin} AND rowid < {end}) b
JOIN store_ids USING (store) LEFT JOIN member_ids m ON b.member = m.value
ORDER BY receipt_id
"""
RECEIPTS_NUMBERED_AT_ONCE = 500_000
# In order, so that indices grow at their end, and so that a month is found without looking at the others.
_LINES = """
SELECT receipt_id, line, business_date, product_id, quantity_milli, unit_price, c.discount_fen, c.net_fen
FROM clean c JOIN (SELECT basket, receipt_id, business_date FROM receipt_rows
                   WHERE receipt_id BETWEEN {first} AND {last}) USING (basket)
JOIN product_ids USING (sku) ORDER BY receipt_id, line
"""
LINES_SORTED_AT_ONCE = 500_000
"""About so many: sorted all at once, lines of ten million do not fit the memory that reading a file may take."""
_LAKE_LINES = """
SELECT {batch}::BIGINT AS import_id, NULL::BIGINT AS bundle_id, receipt_id, line, kind, '{source}' AS source, store_id,
       till, channel, timezone('UTC', "at") AS at_utc, timezone('{zone}', "at") AS at_local, l.business_date,
       receipt AS number, member_id, product_id, sku, category, quantity_milli, unit_price, l.discount_fen, l.net_fen
FROM (FROM ready_lines WHERE {month}) l JOIN (FROM receipt_rows WHERE {month}) USING (receipt_id)
JOIN named_products USING (product_id) ORDER BY l.business_date, receipt_id, line
"""


def number_rows(session: duckdb.DuckDBPyConnection) -> None:
    """Leaves `receipt_rows` and `ready_lines`.

    `baskets`, `clean`, `store_ids`, `product_ids` and `member_ids` must be there.
    """
    session.execute(_IN_ORDER)
    ((count,),) = session.sql("SELECT count(*) FROM in_order").fetchall()
    session.execute(f"CREATE TABLE receipt_rows AS {_NUMBERED.format(shift=0, begin=0, end=0)}")
    place = 0
    for first_id, length in receipts.new_ids(count):
        for begin in range(place, place + length, RECEIPTS_NUMBERED_AT_ONCE):
            end = min(begin + RECEIPTS_NUMBERED_AT_ONCE, place + length)
            numbered = _NUMBERED.format(shift=first_id - place, begin=begin, end=end)
            session.execute(f"INSERT INTO receipt_rows {numbered}")
        place += length
    session.execute("DROP TABLE in_order")
    session.execute(f"CREATE TABLE ready_lines AS FROM ({_LINES.format(first=0, last=-1)})")
    for first, last in _stretches(session, count):
        session.execute(f"INSERT INTO ready_lines {_LINES.format(first=first, last=last)}")


def _stretches(session: duckdb.DuckDBPyConnection, receipt_count: int) -> Iterator[tuple[int, int]]:
    """Spans of receipts, first and last id, that hold about `LINES_SORTED_AT_ONCE` lines each."""
    ((line_count,),) = session.sql("SELECT coalesce(sum(line_count), 0)::BIGINT FROM receipt_rows").fetchall()
    (_, first, last) = standing(session)
    step = max(1, LINES_SORTED_AT_ONCE * receipt_count // max(1, line_count))
    for begin in range(first, last + 1, step):
        yield begin, min(begin + step - 1, last)


def pieces(session: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.Table]:
    """What `query` finds, `AT_ONCE` rows at a time. The session may be asked, and written to, between two of them."""
    # A reader ends with the next statement of its session: so the rows lie still first, and another session reads them.
    session.execute(f"CREATE OR REPLACE TABLE in_pieces AS {query}")
    with session.cursor() as reading:
        for piece in reading.sql("FROM in_pieces").to_arrow_reader(AT_ONCE):
            yield pa.Table.from_batches([piece])
    session.execute("DROP TABLE in_pieces")


def lay(session: duckdb.DuckDBPyConnection, table: str, piece: pa.Table) -> None:
    """Append a piece to a table of the session with the same columns."""
    session.register("piece", piece)
    session.execute(f"INSERT INTO {table} FROM piece")
    session.unregister("piece")


def spans_table(spans: Sequence[tuple[int, int]]) -> pa.Table:
    """(first id, how many) as (place, first_id): the receipt at `place`, counted from 1, has got the first id."""
    places = list(accumulate((length for _, length in spans[:-1]), initial=1)) if spans else []
    return pa.table(
        {"place": pa.array(places, pa.int64()), "first_id": pa.array([first for first, _ in spans], pa.int64())}
    )


def standing(session: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """How many receipts there are, their first id and their last."""
    return session.sql(
        "SELECT count(*), coalesce(min(receipt_id), 0), coalesce(max(receipt_id), -1) FROM receipt_rows"
    ).fetchall()[0]


def dates(session: duckdb.DuckDBPyConnection) -> list[date]:
    """The business dates of the receipts."""
    return [day for (day,) in session.sql("SELECT DISTINCT business_date FROM receipt_rows ORDER BY 1").fetchall()]


def months(session: duckdb.DuckDBPyConnection) -> list[date]:
    """The first days of the months of the receipts."""
    return sorted({day.replace(day=1) for day in dates(session)})


def heads(
    session: duckdb.DuckDBPyConnection, batch: int, source: str, of: Collection[date] | None = None
) -> pa.RecordBatchReader:
    """Receipts in the columns of the books, of these months or of all, as they lie: in order."""
    return session.sql(
        "SELECT receipt_id AS id, ? AS source, store_id, till, business_date, receipt AS number, kind, "
        "strftime(timezone('UTC', \"at\"), '%Y-%m-%d %H:%M:%S.%f+00') AS \"at\", channel, member_id, net_fen, "
        f"discount_fen, line_count, digest, ?::BIGINT AS batch_id FROM receipt_rows WHERE {_in_months(of)}",
        params=[source, batch],
    ).to_arrow_reader(AT_ONCE)


def lines_reader(
    session: duckdb.DuckDBPyConnection, tell: Tell | None
) -> Callable[[Collection[date]], pa.RecordBatchReader]:
    """A function that gives the lines of some months in the columns of the books; `tell` hears of each piece."""
    ((total,),) = session.sql("SELECT count(*) FROM ready_lines").fetchall()
    done = 0

    def told(found: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
        nonlocal done
        for piece in found:
            yield piece
            done += len(piece)
            if tell is not None:
                tell(done, total)

    def lines(of: Collection[date]) -> pa.RecordBatchReader:
        # They lie in order, and are read as they lie.
        found = session.sql(f"FROM ready_lines WHERE {_in_months(of)}")
        reader = found.to_arrow_reader(AT_ONCE)
        return pa.RecordBatchReader.from_batches(reader.schema, told(reader))

    return lines


def lake_query(
    session: duckdb.DuckDBPyConnection, batch: int, source: str, products: pa.Table
) -> Callable[[date], str]:
    """SQL of the lines of a month in the columns of the lake. `products` is (sku, product_id, category)."""
    session.register("named_products", products)
    spelled = source.replace("'", "''")

    def query(month: date) -> str:
        return _LAKE_LINES.format(batch=batch, source=spelled, zone=settings.TIME_ZONE, month=_in_months([month]))

    return query


def _in_months(of: Collection[date] | None) -> str:
    """SQL: whether a row is of one of these months (their first days)."""
    if of is None:
        return "true"
    said = [
        f"(business_date >= DATE '{month}' AND business_date < DATE '{month}' + INTERVAL 1 MONTH)"
        for month in sorted(of)
    ]
    return f"({' OR '.join(said) or 'false'})"
