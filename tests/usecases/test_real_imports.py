"""Real tills' histories come in exactly: the books and the lake hold what plain SQL finds in the file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from tests.faults.forms import LONG
from tests.usecases.real_files import (
    JOURNEY_LINES,
    ORDERS_LINES,
    ORDERS_SOLD,
    RETAIL_LINES,
    assert_books_equal_file,
    books,
    in_file,
)

from huitou.lake import service as lake
from huitou.lake.terms import Field
from huitou.usecases.audit import audit
from huitou.usecases.import_receipts import import_receipts
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.report_of_receipts import Report
from huitou.usecases.undo_import import undo_import

# Of half a million lines the long form takes all: longer than any other test may take.
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

COUNTS = (
    "SELECT (SELECT count(*) FROM receipts_receipt), (SELECT count(*) FROM receipts_line), "
    "(SELECT count(*) FROM members_member), (SELECT sum(balance) FROM loyalty_account), "
    "(SELECT count(*) FROM loyalty_entry)"
)


def take(path: Path, columns: dict[Field, str], **options: str) -> Report:
    report = import_receipts(path, columns, now=NOW, **options)
    hear_facts()
    return report


def assert_points_equal_file(path: Path) -> None:
    """Each member earned a point per whole yuan of each sale; what is outstanding is that less what came back."""
    earned = in_file(
        "SELECT member, sum(points)::BIGINT FROM (SELECT member, receipt, greatest(0, sum(fen)) // 100 AS points "
        "FROM file_lines WHERE UnitPrice >= 0 AND member IS NOT NULL GROUP BY 1, 2 HAVING max(milli) > 0) "
        "GROUP BY 1 HAVING sum(points) > 0 ORDER BY 1",
        RETAIL_LINES,
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


def two_months(path: Path, folder: Path) -> Path:
    """August and September 2011 of a year of sales, in the file's order: its oddest lines are among them."""
    part = folder / "two_months.parquet"
    with duckdb.connect() as session:
        session.execute(
            f"COPY (SELECT * FROM read_parquet('{path}') WHERE InvoiceDate >= '2011-08-01' "
            f"AND InvoiceDate < '2011-10-01') TO '{part}' (FORMAT parquet)"
        )
    return part


@pytest.mark.faults
def test_online_retail_is_exact(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "online_retail" / "lines_2010_2011.parquet"
    if not LONG:
        path = two_months(path, tmp_path)
    count, *odd = (number for (number,) in in_file(
        "SELECT count(*) FROM file_lines UNION ALL (SELECT place FROM (SELECT row_number() OVER () AS place, UnitPrice "
        "FROM file_lines) WHERE UnitPrice < 0 ORDER BY 1)", RETAIL_LINES, path))  # fmt: skip
    assert not LONG or (count, odd) == (541_909, [299_984, 299_985])
    report = take(path, ONLINE_RETAIL)

    assert len(odd) == 2
    assert [(row["row_number"], row["code"]) for row in report.refused] == [
        (number, "price_negative") for number in odd
    ], "the file's two lines of an adjusted bad debt, price −11062.06, are no sale and no return"
    assert (report.rows_read, report.rows_taken, report.rows_repeated) == (count, count - 2, 0)
    taken = "UnitPrice >= 0"
    assert_books_equal_file(path, RETAIL_LINES, taken)

    by_kind = in_file(
        f"SELECT milli <= 0, count(*) FROM (SELECT receipt, max(milli) AS milli FROM file_lines WHERE {taken} "
        "GROUP BY receipt) GROUP BY 1 ORDER BY 1",
        RETAIL_LINES,
        path,
    )
    assert [(False, report.sales), (True, report.returns)] == by_kind
    returned = in_file("SELECT count(*) FROM file_lines WHERE milli < 0", RETAIL_LINES, path)
    assert [(report.returned_rows,)] == returned
    assert report.new_members == in_file("SELECT count(DISTINCT member) FROM file_lines", RETAIL_LINES, path)[0][0]
    assert_points_equal_file(path)
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_orders_zh_is_exact_without_a_word_and_leaves_again(real_data: Path) -> None:
    path = real_data / "orders_zh" / "order_1.parquet"
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
    assert guess.questions == (), "its own headers need no typing"
    columns = {Field(field): column for field, column in guess.columns.items()}
    no_sales = [("Pending", 95, "147909.55"), ("Cancelled", 77, "114181.27")]

    report = take(path, columns)
    assert (report.rows_read, report.rows_taken, report.rows_left_out, report.rows_refused) == (1693, 1521, 172, 0)
    assert [(one["status"], one["rows"], one["amount"]) for one in report.left_out] == no_sales
    assert_books_equal_file(path, ORDERS_LINES, ORDERS_SOLD)
    assert_it_leaves_again(report)

    del columns[Field.STATUS]
    report = take(path, columns)
    assert (report.rows_read, report.rows_taken, report.rows_left_out, report.rows_refused) == (1693, 1693, 0, 0)
    assert [(one["status"], one["rows"], one["amount"]) for one in report.no_sales] == no_sales, "and that is told"
    assert_books_equal_file(path, ORDERS_LINES, "true")
    assert_it_leaves_again(report)


def assert_it_leaves_again(report: Report) -> None:
    assert [verdict for verdict in audit() if not verdict.holds] == []
    undo_import(report.import_id, now=NOW, actor="anna")
    hear_facts()
    assert books(COUNTS)[0][:4] == (0, 0, 0, None), "no receipt, line or member is left, and no balance"
    assert books("SELECT (SELECT count(*) FROM catalogue_product), (SELECT count(*) FROM catalogue_store)") == [(0, 0)]
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_complete_journey_is_exact_and_counts_once(real_data: Path, tmp_path: Path) -> None:
    path = real_data / "complete_journey" / "transactions.parquet"
    report = take(path, COMPLETE_JOURNEY)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (75_000, 75_000, 0)
    assert_books_equal_file(path, JOURNEY_LINES, "true")
    expected = in_file(
        "SELECT count(DISTINCT receipt), count(DISTINCT member), count(DISTINCT store_id), count(DISTINCT sku) "
        "FROM file_lines",
        JOURNEY_LINES,
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
