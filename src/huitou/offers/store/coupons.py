"""Coupons as rows. The only user of the tables; pricing knows none of this."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.offers.terms import CouponSeen
from huitou.offers.terms.coupons import BroughtSeen, LifeSeen, UseSeen

COLUMNS = ("code", "kind", "member_id", "state", "starts", "ends", "changed_on")
_KNOWN = pa.schema(
    [
        ("code", pa.string()),
        ("kind", pa.string()),
        ("member_id", pa.int64()),
        ("state", pa.string()),
        ("starts", pa.date32()),
        ("ends", pa.date32()),
    ]
)


def known(codes: list[str]) -> pa.Table:
    """(code, kind, member_id, state, starts, ends) of the coupons of these codes that are there."""
    return _table(
        "SELECT c.code, k.code, c.member_id, c.state, c.starts, c.ends FROM offers_coupon c "
        "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
        "WHERE c.code = ANY(%s)",
        [codes],
    )


def _table(query: str, values: list[Any]) -> pa.Table:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [[] for _ in _KNOWN.names]
    return pa.table([list(column) for column in columns], schema=_KNOWN)


def insert_kinds(rows: list[tuple[str, str, str, int | None, int | None]]) -> int:
    """(code, title, terms, worth_fen, threshold_fen); a kind that is there stays as it is. How many were made."""
    with connection.cursor() as cursor:
        made = 0
        for row in rows:
            cursor.execute(
                "INSERT INTO offers_couponkind (code, title, terms, worth_fen, threshold_fen) "
                "VALUES (%s, %s, %s, %s, %s) ON CONFLICT (code) DO NOTHING",
                row,
            )
            made += cursor.rowcount
    return made


def insert_brought(rows: pa.Table, *, source: str, actor: str, import_batch: int) -> int:
    """Coupons of another programme (COLUMNS), a batch a kind; how many. A code that is taken is refused by the
    database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_coupon (code text, kind text, member_id bigint, state text, starts date, "
            "ends date, changed_on date) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_coupon", COLUMNS, rows.select(COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH made AS (INSERT INTO offers_couponbatch (kind_id, issued, source, actor, import_batch_id) "
            "    SELECT k.id, count(*), %s, %s, %s FROM arriving_coupon a JOIN offers_couponkind k ON k.code = a.kind "
            "    GROUP BY k.id ORDER BY k.id RETURNING id, kind_id) "
            "INSERT INTO offers_coupon (code, batch_id, member_id, state, starts, ends, changed_on, brought) "
            "SELECT a.code, made.id, a.member_id, a.state, a.starts, a.ends, a.changed_on, true "
            "FROM arriving_coupon a JOIN offers_couponkind k ON k.code = a.kind JOIN made ON made.kind_id = k.id "
            "ORDER BY a.code",
            [source, actor, import_batch],
        )
        count = cursor.rowcount
        cursor.execute("DROP TABLE arriving_coupon")
    bulk.freshen_statistics("offers_coupon")
    return count


def take_back(import_batch: int) -> tuple[int, int]:
    """Take an import's coupons away again; those that a till has held or used here stay. (gone, staying)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH batch AS (SELECT id FROM offers_couponbatch WHERE import_batch_id = %s FOR UPDATE) "
            "DELETE FROM offers_coupon c USING batch WHERE c.batch_id = batch.id AND c.state <> 'held' "
            "AND c.receipt_id IS NULL AND NOT EXISTS (SELECT FROM offers_couponuse u WHERE u.coupon_id = c.id)",
            [import_batch],
        )
        gone = cursor.rowcount
        cursor.execute(
            "UPDATE offers_couponbatch b SET issued = left_over.count FROM (SELECT batch_id, count(*) FROM "
            "offers_coupon GROUP BY 1) left_over WHERE left_over.batch_id = b.id AND b.import_batch_id = %s",
            [import_batch],
        )
        cursor.execute(
            "DELETE FROM offers_couponbatch b WHERE b.import_batch_id = %s AND NOT EXISTS "
            "(SELECT FROM offers_coupon c WHERE c.batch_id = b.id) RETURNING b.kind_id",
            [import_batch],
        )
        kinds = [kind for (kind,) in cursor.fetchall()]
        cursor.execute(
            "DELETE FROM offers_couponkind k WHERE k.id = ANY(%s) AND NOT EXISTS "
            "(SELECT FROM offers_couponbatch b WHERE b.kind_id = k.id)",
            [kinds],
        )
        cursor.execute(
            "SELECT count(*) FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
            "WHERE b.import_batch_id = %s",
            [import_batch],
        )
        return gone, cursor.fetchone()[0]


def of_member(member_id: int, limit: int) -> list[CouponSeen]:
    """Live and held ones first, those that end soonest at the top; then the newest of the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, k.code, k.title, k.terms, c.state, c.starts, c.ends, k.worth_fen, "
            "coalesce((SELECT o.code FROM offers_offer o WHERE o.id = b.offer_id), '') FROM offers_coupon c "
            "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
            "WHERE c.member_id = %s ORDER BY c.state NOT IN ('live', 'held'), c.ends NULLS LAST, c.id LIMIT %s",
            [member_id, limit],
        )
        return [CouponSeen(*row) for row in cursor.fetchall()]


def one(spellings: list[str]) -> tuple[CouponSeen, int | None] | None:
    """The coupon of the first of these spellings that there is, and its member."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, k.code, k.title, k.terms, c.state, c.starts, c.ends, k.worth_fen, c.member_id "
            "FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
            "JOIN offers_couponkind k ON k.id = b.kind_id WHERE c.code = ANY(%s) "
            "ORDER BY array_position(%s, c.code) LIMIT 1",
            [spellings, spellings],
        )
        row = cursor.fetchone()
    return None if row is None else (CouponSeen(*row[:-1]), row[-1])


def life_of(code: str) -> LifeSeen:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(b.name, ''), b.made_at, b.actor, c.brought, c.held_until, c.changed_on, c.hold_key, "
            "g.receipt_id, coalesce(o.code, ''), g.gone_by_id, b.id "
            "FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
            "LEFT JOIN offers_brought g ON g.coupon_id = c.id LEFT JOIN offers_offer o ON o.id = g.offer_id "
            "WHERE c.code = %s",
            [code],
        )
        return LifeSeen(*cursor.fetchone())


_BROUGHT = (
    "SELECT c.code, k.title, c.state FROM offers_brought g JOIN offers_coupon c ON c.id = g.coupon_id "
    "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
)


def brought_by(sale: int) -> list[BroughtSeen]:
    return _brought("WHERE g.receipt_id = %s ORDER BY g.id", sale)


def ended_by(returned: int) -> list[BroughtSeen]:
    return _brought("WHERE g.gone_by_id = %s ORDER BY g.id", returned)


def _brought(which: str, receipt_id: int) -> list[BroughtSeen]:
    with connection.cursor() as cursor:
        cursor.execute(_BROUGHT + which, [receipt_id])
        return [BroughtSeen(*row) for row in cursor.fetchall()]


def uses_of(code: str) -> list[UseSeen]:
    """Oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.receipt_id, u.used_at, u.given_back_by_id FROM offers_couponuse u "
            "JOIN offers_coupon c ON c.id = u.coupon_id WHERE c.code = %s ORDER BY u.id",
            [code],
        )
        return [UseSeen(*row) for row in cursor.fetchall()]


def live_on(day: date) -> dict[str, tuple[str, int, int | None]]:
    """By kind: title, how many were live at the end of that day, and what they take off together (fen)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.code, k.title, count(*), (count(*) * k.worth_fen)::bigint FROM offers_coupon c "
            "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
            "WHERE (c.ends IS NULL OR c.ends > %s) AND (c.state IN ('live', 'held') OR c.changed_on > %s) "
            "GROUP BY k.id ORDER BY k.code",
            [day, day],
        )
        return {code: (title, count, worth) for code, title, count, worth in cursor.fetchall()}


def rows_of(member_id: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.code, k.title, c.state, c.starts, c.ends, c.changed_on, c.receipt_id FROM offers_coupon c "
            "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
            "WHERE c.member_id = %s ORDER BY c.id",
            [member_id],
        )
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def promised_to(member_id: int) -> list[dict[str, Any]]:
    """Batches that are being issued, with a coupon for the member that is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT batch_id FROM offers_grant WHERE member_id = %s ORDER BY batch_id", [member_id])
        return [{"batch": batch} for (batch,) in cursor.fetchall()]


ISSUED = """
SELECT 'batch ' || b.id || ': issued ' || b.issued || ', found ' || count(c.id) FROM offers_couponbatch b
LEFT JOIN offers_coupon c ON c.batch_id = b.id AND c.state IN ('live', 'held', 'used', 'expired', 'void')
WHERE b.offer_id IS NULL GROUP BY b.id HAVING b.issued <> count(c.id) ORDER BY b.id
"""
ONE_USE = """
SELECT says FROM (
    SELECT 'coupon ' || id || ' is ' || state || ' and names receipt ' || coalesce(receipt_id::text, '-') AS says
    FROM offers_coupon WHERE state = 'used' AND receipt_id IS NULL AND NOT brought
        OR state <> 'used' AND receipt_id IS NOT NULL
    UNION ALL
    SELECT 'trigger offers_coupon_used_once is missing or off' WHERE NOT EXISTS (
        SELECT FROM pg_trigger WHERE tgname = 'offers_coupon_used_once' AND tgenabled IN ('O', 'A'))
    UNION ALL
    SELECT 'table offers_coupon has no unique index on code' WHERE NOT EXISTS (
        SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = 'offers_coupon'::regclass AND a.attname = 'code' AND i.indisunique AND i.indisvalid
            AND i.indnkeyatts = 1 AND i.indpred IS NULL)
) found ORDER BY says
"""
