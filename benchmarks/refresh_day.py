"""The refresh of a whole lake, and of one more day; beside RFM and layers as a bare query in DuckDB.

`python -m benchmarks refresh_day` makes 10 million lines of 80,000 members over two years; HUITOU_BENCH_LINES asks for
another number (100000000 with HUITOU_LAKE_MEMORY_MB=4096 is a chain of 800,000 members), HUITOU_BENCH_DAYS for a
shorter or longer history. Lines are written straight into the lake, so only the refresh is measured. Beside seconds
stand CPU seconds, of us and of the session in the database: the machine is often shared.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
from django.db import connection

from benchmarks.history_in import cpu_of

if TYPE_CHECKING:
    from huitou.usecases.refresh import Refreshed

LINES = int(os.environ.get("HUITOU_BENCH_LINES", "10000000"))
LINES_A_RECEIPT, LINES_A_MEMBER, STORES, PRODUCTS = 5, 125, 30, 5000
DAYS = int(os.environ.get("HUITOU_BENCH_DAYS", "730"))
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
    whole = _tell("whole refresh", refresh)
    # The first of them is a Sunday and the first of a month, on which most is new; the second is as most days are.
    for more, what in enumerate(("one more day, of a new week and month", "one more day")):
        _append(tables, what, members, None, more)
        day = _tell(what, refresh)
        print(f"    beside the whole: {day / whole:.3f} of its CPU; a day is {1 / (DAYS + 1):.4f} of the lines")
    with lake.open_snapshot() as snapshot:
        day, by = FIRST + timedelta(days=DAYS), insight.cut_offs().cut_offs
        ours = best_of_three(lambda: snapshot.session.sql(insight.facts_query(day, by)).to_arrow_table())
    with lake.open_session() as session:
        bare = best_of_three(lambda: session.sql(BARE.format(day=day)).to_arrow_table())
    print(
        f"RFM and layers {ours:.2f} s, the bare query over the lines {bare:.2f} s: ratio {ours / bare:.2f} (asked: ≤ 2)"
    )


# What anybody would write for recency, frequency and money in fifths and four layers, with nothing of ours around it.
BARE = """
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
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_product (id, sku, name) SELECT n, 'P' || n, 'P' || n FROM generate_series(0, %s) n",
            [PRODUCTS - 1],
        )


def _append(tables, batch: str, members: int, which: str | None, more: int = 0) -> None:
    """Lines of a month, or of a day after the last. Some members come often, most of them seldom."""
    a_day = LINES // DAYS // LINES_A_RECEIPT
    begin = LINES + more * a_day
    receipts = f"range({LINES // LINES_A_RECEIPT})" if which else f"range({begin}, {begin + a_day})"
    day = f"r * {DAYS} // {LINES // LINES_A_RECEIPT}" if which else f"{DAYS + more}"
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


def _tell(what: str, work: Callable[..., Refreshed]) -> float:
    """Prints what a refresh cost, and gives its CPU seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (session,) = cursor.fetchone()
    spent: list[tuple[str, float]] = []

    def progress(step: str) -> None:
        spent.append((step, time.process_time() + cpu_of(session)))

    started = time.perf_counter()
    done = work(progress=progress)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = {step: after - before for (step, before), (_, after) in pairwise(spent)}
    steps = ", ".join(f"{step['step']} {step['seconds']:.1f} ({cpu[step['step']]:.1f})" for step in done.steps)
    print(f"  {what}: {seconds:.1f} s, {sum(cpu.values()):.1f} s of CPU ({steps}); {done.days} days counted, "
          f"{done.kpi_values:,} KPI values; peak of the process so far {peak:,.0f} MB", flush=True)  # fmt: skip
    return sum(cpu.values())


def best_of_three(work) -> float:
    times = []
    for _ in range(3):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
