"""Members as a cashier looks for them: few, quick, the likeliest first. The key's stores are handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import connection

from huitou.members.terms import AtTheTill

ENOUGH = 200
"""Of a name that half a city has, so many are ranked; the cashier then types more."""
LETTERS = 3
"""So many of a spelling's first letters stand in the index beside its store; two where no more are typed."""

# The limit stands inside: a common name is not read to its end.
_BY_WORDS = """
WITH hits AS MATERIALIZED (SELECT m.id, m.spelled FROM members_member m WHERE {found} LIMIT %(enough)s)
SELECT h.id FROM hits h LEFT JOIN members_facts f ON f.member_id = h.id
ORDER BY h.spelled LIKE %(whole)s DESC, f.spend_year_fen DESC NULLS LAST, h.id LIMIT %(limit)s
"""
_OF_ALL = _BY_WORDS.format(found="m.spelled LIKE %(inside)s")
# The joined blank keeps the trigrams out: they would gather the whole chain's members to keep those of one store.
_OF_STORES = _BY_WORDS.format(
    found="members_beginnings(m.spelled, m.home_store_id) && %(beginnings)s::text[] "
    "AND (m.spelled || '') LIKE %(inside)s"
)

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
    values: dict[str, object] = {"inside": f"% {escaped}%", "whole": f"% {escaped} %", "enough": ENOUGH, "limit": limit}
    if stores is None:
        return _ids(_OF_ALL, values)
    return _ids(_OF_STORES, {**values, "beginnings": [f"{store}:{typed[:LETTERS]}" for store in stores]})


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
