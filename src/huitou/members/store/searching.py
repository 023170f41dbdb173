"""Members as a person of the console looks for one: a few, the likeliest first, none whom they may not see (M6)."""

from __future__ import annotations

import re

from django.db import connection

ENOUGH = 200
"""Of a name that half a city has, so many are ranked; the person then types more."""

# members_spelled holds to the reader's stores and is quick (its migration says why); the policies judge its rows again.
_BY_WORDS = """
SELECT m.id FROM members_spelled(%(inside)s, %(enough)s) h JOIN members_member m ON m.id = h.id
LEFT JOIN members_facts f ON f.member_id = m.id
ORDER BY m.spelled LIKE %(whole)s DESC, f.spend_year_fen DESC NULLS LAST, m.id LIMIT %(limit)s
"""

_BY_TAIL = """
SELECT m.id FROM members_member m LEFT JOIN members_facts f ON f.member_id = m.id
WHERE m.id IN (SELECT member_id FROM members_identity WHERE kind = 'phone' AND tail = %(tail)s LIMIT %(enough)s)
ORDER BY f.spend_year_fen DESC NULLS LAST, m.id LIMIT %(limit)s
"""

_BY_NAME_OF_THEIRS = """
SELECT member_id FROM members_identity WHERE kind <> 'phone' AND value = %(value)s
UNION SELECT member_id FROM members_identity WHERE kind = 'phone' AND blind_index = %(index)s
UNION SELECT coalesce(merged_into_id, id) FROM members_member WHERE id = %(number)s
LIMIT %(limit)s
"""


def ids_by_words(typed: str, limit: int) -> list[int]:
    """Whose name is spelled like this from one of its words on; the whole name first, then who spends most."""
    escaped = re.sub(r"([\\%_])", r"\\\1", typed)
    return _ids(_BY_WORDS, inside=f"% {escaped}%", whole=f"% {escaped} %", enough=ENOUGH, limit=limit)


def ids_by_tail(tail: str, limit: int) -> list[int]:
    """With a phone of these last four digits, who spends most first."""
    return _ids(_BY_TAIL, tail=tail, enough=ENOUGH, limit=limit)


def ids_by_identity(value: str, index: bytes | None, number: int | None, limit: int) -> list[int]:
    """Who has this card or outside id, this whole phone (by its blind index) or this member number."""
    return _ids(_BY_NAME_OF_THEIRS, value=value, index=index, number=number, limit=limit)


def _ids(query: str, **values: object) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]
