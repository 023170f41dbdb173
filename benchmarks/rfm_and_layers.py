"""RFM and layers of every member from the lake, beside the bare query in DuckDB over the same files."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date

import duckdb

_LINES = 5_000_000
_MEMBERS = 40_000
_AS_OF = date(2026, 10, 31)

# What anybody would write for recency, frequency and money in quintiles, with nothing of ours around it.
_BARE = """
SELECT member_id, ntile(5) OVER (ORDER BY last_on) AS r, ntile(5) OVER (ORDER BY visits) AS f,
       ntile(5) OVER (ORDER BY spent) AS m, last_on, visits, spent
FROM (SELECT member_id, max(business_date) AS last_on, count(DISTINCT receipt_id) AS visits, sum(net_fen) AS spent
      FROM read_parquet([{files}], hive_partitioning = true)
      WHERE member_id IS NOT NULL AND business_date > DATE '2026-10-31' - 365 GROUP BY member_id)
"""


def run() -> None:
    from huitou.insight import service as insight
    from huitou.insight.terms import CutOffs
    from huitou.lake import service as lake
    from huitou.lake import tables

    _fill_lake(tables)
    files = ", ".join(f"'{uri.removeprefix('file://')}'" for uri in tables.lines_table().file_uris())
    bare, ours = [], []
    for _ in range(5):  # by turns, so that both meet the same noise
        with duckdb.connect() as session:
            bare.append(_seconds(lambda: session.sql(_BARE.format(files=files)).to_arrow_table()))
        with lake.open_snapshot() as snapshot:  # nothing is folded: from the lines, as before a first refresh
            reckon = snapshot.session.sql(insight.facts_query(_AS_OF, CutOffs())).to_arrow_table
            ours.append(_seconds(reckon))
    print(f"{_LINES:,} lines, {_MEMBERS:,} members: best of five")
    print(f"  ours {min(ours):.2f} s, bare query {min(bare):.2f} s: ratio {min(ours) / min(bare):.2f} (asked: ≤ 2)")


def _fill_lake(tables) -> None:
    with duckdb.connect() as session:
        made = session.sql(
            f"""SELECT strftime(DATE '2024-11-01' + (i * 730 // {_LINES})::INTEGER, '%Y-%m') AS month,
            1::BIGINT AS import_id, NULL::BIGINT AS bundle_id,
            (i // 5)::BIGINT AS receipt_id, (1 + i % 5)::INTEGER AS line, 'sale' AS kind,
            'till' AS source, (1 + i // 5 % 30)::INTEGER AS store_id, '' AS till, 'store' AS channel,
            TIMESTAMP '2024-11-01' + INTERVAL 1 DAY * (i * 730 // {_LINES}) AS at_utc,
            TIMESTAMP '2024-11-01' + INTERVAL 1 DAY * (i * 730 // {_LINES}) AS at_local,
            DATE '2024-11-01' + (i * 730 // {_LINES})::INTEGER AS business_date, i::VARCHAR AS number,
            (hash(i // 5) % {_MEMBERS})::BIGINT AS member_id, (hash(i) % 5000)::BIGINT AS product_id,
            'P' || hash(i) % 5000 AS sku, 'C' AS category, 1000::BIGINT AS quantity_milli,
            NULL::DECIMAL(18, 4) AS unit_price, 0::BIGINT AS discount_fen, (100 + hash(i) % 5000)::BIGINT AS net_fen
            FROM range({_LINES}) AS made (i)"""
        ).to_arrow_reader(1_000_000)
        tables.append("benchmark", made.cast(tables.LINES), 1)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
