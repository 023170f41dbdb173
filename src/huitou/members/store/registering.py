"""One member written at a time: who registers at a till, and what they did."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from huitou.bulk.trip import trip
from huitou.members.store import sharing
from huitou.members.store.online import meet

Row = tuple[str, str | None, bytes | None, bytes | None, str]
"""An identity: kind, readable value, sealed phone, its blind index, last four digits."""


def holders(rows: Sequence[Row]) -> list[set[int]]:
    """Who has each of these identities. Until the transaction ends nobody else registers any of them."""
    found: list[set[int]] = [set() for _ in rows]
    meet([index.hex() if index else f"{kind}/{value}" for kind, value, _, index, _ in rows])
    with connection.cursor() as cursor:
        for query, column in (("i.value = %s", 1), ("i.blind_index = %s", 3)):
            for position, row in enumerate(rows):
                if row[column] is not None:
                    cursor.execute(
                        f"SELECT member_id FROM members_identity i WHERE i.kind = %s AND {query}", [row[0], row[column]]
                    )
                    found[position] = {member for (member,) in cursor.fetchall()}
    return found


def insert_member(name: str, spelled: str, birthday: date | None, joined_on: date, home_store: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_member (name, spelled, birthday, joined_on, home_store_id) "
            "VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [name, spelled, birthday, joined_on, home_store],
        )
        (member,) = cursor.fetchone()
        return member


def complete_member(member_id: int, name: str, spelled: str, birthday: date | None) -> bool:
    """Fill an empty name and an unknown birthday; what is there stays. Whether anything was filled."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member SET name = CASE WHEN name = '' THEN %s ELSE name END, "
            "spelled = CASE WHEN name = '' THEN %s ELSE spelled END, birthday = coalesce(birthday, %s) "
            "WHERE id = %s AND ((name = '' AND %s <> '') OR (birthday IS NULL AND %s::date IS NOT NULL))",
            [name, spelled, birthday, member_id, name, birthday],
        )
        return cursor.rowcount == 1


def insert_identity(member_id: int, row: Row) -> None:
    """A card is the member's own; a phone stays unverified until its owner proves it."""
    kind, value, sealed, index, tail = row
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_identity (member_id, kind, value, sealed, blind_index, tail, verified) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [member_id, kind, value, sealed, index, tail, kind == "card"],
        )


def names(member_ids: set[int]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM members_member WHERE id = ANY(%s)", [sorted(member_ids)])
        return {name for (name,) in cursor.fetchall()}


def doubt(row: Row, but: set[int]) -> None:
    """The phone is nobody's own any more but of these: it was given to somebody else."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_identity SET verified = false WHERE kind = 'phone' AND blind_index = %s AND verified "
            "AND member_id <> ALL(%s)",
            [row[3], sorted(but)],
        )


def trust(member_id: int, row: Row) -> bool:
    """The member has shown the phone to be theirs; whether that is new. One that is shared stays nobody's."""
    sharing.mark([row[3]] if row[3] else [])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_identity i SET verified = true WHERE i.member_id = %s AND i.kind = 'phone' "
            "AND i.blind_index = %s AND NOT i.verified "
            "AND NOT EXISTS (SELECT FROM members_sharedphone s WHERE s.blind_index = i.blind_index) "
            "AND NOT EXISTS (SELECT FROM members_identity o WHERE o.kind = 'phone' AND o.blind_index = i.blind_index "
            "AND o.verified)",
            [member_id, row[3]],
        )
        return cursor.rowcount > 0


def insert_event(
    source: str,
    source_id: str,
    kind: str,
    whose: tuple[int | None, int | None],
    store_id: int | None,
    at: datetime,
    detail: dict[str, str | int | bool],
    digest: str,
) -> str | None:
    """None where it is new; else the digest of the event that has this name already. `whose`: the member, and whose the
    identity was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_event (source, source_id, kind, member_id, origin_id, store_id, at, body, digest) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (source, source_id) DO NOTHING",
            [source, source_id, kind, *whose, store_id, at, json.dumps(detail, ensure_ascii=False), digest],
        )
        if cursor.rowcount == 1:
            return None
        cursor.execute("SELECT digest FROM members_event WHERE source = %s AND source_id = %s", [source, source_id])
        (known,) = cursor.fetchone()
        return known


def note_wrong_code(sources: Sequence[str], minute: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_wrongcode (source, minute, wrong) SELECT source, %s, 1 FROM unnest(%s::text[]) AS "
            "w (source) ORDER BY source "
            "ON CONFLICT (source, minute) DO UPDATE SET wrong = members_wrongcode.wrong + 1",
            [minute, list(sources)],
        )


def wrong_codes(sources: Sequence[str], minute: int) -> list[int]:
    """How many wrong codes each of these has sent in this minute."""
    with trip() as one:  # prepared: every basket and sale with a code asks
        asked = one.ask(
            "SELECT coalesce(c.wrong, 0) FROM unnest(%s::text[]) WITH ORDINALITY AS w (source, place) "
            "LEFT JOIN members_wrongcode c ON c.source = w.source AND c.minute = %s::bigint ORDER BY w.place",
            [list(sources), minute],
        )
    return [wrong for (wrong,) in asked.rows()]


def forget_codes_before(minute: int) -> None:
    """Spent and wrong codes of minutes long gone: no such code holds any more."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_wrongcode WHERE minute < %s", [minute])
        cursor.execute("DELETE FROM members_spentcode WHERE minute < %s", [minute])
