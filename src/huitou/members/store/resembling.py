"""What is compared of members, and the pairs that look like one person, with the evidence that a person decides by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.members.terms import Candidate

PEOPLE = pa.schema(
    [
        ("member_id", pa.int64()),
        ("name", pa.string()),
        ("birthday", pa.string()),
        ("month_day", pa.int16()),
        ("sex", pa.string()),
        ("home_store", pa.int32()),
        ("email", pa.string()),
        ("address", pa.string()),
        ("address_sealed", pa.string()),
        ("phones", pa.string()),
    ]
)
# Whoever was erased has no identity left. A phone that many share says nothing about who somebody is.
_PEOPLE = """
SELECT m.id, nullif(m.name, ''), m.birthday::text, coalesce(p.birthday_month_day,
    (extract(month FROM m.birthday) * 100 + extract(day FROM m.birthday))::smallint), nullif(p.sex, ''),
    m.home_store_id, encode(p.email_index, 'hex'), encode(p.address_index, 'hex'), encode(p.address_sealed, 'hex'),
    i.phones
FROM members_member m JOIN (
    SELECT i.member_id, string_agg(encode(i.sealed, 'hex'), ',') FILTER (WHERE i.kind = 'phone' AND s.id IS NULL)
        AS phones
    FROM members_identity i LEFT JOIN members_sharedphone s ON s.blind_index = i.blind_index GROUP BY 1
) i ON i.member_id = m.id LEFT JOIN members_profile p ON p.member_id = m.id
WHERE m.merged_into_id IS NULL ORDER BY m.id
"""
_AT_ONCE = 100_000


def people() -> Iterable[pa.Table]:
    """Everybody, in pieces: sealed values and indexes in hexadecimal, phones sealed and parted by commas."""
    return bulk.copy_out(_PEOPLE, PEOPLE, batch_rows=_AT_ONCE)


def keep(pairs: pa.Table) -> tuple[int, int]:
    """Keep pairs (member_id, other_id, likely in millionths, evidence as JSON) that nobody has decided on; those that
    are no longer found leave. (new ones, all that wait for a person)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_pair (member_id bigint, other_id bigint, likely integer, evidence jsonb) "
            "ON COMMIT DROP"
        )
    bulk.copy_in("arriving_pair", pairs.column_names, pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM members_candidate c WHERE state = 'open' AND NOT EXISTS (SELECT FROM arriving_pair a "
            "WHERE a.member_id = c.member_id AND a.other_id = c.other_id)"
        )
        cursor.execute(
            "INSERT INTO members_candidate (member_id, other_id, likely, evidence) SELECT a.* FROM arriving_pair a "
            "ON CONFLICT (member_id, other_id) DO UPDATE SET likely = excluded.likely, evidence = excluded.evidence "
            "WHERE members_candidate.state = 'open' "
            "AND (members_candidate.likely, members_candidate.evidence) "
            "IS DISTINCT FROM (excluded.likely, excluded.evidence) RETURNING xmax = 0"
        )
        new = sum(made for (made,) in cursor.fetchall())
        cursor.execute("DROP TABLE arriving_pair")
        cursor.execute("SELECT count(*) FROM members_candidate WHERE state = 'open'")
        return new, cursor.fetchone()[0]


_SEEN = "id, member_id, other_id, likely, evidence::text, state, found_at, decided_at, decided_by"


def candidates(state: str, limit: int, offset: int) -> list[Candidate]:
    """The likeliest first."""
    return _seen("state = %s ORDER BY likely DESC, id LIMIT %s OFFSET %s", [state, limit, offset])


def candidate(number: int) -> Candidate | None:
    found = _seen("id = %s", [number])
    return found[0] if found else None


def of_member(member: int) -> list[Candidate]:
    return _seen("state = 'open' AND %s IN (member_id, other_id) ORDER BY likely DESC, id LIMIT 5", [member])


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, count(*) FROM members_candidate GROUP BY 1")
        return dict(cursor.fetchall())


def decide(number: int, state: str, by: str, now: datetime) -> bool:
    """Whether it was open, and is decided now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_candidate SET state = %s, decided_at = %s, decided_by = %s "
            "WHERE id = %s AND state = 'open'",
            [state, now, by, number],
        )
        return cursor.rowcount == 1


def reopen(number: int) -> bool:
    """Whether it was put aside as two people, with evidence to look at again, and waits for a person now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_candidate SET state = 'open', decided_at = NULL, decided_by = '' "
            "WHERE id = %s AND state = 'rejected' AND likely > 0",
            [number],
        )
        return cursor.rowcount == 1


def note_parted(member: int, other: int, by: str, now: datetime) -> None:
    """They are two: the pair never comes again, also where nobody had found it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_candidate (member_id, other_id, likely, evidence, state, decided_at, decided_by) "
            "VALUES (%s, %s, 0, '[]', 'rejected', %s, %s) ON CONFLICT (member_id, other_id) DO UPDATE "
            "SET state = 'rejected', decided_at = excluded.decided_at, decided_by = excluded.decided_by",
            [min(member, other), max(member, other), now, by],
        )


def note_merged(member: int, other: int, by: str, now: datetime) -> None:
    """The pair, if it was one, is decided; other pairs of the one who is a part now are looked for anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_candidate SET state = 'merged', decided_at = %s, decided_by = %s "
            "WHERE member_id = %s AND other_id = %s AND state = 'open'",
            [now, by, min(member, other), max(member, other)],
        )
        cursor.execute("DELETE FROM members_candidate WHERE state = 'open' AND %s IN (member_id, other_id)", [other])


def _seen(where: str, values: Sequence[Any]) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SEEN} FROM members_candidate WHERE {where}", list(values))
        return [Candidate(*row[:4], tuple(map(tuple, json.loads(row[4]))), *row[5:]) for row in cursor.fetchall()]
