"""Kinds of coupons, and batches: issued in pieces, each of them committed, so that what was stopped goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.offers.terms.coupons import BatchSeen, KindSeen

_KIND = (
    "k.code, k.title, k.terms, k.worth_fen, k.threshold_fen, k.personal, k.transferable, k.valid_from, k.valid_until, "
    "k.valid_days, k.store_ids"
)


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def titles() -> dict[str, str]:
    """Of every kind, by its code."""
    return dict(_rows("SELECT code, title FROM offers_couponkind ORDER BY code"))


def kinds(code: str | None = None) -> list[KindSeen]:
    """With how many coupons of each are in which state."""
    counts = (
        "SELECT kind_id, coalesce(sum(count) FILTER (WHERE state = 'live'), 0)::bigint, "
        "coalesce(sum(count) FILTER (WHERE state = 'held'), 0)::bigint, "
        "coalesce(sum(count) FILTER (WHERE state = 'used'), 0)::bigint, "
        "coalesce(sum(count) FILTER (WHERE state = 'expired'), 0)::bigint, "
        "coalesce(sum(count) FILTER (WHERE state = 'void'), 0)::bigint "
        "FROM (SELECT b.kind_id, c.state, count(*) FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id "
        "WHERE %s::text IS NULL OR b.kind_id = (SELECT id FROM offers_couponkind WHERE code = %s) "
        "GROUP BY 1, 2) by_state GROUP BY 1"
    )
    rows = _rows(
        f"SELECT {_KIND}, n.* FROM offers_couponkind k "
        f"LEFT JOIN ({counts}) n (kind_id, live, held, used, expired, void) ON n.kind_id = k.id "
        "WHERE %s::text IS NULL OR k.code = %s ORDER BY k.code",
        [code, code, code, code],
    )
    return [KindSeen(*row[:10], tuple(row[10]), *(count or 0 for count in row[12:])) for row in rows]


def insert_kind(kind: KindSeen, by: str) -> bool:
    """Whether it is new; one of this code that is there stays as it is."""
    return bool(
        _rows(
            "INSERT INTO offers_couponkind (code, title, terms, worth_fen, threshold_fen, personal, transferable, "
            "valid_from, valid_until, valid_days, store_ids, made_by) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (code) DO NOTHING RETURNING id",
            [kind.code, kind.title, kind.terms, kind.worth_fen, kind.threshold_fen, kind.personal, kind.transferable,
             kind.valid_from, kind.valid_until, kind.valid_days, list(kind.store_ids), by],
        )
    )  # fmt: skip


_BATCH = (
    "SELECT b.id, coalesce(b.name, (SELECT o.code FROM offers_offer o WHERE o.id = b.offer_id)), k.code, n.issued, "
    "coalesce(b.wanted, n.issued), b.starts, b.ends, b.source, b.actor, "
    "b.made_at FROM offers_couponbatch b JOIN offers_couponkind k ON k.id = b.kind_id, "
    "LATERAL (SELECT CASE WHEN b.offer_id IS NULL THEN b.issued "
    "  ELSE (SELECT count(*)::int FROM offers_coupon c WHERE c.batch_id = b.id) END) n (issued) "
)


def batches(kind: str | None, limit: int) -> list[BatchSeen]:
    """Newest first."""
    rows = _rows(_BATCH + "WHERE %s::text IS NULL OR k.code = %s ORDER BY b.id DESC LIMIT %s", [kind, kind, limit])
    return [BatchSeen(*row) for row in rows]


def batch(batch_id: int) -> BatchSeen | None:
    rows = _rows(_BATCH + "WHERE b.id = %s", [batch_id])
    return BatchSeen(*rows[0]) if rows else None


def named(name: str) -> BatchSeen | None:
    rows = _rows(_BATCH + "WHERE b.name = %s", [name])
    return BatchSeen(*rows[0]) if rows else None


def begin(
    kind: str, name: str, wanted: int, seed: bytes, *, starts: date | None, ends: date | None, source: str, by: str
) -> int | None:
    """The id of the batch that is to be issued; None where the name is taken."""
    rows = _rows(
        "INSERT INTO offers_couponbatch (kind_id, name, issued, wanted, seed, starts, ends, source, actor) "
        "SELECT id, %s, 0, %s, %s, %s, %s, %s, %s FROM offers_couponkind WHERE code = %s "
        "ON CONFLICT (name) DO NOTHING RETURNING id",
        [name, wanted, seed, starts, ends, source, by, kind],
    )
    return rows[0][0] if rows else None


def grant(batch_id: int, members: Sequence[int]) -> None:
    """Who gets the coupons of a batch, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offers_grant (batch_id, number, member_id) SELECT %s, number - 1, member "
            "FROM unnest(%s::bigint[]) WITH ORDINALITY AS g (member, number)",
            [batch_id, list(members)],
        )


def waiting() -> list[int]:
    """Batches of which a part is not issued yet."""
    return [row[0] for row in _rows("SELECT id FROM offers_couponbatch WHERE seed IS NOT NULL ORDER BY id")]


def lock_waiting(batch_id: int) -> tuple[int, int, bytes] | None:
    """(issued, wanted, seed) of a batch that is not issued whole, locked; None where nothing is left to do."""
    rows = _rows(
        "SELECT issued, wanted, seed FROM offers_couponbatch WHERE id = %s AND seed IS NOT NULL FOR UPDATE", [batch_id]
    )
    return (rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None


def insert_piece(batch_id: int, codes: Sequence[tuple[int, str]], today: date) -> list[int]:
    """Write coupons (number in the batch, code); the numbers whose code somebody else has already."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE piece_of_batch (number int, code text) ON COMMIT DROP")
    bulk.copy_in(
        "piece_of_batch",
        ("number", "code"),
        pa.table({"number": [number for number, _ in codes], "code": [code for _, code in codes]}),
    )
    _rows(
        "INSERT INTO offers_coupon (code, batch_id, member_id, starts, ends, changed_on) "
        "SELECT p.code, %s, g.member_id, b.starts, b.ends, %s FROM piece_of_batch p "
        "JOIN offers_couponbatch b ON b.id = %s LEFT JOIN offers_grant g ON g.batch_id = b.id AND g.number = p.number "
        "ORDER BY p.number ON CONFLICT (code) DO NOTHING",
        [batch_id, today, batch_id],
    )
    taken = _rows(
        "SELECT p.number FROM piece_of_batch p WHERE NOT EXISTS "
        "(SELECT FROM offers_coupon c WHERE c.code = p.code AND c.batch_id = %s) ORDER BY p.number",
        [batch_id],
    )
    _rows("DROP TABLE piece_of_batch")
    return [row[0] for row in taken]


def note_issued(batch_id: int, issued: int) -> None:
    """So many are there now. With the last one the seed goes, and who was to get what."""
    rows = _rows(
        "UPDATE offers_couponbatch SET issued = %s, seed = CASE WHEN %s < wanted THEN seed END WHERE id = %s "
        "RETURNING seed IS NULL",
        [issued, issued, batch_id],
    )
    if rows[0][0]:
        _rows("DELETE FROM offers_grant WHERE batch_id = %s", [batch_id])


def codes_of(batch_id: int, after: int, limit: int) -> list[tuple[int, str, str, int | None]]:
    """(id, code, state, member) of a batch's coupons, those after an id."""
    return _rows(  # type: ignore[return-value]
        "SELECT id, code, state, member_id FROM offers_coupon WHERE batch_id = %s AND id > %s ORDER BY id LIMIT %s",
        [batch_id, after, limit],
    )


def void(batch_id: int | None, code: str | None, today: date) -> tuple[int, int]:
    """Make coupons of a batch, or one, worthless, unless used or promised to a basket now: (voided, staying)."""
    return _rows(
        "WITH those AS (SELECT id, state IN ('live', 'expired') OR state = 'held' AND held_until <= now() AS free "
        "  FROM offers_coupon WHERE (batch_id = %s OR code = %s) AND state <> 'void' ORDER BY id FOR UPDATE), "
        "voided AS (UPDATE offers_coupon c SET state = 'void', changed_on = %s, hold_key = NULL, held_until = NULL "
        "  FROM those WHERE c.id = those.id AND those.free AND c.state <> 'expired' RETURNING c.id) "
        "SELECT (SELECT count(*) FROM voided), (SELECT count(*) FROM those WHERE NOT free)",
        [batch_id, code, today],
    )[0]  # type: ignore[return-value]


def expire(today: date, limit: int) -> int:
    """End coupons whose last day is over and that no basket is promised; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE offers_coupon SET state = 'expired', changed_on = %s, hold_key = NULL, held_until = NULL "
            "WHERE id IN (SELECT id FROM offers_coupon WHERE ends < %s AND (state = 'live' OR state = 'held' "
            "AND held_until <= now()) ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)",
            [today, today, limit],
        )
        return cursor.rowcount


def time_out(limit: int) -> int:
    """Free coupons whose basket's time is over; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE offers_coupon SET state = 'live', hold_key = NULL, held_until = NULL WHERE id IN "
            "(SELECT id FROM offers_coupon WHERE hold_key IS NOT NULL AND held_until <= now() "
            "ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)",
            [limit],
        )
        return cursor.rowcount
