"""A till's history in: our whole import and its two parts, beside what the machine can do at all.

Limits, in the same run on the same rows: DuckDB writing the file's rows as Parquet (the lake's part), and PostgreSQL
taking the ready rows by COPY into tables with the same columns and indexes (the operational part).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from django.db import connection

from benchmarks.installation import REAL_DATA

_LINES = 541_909
_COLUMNS = {
    "receipt": "InvoiceNo",
    "sku": "StockCode",
    "name": "Description",
    "quantity": "Quantity",
    "at": "InvoiceDate",
    "unit_price": "UnitPrice",
    "member": "CustomerID",
}
# Where the real set is not there: as many lines, receipts, products and customers as it has, by arithmetic.
_MADE = f"""
SELECT (536365 + i // 21)::VARCHAR AS "InvoiceNo", 'P' || (i * 7919 % 4070) AS "StockCode",
       'GOODS ' || (i * 7919 % 4070) AS "Description", (1 + i % 12)::DOUBLE AS "Quantity",
       TIMESTAMP '2010-12-01 08:00:00' + INTERVAL 1 MINUTE * (i // 21 * 20) AS "InvoiceDate",
       (25 + i % 900) / 100.0 AS "UnitPrice", (12000 + i // 21 % 4372)::DOUBLE AS "CustomerID"
FROM range({_LINES}) AS made (i)
"""


def run() -> None:
    from huitou.lake.terms import Field
    from huitou.usecases.import_receipts import import_receipts
    from huitou.usecases.load_lake import hear_facts

    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "history.csv"
        real = REAL_DATA / "online_retail" / "lines_2010_2011.parquet"
        rows = f"SELECT * FROM read_parquet('{real}')" if real.exists() else _MADE
        duckdb.sql(f"COPY ({rows}) TO '{csv}' (HEADER)")
        print(f"{_LINES:,} lines {'of a real till' if real.exists() else 'made up'}, {csv.stat().st_size >> 20} MB CSV")

        columns = {Field(field): column for field, column in _COLUMNS.items()}
        books = _seconds(lambda: import_receipts(csv, columns, now=datetime.now(UTC)))
        lake = _seconds(hear_facts)
        parquet = Path(folder) / "limit.parquet"
        to_parquet = _seconds(
            lambda: duckdb.sql(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{parquet}' (FORMAT parquet)")
        )
        copy = _copy_again()
    print(f"whole import: {books + lake:6.2f} s ({_LINES / (books + lake):,.0f} lines/s); asked for: 60 s at most")
    print(f"  into the books: {books:6.2f} s; COPY of the ready rows {copy:5.2f} s: ratio {books / copy:.2f}")
    print(f"  into the lake:  {lake:6.2f} s; DuckDB CSV to Parquet {to_parquet:5.2f} s: ratio {lake / to_parquet:.2f}")


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _copy_again() -> float:
    """COPY the rows that the import wrote, with members, lots and entries, into tables like theirs."""
    tables = ("receipts_identity", "receipts_receipt", "receipts_line", "members_member", "members_identity")
    tables += ("loyalty_transaction", "loyalty_lot", "loyalty_entry")
    took = 0.0
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out:
                ready = b"".join(bytes(part) for part in out)
            cursor.execute(f"CREATE TABLE limit_{table} (LIKE {table} INCLUDING ALL)")

            def write(table: str = table, ready: bytes = ready) -> None:
                with cursor.copy(f"COPY limit_{table} FROM STDIN (FORMAT binary)") as into:
                    into.write(ready)

            took += _seconds(write)
    return took
