"""Counting segments of many members over many lines, beside the bare SQL in the same engine.

HUITOU_BENCH_MEMBERS (800,000) and HUITOU_BENCH_LINES (100,000,000) choose the size; with HUITOU_BENCH_HOME it is the
chain that lies there, and what is made live there is taken off again. Five conditions are counted as by somebody who is
typing: each count changes one of them, and is the whole call that a page makes. Then all members of a segment; and of
a chain that lies there, whose books hold its receipts, HUITOU_BENCH_SEGMENTS (100) live segments that follow what
HUITOU_BENCH_RECEIPTS (20,000) members did, one did and 25 did. Beside it stands one statement of bare DuckDB over the
same lines and a table of the same members, by turns, so that both meet the same noise. HUITOU_LAKE_MEMORY_MB=1024 shows
what spills.
"""

from __future__ import annotations

import json
import math
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

MEMBERS = int(os.environ.get("HUITOU_BENCH_MEMBERS", "800000"))
LINES = int(os.environ.get("HUITOU_BENCH_LINES", "100000000"))
SEGMENTS = int(os.environ.get("HUITOU_BENCH_SEGMENTS", "100"))
RECEIPTS = int(os.environ.get("HUITOU_BENCH_RECEIPTS", "20000"))
MONTHS, LINES_A_RECEIPT, STORES = 24, 5, 30
FIRST, AT = date(2024, 12, 1), datetime.fromisoformat("2026-11-28T12:00:00+08:00")
COUNT_MS, FULL_SECONDS, TIMES_BARE, DAY_SECONDS, MOVE_SECONDS, MEMORY_MB = 500, 5.0, 2.0, 60, 2.0, 4_096

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
    FROM (SELECT member_id, receipt_id, net_fen, kind, starts_with(category, '{fresh}/') AS fresh,
                 starts_with(category, '{bakery}/') AS bakery, business_date > DATE '{today}' - 90 AS lately
          FROM read_parquet([{files}], hive_partitioning = false)
          WHERE business_date > DATE '{today}' - 365 AND business_date <= DATE '{today}'
            AND at_utc <= TIMESTAMP '{at}' AND member_id IS NOT NULL AND kind = 'sale')
    GROUP BY member_id
) l USING (member_id)
WHERE p.layer IN ('diamond', 'gold') AND fresh >= 3 AND bakery = 0 AND spent >= {fen} AND p.noted_sms AND p.has_sms
"""


@dataclass(frozen=True, slots=True)
class Chain:
    """When it is asked, and the first parts of category paths that are asked for."""

    at: datetime
    categories: tuple[str, ...]


def run() -> None:
    took = _seconds(_fill)
    print(f"  {MEMBERS:,} members, {LINES:,} lines of {MONTHS} months, laid in {took:,.0f} s", flush=True)
    measure(Chain(AT, tuple(f"C{number}" for number in range(1, 20))))


def run_there() -> None:
    """The same of the chain in HUITOU_BENCH_HOME, at noon of its last day."""
    from pathlib import Path

    from benchmarks.installation import installation_at

    with installation_at(Path(os.environ["HUITOU_BENCH_HOME"])):
        from huitou.lake import service as lake

        lake.keep_baskets()
        with lake.open_session() as session:
            ((day,),) = session.sql("SELECT max(business_date) FROM lines").fetchall()
            found = session.sql(
                "SELECT split_part(category, '/', 1) FROM lines "
                f"WHERE business_date > DATE '{day}' - 30 AND category <> '' GROUP BY 1 ORDER BY count(*) DESC LIMIT 19"
            ).fetchall()
        names = [name for (name,) in found]
        chain = Chain(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), tuple((names * 19)[:19]))
        measure(chain)
        with _live_segments(chain):
            _one_day(chain)
            _one_receipt(chain)
        _tell_memory()


def measure(chain: Chain) -> None:
    from huitou.usecases import segments as asking

    began = time.perf_counter()
    with asking.open_crowd(chain.at) as crowd:
        print(f"  everybody's facts read anew: {time.perf_counter() - began:.1f} s", flush=True)
        _beside_bare(crowd, chain, asking)
    _typing(chain, asking)
    text = _five(chain)
    later = chain.at + timedelta(minutes=1)
    whole = _seconds(lambda: asking.members_of_segment(text, at=later, live=True))
    print(f"  the numbers of all members of a segment: {whole:.2f} s (asked: ≤ {FULL_SECONDS})", flush=True)
    _tell_memory()


def _beside_bare(crowd: Any, chain: Chain, asking: Any) -> None:
    from huitou.lake import tables

    crowd.session.execute("CREATE TABLE bare_people AS SELECT member_id, layer, noted_sms, has_sms FROM people")
    files = ", ".join(f"'{uri.removeprefix('file://')}'" for uri in tables.lines_table().file_uris())
    bare, ours = [], []
    for turn in range(3):
        fen = 10_000 + turn
        query = _BARE.format(
            files=files, fen=fen, today=crowd.moment.today, at=crowd.moment.at, fresh=chain.categories[0],
            bakery=chain.categories[1],
        )  # fmt: skip
        counts: list[int] = []
        bare.append(_seconds(lambda: counts.append(crowd.session.sql(query).fetchall()[0][0])))  # noqa: B023
        crowd.forget()
        tree = asking.read_whole(_five(chain, fen=fen))[1]
        ours.append(_seconds(lambda: counts.append(crowd.count(tree))))  # noqa: B023
        # Ours takes what was given back off what was spent; where nothing came back both are the same.
        told = counts
    ratio = min(ours) / min(bare)
    print(
        f"  five conditions, no answer kept: {min(ours):.2f} s (asked: ≤ {FULL_SECONDS}), bare {min(bare):.2f} s, "
        f"ratio {ratio:.2f} (asked: ≤ {TIMES_BARE}); {told[1]:,} members, the bare statement {told[0]:,}",
        flush=True,
    )


def _typing(chain: Chain, asking: Any) -> None:
    """What a person sees who changes one condition after the other, a second apart: the whole call."""
    changes = [
        *({"fen": 10_000 + 100 * step} for step in range(10)),
        *({"days": 60 + step} for step in range(10)),
        *({"times": 2 + step} for step in range(10)),
        *({"bakery": name} for name in chain.categories[2:12]),
    ]
    first = _seconds(lambda: asking.count_segment(_five(chain), at=chain.at, live=True))
    took = []
    for second, change in enumerate(changes):
        text, now = _five(chain, **change), chain.at + timedelta(seconds=second)
        took.append(1000 * _seconds(lambda: asking.count_segment(text, at=now, live=True)))  # noqa: B023
    took.sort()
    p50, p95 = took[len(took) // 2], took[math.ceil(0.95 * len(took)) - 1]
    print(
        f"  one condition changed a second, with the reach: p50 {p50:.0f} ms, p95 {p95:.0f} ms (asked: ≤ {COUNT_MS}), "
        f"the slowest two of {len(took)} {took[-2]:.0f} and {took[-1]:.0f} ms; "
        f"the first count of a process {first:.1f} s",
        flush=True,
    )


@contextmanager
def _live_segments(chain: Chain) -> Iterator[None]:
    from huitou.usecases import live_segments
    from huitou.usecases import segments as asking

    names = [f"benchmark {number}" for number in range(SEGMENTS)]
    for number, name in enumerate(names):
        changed = {"fen": 10_000 + 700 * number, "days": 30 + 10 * (number % 9), "times": 2 + number % 4}
        text = _five(chain, **changed, bakery=chain.categories[2 + number % 17])
        asking.define_segment(name, text, made_by="benchmark")
        live_segments.switch_live(name, on=True, actor="benchmark")
    took = _seconds(lambda: live_segments.follow_all(lambda: chain.at))
    print(f"  {SEGMENTS} segments switched on, everybody asked: {took:.1f} s", flush=True)
    try:
        yield
    finally:
        for name in names:
            live_segments.switch_live(name, on=False, actor="benchmark")
            asking.delete_segment(name, actor="benchmark")


def _one_day(chain: Chain) -> None:
    """As many members as come on a day change at once."""
    from huitou.usecases import live_segments

    asked = _touch(RECEIPTS)
    took = _seconds(lambda: live_segments.follow_all(lambda: chain.at))
    print(
        f"  {SEGMENTS} live segments follow {asked:,} members: {took:.1f} s (asked: ≤ {DAY_SECONDS} for one day's "
        "receipts)",
        flush=True,
    )


def _one_receipt(chain: Chain) -> None:
    from huitou.usecases import live_segments

    for members in (1, 25):
        took = []
        for _ in range(20):
            _touch(members)
            took.append(_seconds(lambda: live_segments.follow(lambda: chain.at)))
        took.sort()
        print(
            f"  they follow {members} at once: p50 {took[10]:.2f} s, p95 {took[18]:.2f} s, after a second at most "
            f"(asked: ≤ {MOVE_SECONDS} together)",
            flush=True,
        )


def _touch(members: int) -> int:
    """Note receipts of so many members, as the triggers do."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_change (what, member_id) SELECT 'r', id FROM (SELECT DISTINCT member_id AS id FROM "
            "members_identity ORDER BY 1 LIMIT %s OFFSET (SELECT floor(random() * 100)::int)) some_of_them",
            [members],
        )
        return cursor.rowcount


def _tell_memory() -> None:
    """Of this process; the database has its own."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  memory at most {peak:,} MB (asked: ≤ {MEMORY_MB:,} with the database's)", flush=True)


def _five(chain: Chain, *, fen: int = 10_000, days: int = 90, times: int = 3, bakery: str = "") -> str:
    fresh = {"categories": [chain.categories[0]]}
    without = {"categories": [bakery or chain.categories[1]]}
    return json.dumps(
        {
            "language": 1,
            "where": {
                "all": [
                    {"leaf": "layer", "is_one_of": ["diamond", "gold"]},
                    {"leaf": "bought", "at_least": times, "of": fresh, "window": {"last_days": days}},
                    {"leaf": "bought", "at_most": 0, "of": without, "window": {"last_days": 90}},
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
