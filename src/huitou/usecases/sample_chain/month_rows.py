"""A drawn month in the columns of receipts and of the lake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from huitou.loyalty.terms import GivenBack, SoldQuantity
from huitou.receipts.terms import Match
from huitou.usecases.ready_rows import AT_ONCE, spans_table

SOURCE = "sample-chain"


@dataclass(frozen=True, slots=True)
class MonthSums:
    """What a month adds up to: quantity in thousandths, net amount in fen."""

    receipts: int
    lines: int
    quantity_milli: int
    net_fen: int


def number_receipts(session: duckdb.DuckDBPyConnection, codes: list[str]) -> MonthSums:
    """Make `heads` and `all_lines`: sales and returns together, with the numbers that tills print."""
    session.execute(
        f"""CREATE OR REPLACE TABLE heads AS
        WITH both_kinds AS (
            SELECT visit, 'sale' AS kind, i, day, second, place, channel, till, line_count, net_fen, discount_fen
            FROM visits JOIN sales USING (visit)
            UNION ALL SELECT visit, 'return', i, day, second, place, 'store', '01', count(*)::INTEGER,
                   sum(net_fen)::BIGINT, sum(discount_fen)::BIGINT
            FROM returns JOIN returned USING (visit) GROUP BY ALL
        )
        SELECT *, code || strftime(day, '%y%m%d') || till || lpad(row_number() OVER (
                   PARTITION BY place, day, till ORDER BY second, visit)::VARCHAR, 4, '0') AS number
        FROM both_kinds JOIN (SELECT unnest({codes!r}) AS code, unnest(range({len(codes)}))::SMALLINT AS place)
             USING (place)"""
    )
    columns = "visit, line, product, quantity_milli, price_fen, discount_fen, net_fen"
    session.execute(
        f"CREATE OR REPLACE VIEW all_lines AS SELECT {columns} FROM lines UNION ALL SELECT {columns} FROM returned"
    )
    (receipts,) = session.sql("SELECT count(*) FROM heads").fetchall()[0]
    lines, quantity, net = session.sql(
        "SELECT count(*), sum(quantity_milli)::BIGINT, sum(net_fen)::BIGINT FROM all_lines"
    ).fetchall()[0]
    return MonthSums(receipts, lines, quantity, net)


def name_rows(session: duckdb.DuckDBPyConnection, spans: Sequence[tuple[int, int]], zone: str) -> None:
    """Make `receipt_rows`: heads with the ids of receipt, store and member, and both times.

    `stores` (place, store_id) and `member_ids` (i, member_id) must be there; `spans` of ids are (first, how many).
    """
    session.register("id_spans", spans_table(spans))
    session.execute(
        f"""CREATE OR REPLACE TABLE receipt_rows AS
        SELECT h.visit, s.first_id + h.visit - s.place AS receipt_id, kind, store_id, till, channel, number,
               day AS business_date, member_id, net_fen, discount_fen, line_count, day + to_seconds(second) AS at_local,
               timezone('UTC', timezone('{zone}', day + to_seconds(second))) AS at_utc,
               md5(concat_ws('/', number, member_id, net_fen, discount_fen, line_count)) AS digest
        FROM heads h ASOF JOIN id_spans s ON h.visit >= s.place JOIN stores ON stores.place = h.place
        LEFT JOIN member_ids m ON m.i = h.i
        ORDER BY receipt_id"""
    )
    session.unregister("id_spans")


def receipt_heads(session: duckdb.DuckDBPyConnection, batch: int) -> pa.RecordBatchReader:
    return session.sql(
        f"SELECT receipt_id AS id, '{SOURCE}' AS source, store_id, till, business_date, number, kind, "
        "strftime(at_utc, '%Y-%m-%d %H:%M:%S+00') AS \"at\", channel, member_id, net_fen, discount_fen, line_count, "
        f"digest, {batch}::BIGINT AS batch_id FROM receipt_rows ORDER BY receipt_id"
    ).to_arrow_reader(AT_ONCE)


_LINES = "FROM all_lines l JOIN receipt_rows USING (visit) JOIN product_ids USING (product)"
_PRICE = "(price_fen::DECIMAL(18, 4) / 100)::DECIMAL(18, 4) AS unit_price"


def receipt_lines(session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    return session.sql(
        f"SELECT receipt_id, line, business_date, product_id, quantity_milli, {_PRICE}, l.discount_fen, l.net_fen "
        f"{_LINES} ORDER BY receipt_id, line"
    ).to_arrow_reader(AT_ONCE)


def lake_query(session: duckdb.DuckDBPyConnection, batch: int, products: pa.Table) -> str:
    """SQL of the month's lines in the columns of the lake. `products` is (sku, product_id, category)."""
    session.register("named_products", products)
    return (
        f"SELECT {batch}::BIGINT AS import_id, NULL::BIGINT AS bundle_id, receipt_id, line, kind, "
        f"'{SOURCE}' AS source, store_id, till, channel, at_utc, at_local, business_date, number, member_id, "
        f"product_id, sku, category, quantity_milli, {_PRICE}, l.discount_fen, l.net_fen "
        f"{_LINES} JOIN named_products USING (product_id) ORDER BY business_date, receipt_id, line"
    )


def earning_sales(session: duckdb.DuckDBPyConnection) -> pa.RecordBatchReader:
    return session.sql(
        'SELECT receipt_id, member_id, net_fen, at_utc AS "at", business_date, store_id FROM receipt_rows '
        "WHERE kind = 'sale' AND member_id IS NOT NULL ORDER BY receipt_id"
    ).to_arrow_reader(AT_ONCE)


def matches(session: duckdb.DuckDBPyConnection) -> list[Match]:
    """Which sold line each returned line of a member gives back; a stranger's return names nobody."""
    rows = session.sql(
        "SELECT b.receipt_id, r.line, s.receipt_id, r.sale_line, -r.quantity_milli FROM returned r "
        "JOIN receipt_rows b ON b.visit = r.visit JOIN receipt_rows s ON s.visit = r.sale "
        "WHERE s.member_id IS NOT NULL ORDER BY 1, 2"
    ).fetchall()
    return [Match(*row) for row in rows]


def sold_and_given_back(
    session: duckdb.DuckDBPyConnection, found: list[Match]
) -> tuple[dict[int, list[SoldQuantity]], dict[int, list[GivenBack]]]:
    """Every line of each sale of which something came back, and what came back of it, by sale."""
    sold: dict[int, list[SoldQuantity]] = {}
    for receipt, line, quantity, net in session.sql(
        "SELECT receipt_id, line, quantity_milli, l.net_fen FROM lines l JOIN receipt_rows USING (visit) "
        "WHERE visit IN (SELECT sale FROM returns) AND member_id IS NOT NULL ORDER BY 1, 2"
    ).fetchall():
        sold.setdefault(receipt, []).append(SoldQuantity(line, quantity, net))
    back: dict[int, list[GivenBack]] = {}
    for match in found:
        back.setdefault(match.sale_receipt, []).append(
            GivenBack(match.sale_line, match.return_receipt, match.quantity_milli)
        )
    return sold, back
