"""Real tills' histories come in exactly: the books and the lake hold what plain SQL finds in the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from django.db import connection

from huitou.lake import service as lake
from huitou.lake.terms import Field
from huitou.usecases.audit import audit
from huitou.usecases.import_receipts import Report, import_receipts
from huitou.usecases.load_lake import hear_facts

# Half a million lines, several times over: longer than any other test may take.
pytestmark = [pytest.mark.django_db, pytest.mark.realdata, pytest.mark.timeout(900)]

NOW = datetime(2026, 11, 22, tzinfo=UTC)

ONLINE_RETAIL = {
    Field.RECEIPT: "InvoiceNo",
    Field.SKU: "StockCode",
    Field.NAME: "Description",
    Field.QUANTITY: "Quantity",
    Field.AT: "InvoiceDate",
    Field.UNIT_PRICE: "UnitPrice",
    Field.MEMBER: "CustomerID",
}
COMPLETE_JOURNEY = {
    Field.RECEIPT: "basket_id",
    Field.SKU: "product_id",
    Field.QUANTITY: "quantity",
    Field.AT: "transaction_timestamp",
    Field.AMOUNT: "sales_value",
    Field.DISCOUNT: "retail_disc",
    Field.MEMBER: "household_id",
    Field.STORE: "store_id",
}

# The same columns from each file by plain SQL; amounts in fen, quantities in thousandths. Exact decimals: a sum of
# doubles over half a million rows is off by more than a cent.
_RETAIL_LINES = """
SELECT InvoiceNo AS receipt, StockCode AS sku, (Quantity * 1000)::BIGINT AS milli,
       round(Quantity::DECIMAL(18, 3) * UnitPrice::DECIMAL(18, 3) * 100)::BIGINT AS fen,
       CustomerID::BIGINT::VARCHAR AS member, InvoiceDate AS moment, UnitPrice
FROM read_parquet('{path}')
"""
_JOURNEY_LINES = """
SELECT basket_id AS receipt, product_id AS sku, (quantity * 1000)::BIGINT AS milli,
       (sales_value::DECIMAL(18, 2) * 100)::BIGINT AS fen, household_id AS member,
       transaction_timestamp AS moment, store_id
FROM read_parquet('{path}')
"""


COUNTS = (
    "SELECT (SELECT count(*) FROM receipts_receipt), (SELECT count(*) FROM receipts_line), "
    "(SELECT count(*) FROM members_member), (SELECT sum(balance) FROM loyalty_account), "
    "(SELECT count(*) FROM loyalty_entry)"
)


def take(path: Path, columns: dict[Field, str], **options: str) -> Report:
    report = import_receipts(path, columns, now=NOW, **options)
    hear_facts()
    return report


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


def assert_points_equal_file(path: Path) -> None:
    """Each member earned a point per whole yuan of each sale; what is outstanding is that less what came back."""
    earned = in_file(
        "SELECT member, sum(points)::BIGINT FROM (SELECT member, receipt, greatest(0, sum(fen)) // 100 AS points "
        "FROM file_lines WHERE UnitPrice >= 0 AND member IS NOT NULL GROUP BY 1, 2 HAVING max(milli) > 0) "
        "GROUP BY 1 HAVING sum(points) > 0 ORDER BY 1",
        _RETAIL_LINES,
        path,
    )
    found = books(
        'SELECT i.value COLLATE "C", sum(l.original)::bigint FROM loyalty_lot l JOIN loyalty_account a '
        "ON a.id = l.account_id JOIN members_identity i ON i.member_id = a.member_id GROUP BY 1 ORDER BY 1"
    )
    assert found == earned
    outstanding, taken_back = books(
        "SELECT (SELECT sum(balance) FROM loyalty_account)::bigint, (SELECT sum(points) FROM loyalty_entry e "
        "JOIN loyalty_account a ON a.id = e.account_id AND a.role = 'reversed')::bigint"
    )[0]
    assert taken_back > 0
    assert outstanding == sum(points for _, points in earned) - taken_back


def test_online_retail_is_exact(real_data: Path) -> None:
    path = real_data / "online_retail" / "lines_2010_2011.parquet"
    report = take(path, ONLINE_RETAIL)

    assert [(row["row_number"], row["code"]) for row in report.refused] == [
        (299_984, "price_negative"),
        (299_985, "price_negative"),
    ], "the file's two lines of an adjusted bad debt, price −11062.06, are no sale and no return"
    assert (report.rows_read, report.rows_taken, report.rows_repeated) == (541_909, 541_907, 0)
    taken = "UnitPrice >= 0"
    assert_books_equal_file(path, _RETAIL_LINES, taken)

    by_kind = in_file(
        f"SELECT milli <= 0, count(*) FROM (SELECT receipt, max(milli) AS milli FROM file_lines WHERE {taken} "
        "GROUP BY receipt) GROUP BY 1 ORDER BY 1",
        _RETAIL_LINES,
        path,
    )
    assert [(False, report.sales), (True, report.returns)] == by_kind
    returned = in_file("SELECT count(*) FROM file_lines WHERE milli < 0", _RETAIL_LINES, path)
    assert [(report.returned_rows,)] == returned
    assert report.new_members == in_file("SELECT count(DISTINCT member) FROM file_lines", _RETAIL_LINES, path)[0][0]
    assert_points_equal_file(path)
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_complete_journey_is_exact_and_counts_once(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "complete_journey" / "transactions.parquet"
    report = take(path, COMPLETE_JOURNEY)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (75_000, 75_000, 0)
    assert_books_equal_file(path, _JOURNEY_LINES, "true")
    expected = in_file(
        "SELECT count(DISTINCT receipt), count(DISTINCT member), count(DISTINCT store_id), count(DISTINCT sku) "
        "FROM file_lines",
        _JOURNEY_LINES,
        path,
    )
    assert [(report.receipts, report.new_members, report.new_stores, report.new_products)] == expected
    assert [verdict for verdict in audit() if not verdict.holds] == []

    # The same history again, and the same rows as CSV: every receipt is known, with the same contents.
    as_csv = tmp_path / "transactions.csv"
    with duckdb.connect() as session:
        session.execute(f"COPY (SELECT * FROM read_parquet('{path}')) TO '{as_csv}' (HEADER)")
    before = books(COUNTS)
    for file in (path, as_csv):
        again = take(file, COMPLETE_JOURNEY)
        assert (again.rows_taken, again.rows_repeated, again.rows_refused) == (0, 75_000, 0)
    assert books(COUNTS) == before
    with lake.open_session() as session:
        assert session.sql("SELECT count(*) FROM lines").fetchall() == [(75_000,)]
