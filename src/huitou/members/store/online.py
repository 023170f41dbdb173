"""Members as a till names them: short statements that travel with the others of a trip."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from huitou.bulk.trip import READY, Answer, Trip
from huitou.members.store import staff

# Three ways at once: by a readable identity, by a phone's blind index (the verified owner, else the only one), by our
# own number. Each subquery reads one index; whoever was erased has no identity left and is nobody.
# Where two members became one, it finds the one, and says whose the identity was: the last column, else null.
_FIND = """
SELECT a.position, i.member_id, i.origin_id
FROM unnest(%s::integer[], %s::text[], %s::text[]) AS a (position, kind, value)
LEFT JOIN LATERAL (
    SELECT i.member_id, i.origin_id FROM members_identity i WHERE i.kind = a.kind AND i.value = a.value LIMIT 1
) i ON true
UNION ALL
SELECT a.position, p.member_id, p.origin_id
FROM unnest(%s::integer[], %s::bytea[]) AS a (position, blind_index) LEFT JOIN LATERAL (
    SELECT CASE WHEN bool_or(i.verified) THEN min(i.member_id) FILTER (WHERE i.verified)
                WHEN min(i.member_id) = max(i.member_id) THEN min(i.member_id) END AS member_id,
           CASE WHEN bool_or(i.verified) THEN min(i.origin_id) FILTER (WHERE i.verified)
                WHEN count(*) = count(i.origin_id) THEN min(i.origin_id) END AS origin_id
    FROM members_identity i WHERE i.kind = 'phone' AND i.blind_index = a.blind_index
) p ON true
UNION ALL
SELECT a.position, m.member_id, m.origin_id
FROM unnest(%s::integer[], %s::bigint[]) AS a (position, number) LEFT JOIN LATERAL (
    SELECT coalesce(m.merged_into_id, m.id) AS member_id,
           CASE WHEN m.merged_into_id IS NOT NULL THEN m.id END AS origin_id
    FROM members_member m WHERE m.id = a.number
      AND EXISTS (SELECT FROM members_identity i WHERE i.member_id = coalesce(m.merged_into_id, m.id))
) m ON true
"""

# Where all of them are known, the statements behind this one in the trip may lock what is theirs.
_FIND_AND_TELL = f"""
WITH found AS MATERIALIZED ({_FIND}), told AS MATERIALIZED (
    SELECT set_config('{READY}', CASE WHEN count(DISTINCT position) FILTER (WHERE member_id IS NOT NULL) = %s
        THEN string_agg(DISTINCT member_id::text, ',') ELSE '' END, true) FROM found
) SELECT found.position, found.member_id, found.origin_id FROM found, told
"""

# An unverified phone has no unique row to meet at, so two tills with the same new identity meet here: in one order.
MEET = "SELECT pg_advisory_xact_lock(hashtextextended(name, 1)) FROM unnest(%s::text[]) AS a (name)"

# A code of a number that has become part of another member pays from that member's points.
_SPEND_CODE = """
INSERT INTO members_spentcode (member_id, minute) SELECT m.id, %s FROM members_member m
WHERE m.id = %s AND coalesce(m.merged_into_id, m.id) = %s ON CONFLICT DO NOTHING
"""


def find(
    trip: Trip,
    by_value: Sequence[tuple[int, str, str]],
    by_phone: Sequence[tuple[int, bytes]],
    by_number: Sequence[tuple[int, int]],
    tell: int | None = None,
) -> Answer:
    """Asks for (position, member id or null, whose the identity was or null) of each of these. `tell`: how many there
    have to be, so that later statements of the trip may lock what is theirs."""
    columns = [*_columns(by_value, 3), *_columns(by_phone, 2), *_columns(by_number, 2)]
    return trip.ask(_FIND, columns) if tell is None else trip.ask(_FIND_AND_TELL, [*columns, tell])


def ask_facts(trip: Trip, member: int, on: date) -> Answer:
    return trip.ask(
        "SELECT m.id, m.birthday, coalesce((SELECT t.tier FROM members_tier t WHERE t.member_id = m.id "
        "AND t.since <= %s::date AND (t.until IS NULL OR t.until >= %s::date) LIMIT 1), ''), "
        f"{staff.WORKS.format(on='%s::date')} FROM members_member m WHERE m.id = %s::bigint",
        [on, on, on, on, member],
    )


def _columns(rows: Sequence[tuple], width: int) -> list[list]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def spend_code(trip: Trip, number: int, minute: int, member_id: int) -> Answer:
    """`count()` of the answer is 1 for the first that spends this code of a number that is the member's, and 0 for
    every other."""
    return trip.ask(_SPEND_CODE, [minute, number, member_id])


def meet(names: Sequence[str]) -> None:
    """Until the transaction ends nobody else makes or registers one of these identities."""
    if names:
        with connection.cursor() as cursor:
            cursor.execute(MEET, [sorted(names)])


def insert_known(rows: Sequence[tuple[str, str, date, int]]) -> dict[tuple[str, str], int]:
    """Members for outside ids (kind, value, joined on, home store) that nobody has; returns the ids of them all.

    Two tills with the same new card make one member: they have met before, and the later takes the earlier's.
    """
    kinds, values, days, stores = (list(column) for column in zip(*sorted(rows), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH arriving AS MATERIALIZED ("
            "    SELECT nextval(pg_get_serial_sequence('members_member', 'id')) AS id, a.* FROM ("
            "        SELECT DISTINCT ON (kind, value) * FROM unnest(%s::text[], %s::text[], %s::date[], %s::integer[]) "
            "        AS a (kind, value, joined_on, home_store_id) ORDER BY kind, value, joined_on"
            "    ) a"
            "), known AS ("
            "    INSERT INTO members_identity (member_id, kind, value, tail, verified) "
            "    SELECT id, kind, value, right(value, 4), false FROM arriving ORDER BY kind, value "
            "    ON CONFLICT (kind, value) DO NOTHING RETURNING member_id"
            ") INSERT INTO members_member (id, joined_on, home_store_id) "
            "SELECT id, joined_on, home_store_id FROM arriving JOIN known ON known.member_id = arriving.id",
            [kinds, values, days, stores],
        )
        cursor.execute(
            "SELECT i.kind, i.value, i.member_id FROM members_identity i "
            "JOIN unnest(%s::text[], %s::text[]) AS a (kind, value) USING (kind, value)",
            [kinds, values],
        )
        return {(kind, value): member for kind, value, member in cursor.fetchall()}


def insert_phones(rows: Sequence[tuple[bytes, bytes, str, date, int]]) -> dict[bytes, int]:
    """Members for phones (blind index, sealed, tail, joined on, home store) that nobody has; the ids of those made,
    and of those that exactly one member has, by blind index. The phones stay unverified: a till's word is no proof.
    Those who bring the same phone have met before.
    """
    rows = sorted({row[0]: row for row in rows}.values(), key=lambda row: row[0])
    indexes, seals, tails, days, stores = (list(column) for column in zip(*rows, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH arriving AS MATERIALIZED ("
            "    SELECT nextval(pg_get_serial_sequence('members_member', 'id')) AS id, a.* "
            "    FROM unnest(%s::bytea[], %s::bytea[], %s::text[], %s::date[], %s::integer[]) "
            "    AS a (blind_index, sealed, tail, joined_on, home_store_id) WHERE NOT EXISTS ("
            "        SELECT FROM members_identity i WHERE i.kind = 'phone' AND i.blind_index = a.blind_index)"
            "), known AS ("
            "    INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) "
            "    SELECT id, 'phone', sealed, blind_index, tail, false FROM arriving"
            ") INSERT INTO members_member (id, joined_on, home_store_id) "
            "SELECT id, joined_on, home_store_id FROM arriving",
            [indexes, seals, tails, days, stores],
        )
        cursor.execute(
            "SELECT blind_index, coalesce(min(member_id) FILTER (WHERE verified), min(member_id)) "
            "FROM members_identity WHERE kind = 'phone' AND blind_index = ANY(%s) "
            "GROUP BY blind_index HAVING bool_or(verified) OR min(member_id) = max(member_id)",
            [indexes],
        )
        return {bytes(index): member for index, member in cursor.fetchall()}
