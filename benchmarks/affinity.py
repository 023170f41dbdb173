"""What lies in one basket, on a real supermarket: seconds for its 91,000 baskets, beside the barest SQL of it.

`python -m benchmarks affinity` lays Ta-Feng's baskets as the lake would hold them and asks for pairs of products as the
page does, with support, confidence, lift and interval for every pair; beside it a self-join in the same session, which
knows of no longest basket, no interval and no threshold but the same ten. Both run six times by turns, and the best of
each is told. Without ../shared/data beside the project it says so and measures nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import duckdb

from benchmarks.installation import REAL_DATA as DATA

DAY = date(2026, 11, 20)
BASKETS = 91_000
LIMIT_SECONDS = 0.5
ROUNDS = 6
LINES = """
CREATE TABLE lines AS SELECT dense_rank() OVER (ORDER BY part, user_id, basket_seq) AS receipt_id,
    user_id AS member_id, 'sale' AS kind, 1 AS store_id, 'store' AS channel, DATE '{day}' AS business_date,
    TIMESTAMP '{day} 12:00:00' AS at_local, item_id AS product_id, '' AS category, 1000::BIGINT AS quantity_milli,
    100::BIGINT AS net_fen
FROM (SELECT 0 AS part, * FROM '{data}/tafeng/history.parquet'
      UNION ALL SELECT 1, * FROM '{data}/tafeng/future.parquet')"""
BARE = """
WITH held AS (SELECT DISTINCT receipt_id, product_id FROM lines)
SELECT a.product_id, b.product_id, count(*) AS together FROM held a JOIN held b
ON a.receipt_id = b.receipt_id AND a.product_id < b.product_id GROUP BY ALL HAVING together >= 10"""


def run() -> None:
    if not (DATA / "tafeng").is_dir():
        print("  no real set of baskets beside the project: nothing is measured")
        return
    with duckdb.connect() as session:
        session.execute("SET enable_progress_bar = false")
        session.execute(LINES.format(day=DAY, data=DATA))
        session.execute("CREATE VIEW visits AS SELECT * FROM lines")
        ((baskets, lines),) = session.sql("SELECT count(DISTINCT receipt_id), count(*) FROM lines").fetchall()
        ours, bare, found = [], [], 0
        for _ in range(ROUNDS):
            seconds, found = _timed(lambda: _asked(session))
            ours.append(seconds)
            bare.append(_timed(lambda: len(session.sql(BARE).fetchall()))[0])
    best = min(ours) * BASKETS / baskets
    print(
        f"  {baskets:,} baskets, {lines:,} lines: {found:,} pairs of products in {best:.2f} s per {BASKETS:,} baskets "
        f"(limit {LIMIT_SECONDS} s), the bare self-join {min(bare) * BASKETS / baskets:.2f} s, "
        f"{min(ours) / min(bare):.1f} times"
    )


def _asked(session: duckdb.DuckDBPyConnection) -> int:
    from huitou.insight import service as insight

    insight.lay_asked(session, DAY, DAY, None, everybody=True)
    pairs, _ = insight.pairs_asked(session, insight.PRODUCT_PAIRS)
    return sum(insight.pair_lift(one, len(pairs)) is not None for one in pairs)


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found
