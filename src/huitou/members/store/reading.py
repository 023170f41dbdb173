"""Members as they are looked up. The database's policies keep every query to the reader's stores (M6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from huitou.members.store import staff
from huitou.members.terms import EventSeen, FactsSeen, MemberSeen

_COLUMNS = """
    m.id, m.name, m.home_store_id, m.joined_on, m.birthday,
    f.layer, f.recency_score, f.frequency_score, f.monetary_score, f.first_purchase_on, f.last_purchase_on,
    f.receipts_year, f.spend_year_fen, f.categories, f.category_shares,
    f.came_back_on, f.months_bought, f.categories_bought
"""

SCORES = ("recency", "frequency")
# Each also names the member, so that pages never overlap.
SORTS = {
    "spend": "f.spend_year_fen DESC NULLS LAST, m.id",
    "receipts": "f.receipts_year DESC NULLS LAST, m.id",
    "last": "f.last_purchase_on DESC NULLS LAST, m.id",
    "joined": "m.joined_on DESC, m.id",
    "name": "m.name, m.id",
}
# The same without NULLS LAST, for pages where everybody has facts: these orders have their index already.
_BY_INDEX = {
    "spend": "f.spend_year_fen DESC, f.member_id",
    "receipts": "f.receipts_year DESC, f.member_id",
    "last": "f.last_purchase_on DESC, f.member_id",
}
FACTS_FIRST = frozenset(_BY_INDEX)
"""Sorts in which those without facts come last."""

_CODE = re.compile(r"[Mm]0*([1-9]\d{0,17})\Z")
_TAIL = re.compile(r"\d{4}\Z")


def _hits(query: str, blind_index: bytes | None) -> tuple[str, list[Any]]:
    """SQL of the ids that `query` may mean, and its values: name, code, card, whole phone or its last four."""
    escaped = re.sub(r"([\\%_])", r"\\\1", query)
    parts = [
        "SELECT id FROM members_member WHERE name ILIKE %s",
        "SELECT member_id FROM members_identity WHERE kind <> 'phone' AND value LIKE %s",
    ]
    values: list[Any] = [f"%{escaped}%", f"{escaped}%"]
    if code := _CODE.match(query):
        parts.append("SELECT coalesce(merged_into_id, id) FROM members_member WHERE id = %s")
        values.append(int(code.group(1)))
    if _TAIL.match(query):
        parts.append("SELECT member_id FROM members_identity WHERE kind = 'phone' AND tail = %s")
        values.append(query)
    if blind_index is not None:
        parts.append("SELECT member_id FROM members_identity WHERE kind = 'phone' AND blind_index = %s")
        values.append(blind_index)
    return " UNION ".join(parts), values


def _where(
    query: str, blind_index: bytes | None, store_id: int | None, scores: Mapping[str, int]
) -> tuple[list[str], list[Any]]:
    """`scores` are of SCORES."""
    conditions: list[str] = ["m.merged_into_id IS NULL"]
    values: list[Any] = []
    if query:
        hits, values = _hits(query, blind_index)
        conditions.append(f"m.id IN ({hits})")
    if store_id is not None:
        conditions.append("m.home_store_id = %s")
        values.append(store_id)
    for name in SCORES:
        if name in scores:
            conditions.append(f"f.{name}_score = %s")
            values.append(scores[name])
    return conditions, values


def _and(conditions: list[str]) -> str:
    return " AND ".join(conditions) or "true"


def count_by_layer(
    query: str, blind_index: bytes | None, store_id: int | None, scores: Mapping[str, int]
) -> dict[str, int]:
    """How many members match, by layer; '' holds those without facts."""
    conditions, values = _where(query, blind_index, store_id, scores)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(f.layer, ''), count(*) FROM members_member m "
            f"LEFT JOIN members_facts f ON f.member_id = m.id WHERE {_and(conditions)} GROUP BY 1",
            values,
        )
        return dict(cursor.fetchall())


def count(store_id: int | None) -> int:
    """Everybody, or everybody of a home store."""
    where, values = ("WHERE home_store_id = %s", [store_id]) if store_id is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM members_member {where}", values)
        return cursor.fetchone()[0]


def page_of_members(
    query: str,
    blind_index: bytes | None,
    *,
    layer: str | None,
    store_id: int | None,
    scores: Mapping[str, int],
    sort: str,
    offset: int,
    limit: int,
    all_have_facts: bool,
) -> list[MemberSeen]:
    """`all_have_facts`: the caller knows that nobody on this page or before it lacks facts."""
    conditions, values = _where(query, blind_index, store_id, scores)
    if layer is not None:
        conditions.append("f.layer = %s")
        values.append(layer)
    join = "JOIN" if all_have_facts or layer is not None or scores else "LEFT JOIN"
    order = _BY_INDEX[sort] if sort in FACTS_FIRST and join == "JOIN" else SORTS[sort]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM members_member m {join} members_facts f ON f.member_id = m.id "
            f"WHERE {_and(conditions)} ORDER BY {order} LIMIT %s OFFSET %s",
            [*values, limit, offset],
        )
        return [_seen(row) for row in cursor.fetchall()]


def one_member(member_id: int) -> MemberSeen | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM members_member m LEFT JOIN members_facts f ON f.member_id = m.id WHERE m.id = %s",
            [member_id],
        )
        row = cursor.fetchone()
    return _seen(row) if row else None


def _seen(row: tuple[Any, ...]) -> MemberSeen:
    facts = FactsSeen(*row[5:]) if row[5] is not None else None
    return MemberSeen(*row[:5], facts=facts)


def events_of(member_id: int, before: tuple[date, int], zone: str, limit: int) -> list[EventSeen]:
    """Newest first, those before a day and an id; the days by the chain's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, store_id, at, source, day "
            "FROM (SELECT *, (at AT TIME ZONE %s)::date AS day FROM members_event) e "
            "WHERE member_id = %s AND (day, id) < (%s, %s) ORDER BY day DESC, id DESC LIMIT %s",
            [zone, member_id, *before, limit],
        )
        return [EventSeen(*row) for row in cursor.fetchall()]


def count_events(member_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_event WHERE member_id = %s", [member_id])
        return cursor.fetchone()[0]


def identities(member_id: int) -> list[tuple[int, str, str | None, bytes | None, bool, int]]:
    """(id, kind, value, sealed, verified, how many members share the phone) in the order they were taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, kind, value, sealed, verified, coalesce(s.members, 0) FROM members_identity i "
            "LEFT JOIN members_sharedphone s ON s.blind_index = i.blind_index WHERE member_id = %s ORDER BY i.id",
            [member_id],
        )
        return cursor.fetchall()


def sealed_phones(member_ids: list[int]) -> dict[int, bytes]:
    """The first phone of each of these members, sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (member_id) member_id, sealed FROM members_identity "
            "WHERE member_id = ANY(%s) AND kind = 'phone' ORDER BY member_id, verified DESC, id",
            [member_ids],
        )
        return dict(cursor.fetchall())


def sealed_phone(member_id: int, identity_id: int) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sealed FROM members_identity WHERE member_id = %s AND id = %s AND kind = 'phone'",
            [member_id, identity_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def count_joined_by(day: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_member WHERE joined_on <= %s AND merged_into_id IS NULL", [day])
        return cursor.fetchone()[0]


def indexes_of_several() -> set[bytes]:
    """The blind indexes of phones that several members have, none of them verified."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT blind_index FROM members_identity WHERE kind = 'phone' GROUP BY 1 "
            "HAVING count(DISTINCT member_id) > 1 AND NOT bool_or(verified)"
        )
        return {bytes(index) for (index,) in cursor.fetchall()}


def tier(member_id: int, on: date) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tier FROM members_tier WHERE member_id = %s AND since <= %s AND (until IS NULL OR until >= %s)",
            [member_id, on, on],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def having(kind: str, member_ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT member_id FROM members_identity WHERE kind = %s AND member_id = ANY(%s)",
            [kind, member_ids],
        )
        return {member for (member,) in cursor.fetchall()}


def of_store_for_tills(store_id: int, on: date) -> list[tuple[int, str, int, bool]]:
    """(id, tier on that day or empty, month of birth or 0, works here) of who is at home in this store, none twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id, coalesce(t.tier, ''), coalesce(extract(month FROM m.birthday), 0)::int, "
            f"{staff.WORKS.format(on='%s')} FROM members_member m "
            "LEFT JOIN members_tier t ON t.member_id = m.id AND t.since <= %s AND (t.until IS NULL OR t.until >= %s) "
            "WHERE m.home_store_id = %s AND m.merged_into_id IS NULL "
            "AND EXISTS (SELECT FROM members_identity i WHERE i.member_id = m.id)",
            [on, on, on, on, store_id],
        )
        return list({row[0]: row for row in cursor.fetchall()}.values())


def readable_of_store(store_id: int, kinds: Sequence[str]) -> list[tuple[str, str, int]]:
    """(kind, value, member) of the readable identities of these kinds of the members at home in this store."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.kind, i.value, i.member_id FROM members_identity i JOIN members_member m ON m.id = i.member_id "
            "WHERE m.home_store_id = %s AND i.kind = ANY(%s)",
            [store_id, list(kinds)],
        )
        return cursor.fetchall()
