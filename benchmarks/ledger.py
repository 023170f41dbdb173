"""The ledger's two slow questions: what a member with 10,000 entries has, and whether the sealed books still hold.

Limits in the same run: the member's balance and lots asked by the bare indexed query; the books' leaves hashed by the
database and nothing else done.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyarrow as pa
from django.db import connection, transaction

ENTRIES_OF_ONE = 10_000
SALES = 300_000
MEMBERS = 3_000
ROUNDS = 200
LOTS_SHOWN = 12
ASKED_MS, ASKED_ENTRIES = 5, 300_000
_HASH = "SELECT count(sha256(convert_to(e::text, 'UTF8'))) FROM loyalty_entry e"
_BARE = (
    "SELECT remaining, expires_on, (SELECT balance FROM loyalty_account WHERE id = account_id) FROM loyalty_lot "
    "WHERE account_id = (SELECT id FROM loyalty_account WHERE asset = 'points' AND role = 'member' AND member_id = %s) "
    "AND remaining > 0 ORDER BY expires_on, earned_at, id LIMIT %s"
)


def run() -> None:
    from huitou.loyalty import service as loyalty

    regular = _fill()
    sealing = _seconds(_seal)
    before = loyalty.verify_books()
    assert before.first_broken is None, before.first_broken
    _tell_member(regular)
    verifying = min(_seconds(loyalty.verify_books) for _ in range(3))
    hashing = min(_seconds(lambda: _ask(_HASH)) for _ in range(3))
    rate = before.entries / verifying
    print(f"{before.entries:,} entries in {before.blocks:,} blocks sealed in {sealing:.1f} s "
          f"({before.entries / sealing:,.0f}/s)")  # fmt: skip
    reached = "reached" if rate >= ASKED_ENTRIES else "MISSED"
    print(f"verified: {rate:,.0f} entries/s; asked for {ASKED_ENTRIES:,}: ratio {rate / ASKED_ENTRIES:.2f}: {reached}; "
          f"{verifying / hashing:.1f} x the time of hashing each row once", flush=True)  # fmt: skip


def _fill() -> int:
    """Sales of two years in 30 stores, every thirtieth of them of one and the same member: that member's id."""
    from huitou.loyalty import service as loyalty

    of_one = SALES // ENTRIES_OF_ONE
    start = datetime(2024, 11, 1, tzinfo=UTC)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_store (code, name) SELECT 'L' || n, 'L' || n FROM generate_series(1, 30) n "
            "RETURNING id"
        )
        stores = [store for (store,) in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO members_member (joined_on, home_store_id) SELECT date '2024-11-01', %s "
            "FROM generate_series(1, %s) RETURNING id",
            [stores[0], MEMBERS],
        )
        members = sorted(member for (member,) in cursor.fetchall())
        cursor.execute(
            "INSERT INTO receipts_identity (source, store_id, till, business_date, number, kind, digest) "
            "SELECT 'ledger', (%s::int[])[1 + n %% 30], '1', date '2024-11-01' + n %% 700, n::text, 'sale', '' "
            "FROM generate_series(1, %s) n RETURNING id, store_id, business_date",
            [stores, SALES],
        )
        rows = cursor.fetchall()
        sales = pa.table(
            {
                "receipt_id": [receipt for receipt, _, _ in rows],
                "member_id": [members[0] if n % of_one == 0 else members[1 + n % (MEMBERS - 1)] for n in range(SALES)],
                "net_fen": [1_000 + n * 37 % 30_000 for n in range(SALES)],
                "at": pa.array([(start + timedelta(minutes=n)).replace(tzinfo=None) for n in range(SALES)]),
                "business_date": [day for _, _, day in rows],
                "store_id": [store for _, store, _ in rows],
            }
        )
        assert loyalty.post_earnings(sales, actor="benchmark") == SALES
    _ask("ANALYZE")
    return members[0]


def _seal() -> None:
    from huitou.loyalty import service as loyalty

    while loyalty.seal_books():
        pass


def _tell_member(member: int) -> None:
    from huitou.loyalty import service as loyalty

    def ours() -> None:
        loyalty.balance_of(member)
        assert len(loyalty.lots_of(member, LOTS_SHOWN)[0]) == LOTS_SHOWN

    asked = [1000 * _seconds(ours) for _ in range(ROUNDS)]
    bare = [1000 * _seconds(lambda: _ask(_BARE, member, LOTS_SHOWN)) for _ in range(ROUNDS)]
    middle, late = statistics.median(asked), sorted(asked)[int(0.99 * ROUNDS)]
    alone = statistics.median(bare)
    reached = "reached" if late <= ASKED_MS else "MISSED"
    print(f"balance and lots of a member with {ENTRIES_OF_ONE:,} entries: p50 {middle:.2f} ms, p99 {late:.2f} ms; "
          f"asked for: p99 {ASKED_MS} ms: ratio {late / ASKED_MS:.2f}: {reached}; "
          f"the bare query {alone:.2f} ms: {middle / alone:.1f} x", flush=True)  # fmt: skip


def _ask(query: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values) or None)


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
