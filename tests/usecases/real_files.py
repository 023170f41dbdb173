"""Real files beside our books: the same sums by plain SQL on the file, from PostgreSQL and from the lake."""

from __future__ import annotations

from pathlib import Path

import duckdb
from django.db import connection

from huitou.lake import service as lake

# The same columns from each file by plain SQL; amounts in fen, quantities in thousandths. Exact decimals: a sum of
# doubles over half a million rows is off by more than a cent.
RETAIL_LINES = """
SELECT InvoiceNo AS receipt, StockCode AS sku, (Quantity * 1000)::BIGINT AS milli,
       round(Quantity::DECIMAL(18, 3) * UnitPrice::DECIMAL(18, 3) * 100)::BIGINT AS fen,
       CustomerID::BIGINT::VARCHAR AS member, InvoiceDate AS moment, UnitPrice
FROM read_parquet('{path}')
"""
JOURNEY_LINES = """
SELECT basket_id AS receipt, product_id AS sku, (quantity * 1000)::BIGINT AS milli,
       (sales_value::DECIMAL(18, 2) * 100)::BIGINT AS fen, household_id AS member,
       transaction_timestamp AS moment, store_id
FROM read_parquet('{path}')
"""
ORDERS_LINES = """
SELECT order_id::VARCHAR AS receipt, product_id::VARCHAR AS sku, (quantity * 1000)::BIGINT AS milli,
       (amount::DECIMAL(18, 2) * 100)::BIGINT AS fen, user_id::VARCHAR AS member,
       strptime(order_time, '%Y/%-m/%-d %-H:%M') AS moment, order_status AS status
FROM read_parquet('{path}')
"""

ORDERS_SOLD = "status NOT IN ('Pending', 'Cancelled')"
"""What the set calls paid, shipped or delivered; beside `Paid`, `Pending` waits for its money."""


def books(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def in_file(query: str, lines: str, path: Path) -> list[tuple]:
    with duckdb.connect() as session:
        session.execute(f"CREATE VIEW file_lines AS {lines.format(path=path)}")
        return session.sql(query).fetchall()


def assert_books_equal_file(path: Path, lines: str, taken: str) -> None:
    """Lines, quantity and amount: in all, per member and month, in the books and in the lake."""
    per_member_and_month = (
        "SELECT member, strftime(moment, '%Y-%m'), count(*), sum(milli)::BIGINT, sum(fen)::BIGINT "
        f"FROM file_lines WHERE {taken} GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2"
    )
    expected = in_file(per_member_and_month, lines, path)
    assert len(expected) > 1000, "the comparison is about something"
    found = books(
        "SELECT i.value COLLATE \"C\", to_char(r.business_date, 'YYYY-MM'), count(*), sum(l.quantity_milli)::bigint, "
        "sum(l.net_fen)::bigint FROM receipts_receipt r JOIN receipts_line l ON l.receipt_id = r.id "
        "LEFT JOIN members_identity i ON i.member_id = r.member_id GROUP BY 1, 2 ORDER BY 1 NULLS FIRST, 2"
    )
    assert found == expected
    whole = in_file(f"SELECT count(*), sum(milli)::BIGINT, sum(fen)::BIGINT FROM file_lines WHERE {taken}", lines, path)
    with lake.open_session() as session:
        in_lake = session.sql(
            "SELECT count(*), sum(quantity_milli)::BIGINT, sum(net_fen)::BIGINT FROM lines"
        ).fetchall()
    assert in_lake == whole
