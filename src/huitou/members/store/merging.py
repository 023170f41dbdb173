"""Members who become one, and two again: rows of this room, in one transaction of the caller's.

Identities and events go over and keep whose they were (`origin`); the other's own row stays as it is, hidden behind the
member that remains. `merged_into` names the last of a chain, so a till follows one step.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.members.terms import MergeSeen

MEMBER_COLUMNS = ("name", "spelled", "birthday", "joined_on", "home_store_id")
PROFILE_COLUMNS = (
    *("sex", "birthday_month_day", "household_size", "email_sealed", "email_index", "address_sealed", "address_index"),
    *("lives_at", "preferences", "consents_noted", "source", "told_at"),
)
_SEEN = "id, member_id, other_id, merged_at, merged_by, why, moved::text, undone_at, undone_by"


def lock(members: Sequence[int]) -> dict[int, int | None]:
    """Lock these members; (who is there, into whom they are merged)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, merged_into_id FROM members_member WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(members)],
        )
        return dict(cursor.fetchall())


def survivors(members: Sequence[int]) -> dict[int, int]:
    """Whom each of these is now: themselves, or the member that they are a part of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, coalesce(merged_into_id, id) FROM members_member WHERE id = ANY(%s)", [list(members)]
        )
        return dict(cursor.fetchall())


def parts_of(member: int) -> list[int]:
    """The member, and all who are a part of them by merges that stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE parts AS (SELECT %s::bigint AS id UNION SELECT m.other_id FROM parts "
            "JOIN members_merge m ON m.member_id = parts.id AND m.undone_at IS NULL) SELECT id FROM parts ORDER BY 1",
            [member],
        )
        return [part for (part,) in cursor.fetchall()]


def names_of_identities(members: Sequence[int]) -> list[str]:
    """What who registers or records under an identity meets at (`online.meet`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT CASE WHEN kind = 'phone' THEN encode(blind_index, 'hex') ELSE kind || '/' || value END "
            "FROM members_identity WHERE member_id = ANY(%s)",
            [list(members)],
        )
        return [name for (name,) in cursor.fetchall()]


def said(member: int) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The member's own row and profile (None: none) as JSON has them; sealed columns as PostgreSQL spells bytes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(m)::text, (SELECT to_jsonb(p)::text FROM members_profile p WHERE p.member_id = m.id) "
            "FROM members_member m WHERE id = %s",
            [member],
        )
        row, profile = cursor.fetchone()
    whole = json.loads(row)
    return (
        {name: whole[name] for name in MEMBER_COLUMNS},
        None if profile is None else {name: json.loads(profile)[name] for name in PROFILE_COLUMNS},
    )


def write(member: int, row: Mapping[str, Any], profile: Mapping[str, Any] | None) -> None:
    """The member's own row and profile as given; without a profile there is none."""
    names = ", ".join(MEMBER_COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE members_member m SET ({names}) = (SELECT {names} FROM jsonb_populate_record(m, %s::jsonb)) "
            "WHERE m.id = %s",
            [json.dumps(dict(row)), member],
        )
        if profile is None:
            cursor.execute("DELETE FROM members_profile WHERE member_id = %s", [member])
            return
        columns = ", ".join(PROFILE_COLUMNS)
        new = ", ".join(f"{name} = excluded.{name}" for name in PROFILE_COLUMNS)
        cursor.execute(
            f"INSERT INTO members_profile (member_id, {columns}) SELECT %s, {columns} "
            "FROM jsonb_populate_record(NULL::members_profile, %s::jsonb) "
            f"ON CONFLICT (member_id) DO UPDATE SET {new}",
            [member, json.dumps(dict(profile))],
        )


def give(member: int, other: int) -> tuple[int, int]:
    """Identities and events of `other` go to `member`, who is what `other` and their parts are now: how many."""
    counts = []
    with connection.cursor() as cursor:
        for table in ("members_identity", "members_event"):
            cursor.execute(
                f"UPDATE {table} SET origin_id = coalesce(origin_id, member_id), member_id = %s WHERE member_id = %s",
                [member, other],
            )
            counts.append(cursor.rowcount)
        cursor.execute(
            "UPDATE members_member SET merged_into_id = %s WHERE id = %s OR merged_into_id = %s", [member, other, other]
        )
        # Who looks for the name finds the member that remains; a refresh reckons the facts anew.
        cursor.execute("UPDATE members_member SET spelled = '' WHERE id = %s", [other])
        cursor.execute("DELETE FROM members_facts WHERE member_id = %s", [other])
    return counts[0], counts[1]


def give_back(member: int, other: int, parts: Sequence[int], spelled: str) -> tuple[int, int]:
    """What was recorded under `parts` goes back to `other`, who is a member again: how many identities and events."""
    counts = []
    with connection.cursor() as cursor:
        for table in ("members_identity", "members_event"):
            cursor.execute(
                f"UPDATE {table} SET member_id = %s, origin_id = nullif(origin_id, %s) "
                "WHERE member_id = %s AND origin_id = ANY(%s)",
                [other, other, member, list(parts)],
            )
            counts.append(cursor.rowcount)
        cursor.execute(
            "UPDATE members_member SET merged_into_id = CASE WHEN id <> %s THEN %s::bigint END WHERE id = ANY(%s)",
            [other, other, list(parts)],
        )
        cursor.execute("UPDATE members_member SET spelled = %s WHERE id = %s", [spelled, other])
    return counts[0], counts[1]


def insert(member: int, other: int, by: str, why: str, before: Any, after: Any, moved: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_merge (member_id, other_id, merged_by, why, before, after, moved) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [member, other, by, why, json.dumps(before), json.dumps(after), json.dumps(moved)],
        )
        return cursor.fetchone()[0]


def note_moved(merge: int, moved: Mapping[str, Sequence[int]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_merge SET moved = %s WHERE id = %s", [json.dumps(dict(moved)), merge])


def note_undone(merge: int, by: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_merge SET undone_at = %s, undone_by = %s WHERE id = %s", [now, by, merge])


def one(merge: int) -> MergeSeen | None:
    found = _seen("id = %s", [merge])
    return found[0] if found else None


def standing(member: int, other: int) -> MergeSeen | None:
    """The merge that made `other` a part of `member`, if it stands."""
    found = _seen("member_id = %s AND other_id = %s AND undone_at IS NULL", [member, other])
    return found[0] if found else None


def of_member(member: int) -> list[MergeSeen]:
    """What became one with the member, newest first, and what was parted again."""
    return _seen("member_id = %s OR other_id = %s ORDER BY id DESC", [member, member])


def newest(limit: int) -> list[MergeSeen]:
    return _seen("true ORDER BY id DESC LIMIT %s", [limit])


def changed(merge: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The member's columns before and after: {member: {column: value}, profile: {...} or None}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT before::text, after::text FROM members_merge WHERE id = %s", [merge])
        before, after = cursor.fetchone()
    return json.loads(before), json.loads(after)


def _seen(where: str, values: Sequence[Any]) -> list[MergeSeen]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SEEN} FROM members_merge WHERE {where}", list(values))
        return [MergeSeen(*row[:6], json.loads(row[6]), *row[7:]) for row in cursor.fetchall()]
