"""The bundle of a store of 27,000 members: how large, how long, and how both grow; whole and by delta.

The floor, in the same run: the bare SQL that reads the same rows, and plain zlib over the same rows as JSON lines.
"""

from __future__ import annotations

import gc
import json
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

MEMBERS = (3_000, 9_000, 27_000, 81_000)
ASKED_OF, ASKED_BYTES, ASKED_SECONDS = 27_000, 2_000_000, 2.0
GOODS, OFFERS, COUPONS_OF_THREE = 12_000, 300, 2
"""A supermarket's goods, three quarters of them with a barcode; of three members two have a coupon of their own."""
CHANGED = 1_500
"""Members who bought something since: a busy hour."""
READINGS = 3


def run() -> None:
    from django.utils.timezone import now

    from huitou.usecases.people import add_key

    _lay_goods()
    key = add_key("till", store_codes=[], calls=[], actor="benchmark")
    before = 0
    for members in MEMBERS:
        store = f"B{members}"
        _lay_store(store, members)
        size, took = _tell(store, key, members, now())
        grown = f", {size / before:.2f} times the bytes of a third of the members" if before else ""
        print(f"   {size / members:.1f} bytes and {1e6 * took / members:.0f} µs for each member{grown}")
        before = size


def _lay_goods() -> None:
    from django.db import connection

    from huitou.usecases import promotions

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_category (path) SELECT 'food/aisle ' || n % 20 || '/shelf ' || n "
            "FROM generate_series(1, 400) n"
        )
        cursor.execute(
            "INSERT INTO catalogue_product (sku, name, category_id, brand, supplier, price_fen, weighed) "
            "SELECT '69' || lpad((n * 7919 %% 99999999)::text, 11, '0'), "
            "  (ARRAY['鲜','纯','有机','家庭装','轻食','手工','老字号'])[1 + n %% 7] || "
            "  (ARRAY['牛奶','酸奶','大米','面粉','酱油','苹果','鸡蛋','饼干','洗衣液'])[1 + n %% 9] || "
            "  (n %% 97) || '号' || (n * 31 %% 1000) || '克', k.id, "
            "  'brand ' || n %% 300, 'supplier ' || n %% 120, 100 + n * 37 %% 9000, n %% 20 = 0 "
            "FROM generate_series(1, %s) n JOIN catalogue_category k ON k.path = "
            "  'food/aisle ' || (1 + n %% 400) %% 20 || '/shelf ' || 1 + n %% 400",
            [GOODS],
        )
        cursor.execute(
            "INSERT INTO catalogue_code (product_id, kind, code) SELECT id, 'barcode', "
            "'49' || lpad((id * 104729 % 99999999999)::text, 11, '0') FROM catalogue_product WHERE id % 4 > 0"
        )
        cursor.execute("SELECT sku FROM catalogue_product ORDER BY id LIMIT %s", [OFFERS])
        skus = [sku for (sku,) in cursor.fetchall()]
    for place, sku in enumerate(skus):
        goods = {"skus": [sku]}
        document = {"id": f"bench-{place}", "name": f"第{place}档特价", "get": {"kind": "percent_off", "percent": "12"}}
        document["get"]["goods"] = goods  # type: ignore[index]
        promotions.draft_offer(document, actor="benchmark")
        promotions.switch_on(f"bench-{place}", actor="benchmark")


def _lay_store(code: str, members: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO catalogue_store (code, name) VALUES (%s, %s) RETURNING id", [code, code])
        store = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO members_member (joined_on, home_store_id) SELECT '2026-01-01', %s FROM generate_series(1, %s)",
            [store, members],
        )
        cursor.execute(
            "INSERT INTO members_identity (member_id, kind, value, tail) SELECT id, 'card', '2' || "
            "lpad((id * 48271 %% 9999999999)::text, 10, '0'), '0000' FROM members_member WHERE home_store_id = %s",
            [store],
        )
        cursor.execute(
            "INSERT INTO members_tier (member_id, tier, since) SELECT id, (ARRAY['银','金','钻'])[1 + id %% 3], "
            "'2026-01-01' FROM members_member WHERE home_store_id = %s AND id %% 2 = 0",
            [store],
        )
        cursor.execute(
            "INSERT INTO loyalty_account (asset, role, member_id, balance) SELECT 'points', 'member', id, "
            "id * 7919 %% 5000 FROM members_member WHERE home_store_id = %s",
            [store],
        )
        cursor.execute(
            "INSERT INTO offers_couponkind (code, title, personal) SELECT 'K' || n, 'K' || n, true "
            "FROM generate_series(1, 8) n ON CONFLICT DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO offers_couponbatch (kind_id, issued, source, actor) SELECT id, 1, 'bench', 'bench' "
            "FROM offers_couponkind WHERE NOT EXISTS (SELECT FROM offers_couponbatch)"
        )
        cursor.execute(
            "WITH batches AS (SELECT array_agg(id) AS ids FROM offers_couponbatch) "
            "INSERT INTO offers_coupon (code, batch_id, member_id, changed_on, ends) "
            "SELECT upper(substr(md5(m.id::text), 1, 13)), batches.ids[1 + m.id %% 8], m.id, '2026-11-01', "
            "  '2026-12-01'::date + (m.id %% 20)::int FROM members_member m, batches "
            "WHERE m.home_store_id = %s AND m.id %% 3 < %s",
            [store, COUPONS_OF_THREE],
        )
        cursor.execute("ANALYZE")


def _tell(store: str, key: str, members: int, now: Any) -> tuple[int, float]:
    from huitou.access import service as access
    from huitou.offline import service as offline
    from huitou.privacy import service as privacy
    from huitou.usecases.offline_bundle import offline_bundle

    caller = access.find_key(key, today=now.date())
    assert caller is not None

    def make(have: str = "", moment: Any = now) -> bytes:
        return offline_bundle(caller, key, store, have=have, till_key=bytes(32), now=moment)

    make()
    whole, took = _timed(make)
    opening = {"trusted": privacy.signing_key(), "store": store}
    (kept, _), opened_in = _timed(lambda: offline.open_bundle(whole, now=now, **opening))
    bare, bare_bytes = _floor(kept)
    sql = _timed(lambda: _bare_sql(store))[1]
    print(f"{members:,} members, {GOODS:,} goods, {OFFERS} offers, {len(kept.rows['coupons']):,} coupons: "
          f"{len(whole):,} bytes in {took:.2f} s; opened and checked by the till in {opened_in:.2f} s")  # fmt: skip
    print(f"   the floor: plain zlib of the same rows {bare_bytes:,} bytes ({len(whole) / bare_bytes:.2f} times), "
          f"packed in {bare:.2f} s; bare SQL {sql:.2f} s ({took / (sql + bare):.1f} times both)")  # fmt: skip
    _change(store)
    later = now + timedelta(minutes=10)
    delta, delta_took = _timed(lambda: make(kept.header.version, later))
    found, _ = offline.open_bundle(delta, now=later, kept=kept, **opening)
    assert found.header.version != kept.header.version
    share = 100 * len(delta) / len(whole)
    print(f"   delta after {CHANGED:,} members bought: {len(delta):,} bytes ({share:.1f} %) in {delta_took:.2f} s")
    if members == ASKED_OF:
        small, quick = len(whole) <= ASKED_BYTES, took <= ASKED_SECONDS
        print(f"   asked for: {ASKED_BYTES:,} bytes: {_told(small)}; {ASKED_SECONDS:.0f} s: {_told(quick)}")
    return len(whole), took


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What it gives, and the best of a few readings in seconds."""
    best, found = float("inf"), None
    for _ in range(READINGS):
        gc.collect()
        started = time.perf_counter()
        found = work()
        best = min(best, time.perf_counter() - started)
    return found, best


def _floor(kept: Any) -> tuple[float, int]:
    """Plain zlib over the same rows as JSON lines: seconds and bytes."""
    started = time.perf_counter()
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for rows in kept.rows.values() for row in rows)
    packed = zlib.compress(lines.encode(), 6)
    return time.perf_counter() - started, len(packed)


def _bare_sql(store: str) -> int:
    """The rows of people, goods and coupons, fetched and thrown away."""
    from django.db import connection

    count = 0
    with connection.cursor() as cursor:
        for query in (
            "SELECT m.id, t.tier, a.balance FROM members_member m JOIN catalogue_store s ON s.id = m.home_store_id "
            "LEFT JOIN members_tier t ON t.member_id = m.id LEFT JOIN loyalty_account a ON a.member_id = m.id "
            "WHERE s.code = %s",
            "SELECT i.value, i.member_id FROM members_identity i JOIN members_member m ON m.id = i.member_id "
            "JOIN catalogue_store s ON s.id = m.home_store_id WHERE s.code = %s",
            "SELECT c.code, b.kind_id, c.member_id, c.ends FROM offers_coupon c JOIN offers_couponbatch b "
            "ON b.id = c.batch_id JOIN members_member m ON m.id = c.member_id JOIN catalogue_store s "
            "ON s.id = m.home_store_id WHERE s.code = %s",
            "SELECT p.sku, p.name, k.path, p.brand, p.supplier, p.price_fen FROM catalogue_product p "
            "LEFT JOIN catalogue_category k ON k.id = p.category_id WHERE %s <> ''",
            "SELECT c.code, c.pieces FROM catalogue_code c WHERE %s <> ''",
        ):
            cursor.execute(query, [store])
            count += len(cursor.fetchall())
    return count


def _change(store: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_account SET balance = balance + 17 WHERE member_id IN (SELECT m.id FROM members_member m "
            "JOIN catalogue_store s ON s.id = m.home_store_id WHERE s.code = %s ORDER BY md5(m.id::text) LIMIT %s)",
            [store, CHANGED],
        )


def _told(reached: bool) -> str:
    return "reached" if reached else "MISSED"
