"""Counting segments of many members over many lines, beside the bare SQL in the same engine.

HUITOU_BENCH_MEMBERS (800,000) and HUITOU_BENCH_LINES (100,000,000) choose the size. Five conditions are counted as by
somebody who is typing: each count changes one of them. Beside it stands one statement of bare DuckDB over the same
lines and a table of the same members, by turns, so that both meet the same noise.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import date, datetime

MEMBERS = int(os.environ.get("HUITOU_BENCH_MEMBERS", "800000"))
LINES = int(os.environ.get("HUITOU_BENCH_LINES", "100000000"))
MONTHS, LINES_A_RECEIPT, STORES = 24, 5, 30
FIRST, AT = date(2024, 12, 1), datetime.fromisoformat("2026-11-28T12:00:00+08:00")
COUNT_MS, FULL_SECONDS, TIMES_BARE = 500, 5.0, 2.0

_LINES_OF_MONTH = """
SELECT 1::BIGINT AS import_id, NULL::BIGINT AS bundle_id, receipt_id, 1 + i % {per}::INTEGER AS line, 'sale' AS kind,
    'till' AS source, (1 + hash(receipt_id) % {stores})::INTEGER AS store_id, '' AS till, 'store' AS channel,
    at_utc, at_utc + INTERVAL 8 HOUR AS at_local, (at_utc + INTERVAL 8 HOUR)::DATE AS business_date,
    receipt_id::VARCHAR AS number,
    -- Some come often and most come seldom.
    1 + floor({members} * pow((hash(receipt_id, 1) % 1_000_000) / 1_000_000.0, 2))::BIGINT AS member_id,
    (hash(i) % 5000)::BIGINT AS product_id, 'P' || hash(i) % 5000 AS sku,
    'C' || (hash(i) % 5000) % 20 || '/' || 'S' || (hash(i) % 5000) % 100 AS category,
    1000::BIGINT AS quantity_milli, NULL::DECIMAL(18, 4) AS unit_price, 0::BIGINT AS discount_fen,
    (100 + hash(i, 2) % 3000)::BIGINT AS net_fen
FROM (SELECT i, i // {per} AS receipt_id,
             TIMESTAMP '{month} 00:00:00'
             + INTERVAL (({day_seconds} * ((i - {begin}) // {per}) // {receipts})::BIGINT) SECOND AS at_utc
      FROM range({begin}, {begin} + {lines}) AS made (i))
"""
_PEOPLE = """
INSERT INTO members_member (id, joined_on, home_store_id) SELECT i, '2024-01-01', 1 + i % {stores}
FROM generate_series(1, {members}) i;
INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified)
SELECT i, 'phone', '\\x00', int8send(i), '0000', false FROM generate_series(1, {members}) i;
INSERT INTO members_profile (member_id, sex, consents_noted)
SELECT i, 'female', jsonb_build_object('sms', i % 3 > 0) FROM generate_series(1, {members}) i;
INSERT INTO members_facts (member_id, layer, recency_score, frequency_score, monetary_score, first_purchase_on,
    last_purchase_on, receipts_year, spend_year_fen, categories, category_shares)
SELECT i, (ARRAY['diamond', 'gold', 'silver', 'dormant'])[1 + i % 4], 1 + i % 5, 1 + i % 5, 1 + i % 5, '2025-01-01',
    '2026-11-01', 5, 10000, ARRAY['C1', 'C2'], ARRAY[600, 400] FROM generate_series(1, {members}) i
"""
_BARE = """
SELECT count(*) FROM bare_people p JOIN (
    SELECT member_id, count(DISTINCT receipt_id) FILTER (fresh AND lately) AS fresh,
        count(*) FILTER (bakery AND lately) AS bakery, sum(net_fen) AS spent
    FROM (SELECT member_id, receipt_id, net_fen, starts_with(category, 'C1/') AS fresh,
                 starts_with(category, 'C2/') AS bakery, business_date > DATE '2026-11-28' - 90 AS lately
          FROM read_parquet([{files}], hive_partitioning = false)
          WHERE business_date > DATE '2026-11-28' - 365 AND business_date <= DATE '2026-11-28'
            AND at_utc <= TIMESTAMP '2026-11-28 04:00:00' AND member_id IS NOT NULL AND kind = 'sale')
    GROUP BY member_id
) l USING (member_id)
WHERE p.layer IN ('diamond', 'gold') AND fresh >= 3 AND bakery = 0 AND spent >= {fen} AND p.noted_sms AND p.has_sms
"""


def run() -> None:
    took = _seconds(_fill)
    print(f"  {MEMBERS:,} members, {LINES:,} lines of {MONTHS} months, laid in {took:,.0f} s", flush=True)
    from huitou.lake import tables
    from huitou.usecases import segments as asking

    began = time.perf_counter()
    with asking.open_crowd(AT) as crowd:
        print(f"  everybody's facts read: {time.perf_counter() - began:.1f} s", flush=True)
        crowd.session.execute("CREATE TABLE bare_people AS SELECT member_id, layer, noted_sms, has_sms FROM people")
        files = ", ".join(f"'{uri.removeprefix('file://')}'" for uri in tables.lines_table().file_uris())
        bare, ours = [], []
        for turn in range(3):
            fen = 10_000 + turn
            bare_count: list[int] = []
            query = _BARE.format(files=files, fen=fen)
            bare.append(_seconds(lambda: bare_count.append(crowd.session.sql(query).fetchall()[0][0])))  # noqa: B023
            crowd.forget()
            found: list[int] = []
            tree = asking.read_whole(_five(fen=fen))[1]
            ours.append(_seconds(lambda: found.append(crowd.count(tree))))  # noqa: B023
            assert found == bare_count, (found, bare_count)
        ratio = min(ours) / min(bare)
        print(
            f"  five conditions, no answer kept: {min(ours):.2f} s (asked: ≤ {FULL_SECONDS}), bare {min(bare):.2f} s, "
            f"ratio {ratio:.2f} (asked: ≤ {TIMES_BARE}); {found[0]:,} members",
            flush=True,
        )
        _typing(crowd, asking)
        whole = _seconds(lambda: list(crowd.ids(crowd.bits(tree))))
        print(f"  their numbers, the answer kept: {whole:.2f} s", flush=True)


def _typing(crowd, asking) -> None:
    """What a person sees who changes one condition after the other."""
    changes = [
        *({"fen": 10_000 + 100 * step} for step in range(10)),
        *({"days": 60 + step} for step in range(10)),
        *({"times": 2 + step} for step in range(10)),
        *({"bakery": f"C{3 + step}"} for step in range(10)),
    ]
    took = []
    for change in changes:
        tree = asking.read_whole(_five(**change))[1]
        took.append(1000 * _seconds(lambda: crowd.count(tree)))  # noqa: B023
    told = ", ".join(f"{ms:.0f}" for ms in took[::5])
    took.sort()
    p50, p95 = took[len(took) // 2], took[int(0.95 * len(took))]
    print(f"  one condition changed: p50 {p50:.0f} ms, p95 {p95:.0f} ms (asked: ≤ {COUNT_MS}); {told}", flush=True)


def _five(*, fen: int = 10_000, days: int = 90, times: int = 3, bakery: str = "C2") -> str:
    window = {"last_days": days}
    return json.dumps(
        {
            "language": 1,
            "where": {
                "all": [
                    {"leaf": "layer", "is_one_of": ["diamond", "gold"]},
                    {"leaf": "bought", "at_least": times, "of": {"categories": ["C1"]}, "window": window},
                    {"leaf": "bought", "at_most": 0, "of": {"categories": [bakery]}, "window": {"last_days": 90}},
                    {"leaf": "spent", "at_least": f"{fen // 100}.{fen % 100:02}", "window": {"last_days": 365}},
                    {"leaf": "reachable", "channel": "sms"},
                ]
            },
        }
    )


def _fill() -> None:
    from django.db import connection

    from huitou.catalogue import service as catalogue
    from huitou.lake import service as lake

    catalogue.take_stores([(f"S{number}", f"S{number}", "") for number in range(1, STORES + 1)])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_category (path) SELECT 'C' || i FROM generate_series(0, 19) i")
        cursor.execute(_PEOPLE.format(members=MEMBERS, stores=STORES))
    months = [date(FIRST.year + (FIRST.month - 1 + n) // 12, (FIRST.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)]
    begins = {month: LINES // MONTHS * place for place, month in enumerate(months)}

    def query(month: date) -> str:
        days = 28 if month == months[-1] else 30 if month.month != 2 else 28
        return _LINES_OF_MONTH.format(
            per=LINES_A_RECEIPT,
            stores=STORES,
            members=MEMBERS,
            month=month,
            begin=begins[month],
            lines=LINES // MONTHS,
            day_seconds=days * 86_400 - 9 * 3600,
            receipts=LINES // MONTHS // LINES_A_RECEIPT + 1,
        )

    with lake.open_session() as session:
        lake.append_straight("benchmark", session, months, query)
    with lake.open_snapshot() as snapshot:
        lake.fold(snapshot)
    print(f"  baskets by category written down in {_seconds(lake.keep_baskets):,.0f} s", flush=True)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
