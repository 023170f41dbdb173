"""Offers and coupons of a store's members, read whole for a till that will have no server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from huitou.kernel.ids import as_array

SOON = timedelta(days=2)
"""A coupon that begins before the bundle ends is in it."""


def _rows(query: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def standing(programme: int) -> list[tuple[Any, ...]]:
    """(code, document, budget_fen, uses, per_member, per_member_day, per_store_day,
    per_member_month_fen) of what stands in it."""
    return _rows(
        "SELECT o.code, v.document, v.budget_fen, v.uses, v.per_member, v.per_member_day, v.per_store_day, "
        "v.per_member_month_fen "
        "FROM offers_standing s JOIN offers_offerversion v ON v.id = s.version_id JOIN offers_offer o "
        "ON o.id = s.offer_id WHERE s.since_id <= %s AND (s.until_id IS NULL OR s.until_id > %s)",
        [programme, programme],
    )


def spent(offers: Sequence[int], store_id: int, day: date) -> tuple[dict[int, tuple[int, int]], dict[int, int]]:
    """(uses, fen) of these offers altogether within their limits, and the uses in this store on this day."""
    whole = _rows(
        "SELECT offer_id, sum(uses)::bigint, sum(fen)::bigint FROM offers_tally WHERE offer_id = ANY(%s) GROUP BY 1",
        [list(offers)],
    )
    here = _rows(
        "SELECT offer_id, uses FROM offers_limitedtally WHERE store_id = %s AND day = %s AND offer_id = ANY(%s)",
        [store_id, day, list(offers)],
    )
    return {offer: (uses, fen) for offer, uses, fen in whole}, dict(here)


def coupons(members: Sequence[int], day: date) -> list[Any]:
    """(code, kind, member, starts, ends, held until) of what is live or held; days as ISO text, empty for none."""
    return _rows(
        "SELECT c.code, k.code, c.member_id, coalesce(c.starts::text, ''), coalesce(c.ends::text, ''), "
        "CASE WHEN c.state = 'held' AND c.held_until > now() THEN "
        "  to_char(c.held_until AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"+00:00\"') ELSE '' END "
        "FROM offers_coupon c JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k "
        "ON k.id = b.kind_id WHERE c.member_id = ANY(%s::bigint[]) AND c.state IN ('live', 'held') "
        "AND (c.ends IS NULL OR c.ends >= %s) AND (c.starts IS NULL OR c.starts <= %s)",
        [as_array(members), day, day + SOON],
    )


def kinds(codes: Sequence[str]) -> list[Any]:
    """(code, personal, transferable, ids of the stores that take it by blanks, title) of these kinds."""
    return _rows(
        "SELECT code, personal::int, transferable::int, array_to_string(store_ids, ' '), title FROM offers_couponkind "
        "WHERE code = ANY(%s)",
        [list(codes)],
    )


def used(members: Sequence[int], day: date) -> list[Any]:
    """(offer, member, day or empty, uses) of limited offers, ever and on this day."""
    return _rows(
        "SELECT o.code, t.member_id, coalesce(t.day::text, ''), t.uses FROM offers_limitedtally t JOIN offers_offer o "
        "ON o.id = t.offer_id WHERE t.member_id = ANY(%s::bigint[]) AND (t.day IS NULL OR t.day = %s)",
        [as_array(members), day],
    )
