"""Members as a cashier looks for them: few, quick, the likeliest first. The key's stores are handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection

from huitou.members.terms import AtTheTill

ENOUGH = 200
"""Of a name that half a city has, so many are ranked; the cashier then types more."""
COMMON = 2
"""Letters of Latin with which a great part of all names begins."""

# The limit stands inside: the index gives its hits one by one, and a common name is not read to its end.
_BY_WORDS = """
WITH hits AS MATERIALIZED (
    SELECT m.id, m.spelled FROM members_member m
    WHERE {spelled} LIKE %(inside)s AND (%(stores)s::integer[] IS NULL OR m.home_store_id = ANY(%(stores)s::integer[]))
    LIMIT %(enough)s
)
SELECT h.id FROM hits h LEFT JOIN members_facts f ON f.member_id = h.id
ORDER BY h.spelled LIKE %(whole)s DESC, f.spend_year_fen DESC NULLS LAST, h.id LIMIT %(limit)s
"""
_BY_INDEX = _BY_WORDS.format(spelled="m.spelled")
# Two letters of Latin begin up to a sixth of all names: the index would gather a hundred thousand members to keep those
# of one store. Among the store's own, two hundred are found at once.
_BY_STORE = _BY_WORDS.format(spelled="(m.spelled || '')")

_BY_TAIL = """
SELECT DISTINCT m.id, f.spend_year_fen FROM members_identity i JOIN members_member m ON m.id = i.member_id
LEFT JOIN members_facts f ON f.member_id = m.id
WHERE i.tail = %(tail)s AND i.kind = 'phone'
  AND (%(stores)s::integer[] IS NULL OR m.home_store_id = ANY(%(stores)s::integer[]))
ORDER BY f.spend_year_fen DESC NULLS LAST, m.id LIMIT %(limit)s
"""

_SHOWN = """
SELECT m.id, m.name, m.birthday, f.layer, (
    SELECT i.sealed FROM members_identity i WHERE i.member_id = m.id AND i.kind = 'phone'
    ORDER BY i.verified DESC, i.id LIMIT 1
) FROM unnest(%s::bigint[]) WITH ORDINALITY AS a (id, place) JOIN members_member m ON m.id = a.id
LEFT JOIN members_facts f ON f.member_id = m.id ORDER BY a.place
"""


def ids_by_words(typed: str, stores: Sequence[int] | None, limit: int) -> list[int]:
    """Members whose name is spelled like this from one of its words on; the whole name first, then who spends most."""
    escaped = re.sub(r"([\\%_])", r"\\\1", typed)
    values = {"inside": f"% {escaped}%", "whole": f"% {escaped} %", "enough": ENOUGH}
    common = stores is not None and typed.isascii() and len(typed) <= COMMON
    return _ids(_BY_STORE if common else _BY_INDEX, {**values, "stores": stores, "limit": limit})


def ids_by_tail(tail: str, stores: Sequence[int] | None, limit: int) -> list[int]:
    """Members with a phone of these last four digits, who spends most first."""
    return _ids(_BY_TAIL, {"tail": tail, "stores": stores, "limit": limit})


def _ids(query: str, values: dict[str, object]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def shown(member_ids: Sequence[int]) -> list[tuple[AtTheTill, bytes | None]]:
    """These members in this order, each with their sealed phone, the verified one first."""
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [list(member_ids)])
        return [
            (AtTheTill(member, name, birthday, layer or ""), sealed)
            for member, name, birthday, layer, sealed in cursor.fetchall()
        ]
