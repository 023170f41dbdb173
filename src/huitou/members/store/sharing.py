"""Phones that several members have: found by counting, marked, and nobody's proof (M1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from huitou.members.rules.sharing import SHARED_FROM

_HOLDERS = """
SELECT i.blind_index, min(i.tail) AS tail, count(DISTINCT i.member_id) AS members,
    (SELECT count(*) FROM members_identity c WHERE c.kind = 'card' AND c.member_id = ANY(array_agg(i.member_id)))
        AS cards
FROM members_identity i WHERE i.kind = 'phone' AND (%(all)s OR i.blind_index = ANY(%(indexes)s))
GROUP BY i.blind_index HAVING count(DISTINCT i.member_id) >= %(from)s
"""
_MARK = f"""
INSERT INTO members_sharedphone (blind_index, tail, members, cards)
SELECT blind_index, tail, members, cards FROM ({_HOLDERS}) h
ON CONFLICT (blind_index) DO UPDATE SET members = excluded.members, cards = excluded.cards
WHERE (members_sharedphone.members, members_sharedphone.cards) IS DISTINCT FROM (excluded.members, excluded.cards)
"""
_FORGET = """
DELETE FROM members_sharedphone s WHERE (%(all)s OR s.blind_index = ANY(%(indexes)s)) AND (
    SELECT count(DISTINCT i.member_id) FROM members_identity i
    WHERE i.kind = 'phone' AND i.blind_index = s.blind_index) < %(from)s
"""
_DOUBT = """
UPDATE members_identity i SET verified = false FROM members_sharedphone s
WHERE i.kind = 'phone' AND i.verified AND i.blind_index = s.blind_index
  AND (%(all)s OR s.blind_index = ANY(%(indexes)s))
"""


def mark(indexes: Sequence[bytes] | None) -> int:
    """Count who has these phones (None: all), and mark those that are shared; how many of them are."""
    values = {"all": indexes is None, "indexes": list(indexes or []), "from": SHARED_FROM}
    with connection.cursor() as cursor:
        for statement in (_FORGET, _MARK, _DOUBT):
            cursor.execute(statement, values)
        cursor.execute(
            "SELECT count(*) FROM members_sharedphone WHERE %(all)s OR blind_index = ANY(%(indexes)s)", values
        )
        return cursor.fetchone()[0]


def indexes_of(members: Sequence[int]) -> list[bytes]:
    """The blind indexes of these members' phones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT blind_index FROM members_identity WHERE kind = 'phone' AND member_id = ANY(%s)",
            [list(members)],
        )
        return [bytes(index) for (index,) in cursor.fetchall()]


def shared(limit: int) -> list[tuple[str, int, int, datetime]]:
    """(last four digits, members, cards, since), those of most members first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tail, members, cards, since FROM members_sharedphone ORDER BY members DESC, id LIMIT %s", [limit]
        )
        return cursor.fetchall()
