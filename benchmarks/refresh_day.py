"""The refresh of a whole lake, and of one more day; beside RFM and layers as a bare query in DuckDB.

`python -m benchmarks refresh_day` makes 10 million lines of 80,000 members over two years; HUITOU_BENCH_LINES asks for
another number (100000000 with HUITOU_LAKE_MEMORY_MB=4096 is a chain of 800,000 members). Lines are written straight
into the lake, so only the refresh is measured.
"""

from __future__ import annotations

import os
import resource
import time
from datetime import date, timedelta

import duckdb
import pyarrow as pa

LINES = int(os.environ.get("HUITOU_BENCH_LINES", "10000000"))
LINES_A_RECEIPT, LINES_A_MEMBER, STORES, PRODUCTS, DAYS = 5, 125, 30, 5000, 730
FIRST = date(2024, 11, 1)
WITHOUT_A_CARD = 4
"""One receipt in so many."""


def run() -> None:
    from huitou.insight import service as insight
    from huitou.lake import service as lake
    from huitou.lake import tables
    from huitou.usecases.refresh import refresh

    members = LINES // LINES_A_MEMBER
    _lay_members(members)
    _lay_products()
    for month in sorted({f"{FIRST + timedelta(days=day):%Y-%m}" for day in range(DAYS)}):
        _append(tables, f"{month}", members, f"strftime(business_date, '%Y-%m') = '{month}'")
    print(f"{LINES:,} lines, {LINES // LINES_A_RECEIPT:,} receipts, {members:,} members, {STORES} stores", flush=True)
    _tell("whole refresh", refresh)
    _append(tables, "one more day", members, None)
    _tell("one more day", refresh)
    with lake.open_snapshot() as snapshot:
        day, by = FIRST + timedelta(days=DAYS), insight.cut_offs().cut_offs
        ours = _best(lambda: snapshot.session.sql(insight.facts_query(day, by)).to_arrow_table())
    with lake.open_session() as session:
        bare = _best(lambda: session.sql(_BARE.format(day=day)).to_arrow_table())
    print(
        f"RFM and layers {ours:.2f} s, the bare query over the lines {bare:.2f} s: ratio {ours / bare:.2f} (asked: ≤ 2)"
    )


# What anybody would write for recency, frequency and money in fifths and four layers, with nothing of ours around it.
_BARE = """
SELECT *, CASE WHEN last_on < DATE '{day}' - INTERVAL 3 MONTH THEN 'dormant' WHEN f + m >= 9 THEN 'gold' ELSE 'silver'
    END AS layer FROM (
    SELECT member_id, ntile(5) OVER (ORDER BY last_on) AS r, ntile(5) OVER (ORDER BY visits) AS f,
           ntile(5) OVER (ORDER BY spent) AS m, last_on, visits, spent
    FROM (SELECT member_id, max(business_date) AS last_on, min(business_date) AS first_on,
                 count(DISTINCT receipt_id) FILTER (business_date > DATE '{day}' - 365) AS visits,
                 sum(net_fen) FILTER (business_date > DATE '{day}' - 365) AS spent
          FROM lines WHERE member_id IS NOT NULL GROUP BY member_id))
"""


def _lay_members(members: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_store (code, name) SELECT 'S' || n, 'S' || n FROM generate_series(1, %s) n", [STORES]
        )
        cursor.execute("SELECT min(id) FROM catalogue_store")
        (first,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO members_member (id, name, joined_on, home_store_id) "
            "SELECT n, '', %s, %s + n %% %s FROM generate_series(1, %s) n",
            [FIRST, first, STORES, members],
        )
        cursor.execute("ANALYZE members_member")


def _lay_products() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_product (id, sku, name) SELECT n, 'P' || n, 'P' || n FROM generate_series(0, %s) n",
            [PRODUCTS - 1],
        )


def _append(tables, batch: str, members: int, which: str | None) -> None:
    """Lines of a month, or of the day after the last. Some members come often, most of them seldom."""
    a_day = LINES // DAYS // LINES_A_RECEIPT
    receipts = f"range({LINES // LINES_A_RECEIPT})" if which else f"range({LINES}, {LINES + a_day})"
    day = f"r * {DAYS} // {LINES // LINES_A_RECEIPT}" if which else f"{DAYS}"
    with duckdb.connect() as session:
        session.execute("SET memory_limit = '1GB'")
        made = session.sql(
            f"""
            WITH receipts AS (
                SELECT r, (DATE '{FIRST}' + ({day})::INTEGER) AS business_date,
                       CASE WHEN hash(r) % {WITHOUT_A_CARD} > 0 THEN 1 + least(hash(r * 7) % {members},
                            hash(r * 13) % {members}) END AS member_id
                FROM {receipts} t (r)
            )
            SELECT strftime(business_date, '%Y-%m') AS month, 1::BIGINT AS import_id, NULL::BIGINT AS bundle_id,
                   r AS receipt_id, line::INTEGER AS line, 'sale' AS kind, 'till' AS source,
                   (1 + coalesce(member_id, r) % {STORES})::INTEGER AS store_id, '' AS till,
                   CASE WHEN hash(r * 3) % 8 = 0 THEN 'mini_program' ELSE 'store' END AS channel,
                   business_date::TIMESTAMP AS at_utc, business_date::TIMESTAMP AS at_local, business_date,
                   r::VARCHAR AS number, member_id::BIGINT AS member_id,
                   (hash(r * 5 + line) % {PRODUCTS})::BIGINT AS product_id,
                   'P' || hash(r * 5 + line) % {PRODUCTS} AS sku,
                   'C' || hash(r * 5 + line) % 20 || '/' || hash(r * 5 + line) % 100 AS category,
                   1000::BIGINT AS quantity_milli, NULL::DECIMAL(18, 4) AS unit_price, 0::BIGINT AS discount_fen,
                   (100 + hash(r * 5 + line) % 5000)::BIGINT AS net_fen
            FROM receipts, range(1, {LINES_A_RECEIPT + 1}) l (line) WHERE {which or "true"}"""
        ).to_arrow_reader(500_000)
        tables.append(batch, pa.RecordBatchReader.from_batches(tables.LINES, _cast(made, tables.LINES)), 1)


def _cast(made: pa.RecordBatchReader, schema: pa.Schema):
    for batch in made:
        yield from pa.Table.from_batches([batch]).cast(schema).to_batches()


def _tell(what: str, work) -> None:
    started = time.perf_counter()
    done = work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    steps = ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in done.steps)
    print(f"  {what}: {seconds:.1f} s ({steps}); {done.days} days counted, {done.kpi_values:,} KPI values; "
          f"peak of the process so far {peak:,.0f} MB", flush=True)  # fmt: skip


def _best(work) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
