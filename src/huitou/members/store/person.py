"""One person's rows of members: all of them out, or what names the person gone."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

_FACTS = """
    layer, recency_score, frequency_score, monetary_score, first_purchase_on, last_purchase_on,
    came_back_on, receipts_year, spend_year_fen, categories, category_shares, months_bought, categories_bought, loyalty
"""


def member_row(member_id: int) -> dict[str, Any] | None:
    columns = "id, name, birthday, joined_on, home_store_id"
    return _one(f"SELECT {columns} FROM members_member WHERE id = %s", member_id)


def facts_row(member_id: int) -> dict[str, Any] | None:
    return _one(f"SELECT {_FACTS} FROM members_facts WHERE member_id = %s", member_id)


def tier_row(member_id: int) -> dict[str, Any] | None:
    return _one("SELECT tier, since, until FROM members_tier WHERE member_id = %s", member_id)


def profile_row(member_id: int) -> dict[str, Any] | None:
    """As it stands, e-mail and address sealed."""
    row = _one(
        "SELECT sex, birthday_month_day, household_size, email_sealed, address_sealed, lives_at, source, told_at, "
        "preferences::text AS preferences, consents_noted::text AS consents_noted "
        "FROM members_profile WHERE member_id = %s",
        member_id,
    )
    for words in ("preferences", "consents_noted"):
        if row is not None:
            row[words] = json.loads(row[words])
    return row


def put_place(member_id: int, place: str | None, source: str) -> bool:
    """Whether it is another than before; who told nothing at all has a profile from here on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_profile AS p (member_id, lives_at, source) SELECT %s, %s::text, %s "
            "WHERE %s::text IS NOT NULL OR EXISTS (SELECT FROM members_profile k WHERE k.member_id = %s) "
            "ON CONFLICT (member_id) DO UPDATE SET lives_at = excluded.lives_at "
            "WHERE p.lives_at IS DISTINCT FROM excluded.lives_at",
            [member_id, place, source, place, member_id],
        )
        return cursor.rowcount == 1


def spent_codes(member_id: int) -> list[int]:
    """The minutes since 1970 whose codes have paid."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT minute FROM members_spentcode WHERE member_id = %s ORDER BY minute", [member_id])
        return [minute for (minute,) in cursor.fetchall()]


def events(member_id: int) -> list[dict[str, Any]]:
    names = ("source", "source_id", "kind", "store_id", "at")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT body, {', '.join(names)} FROM members_event WHERE member_id = %s ORDER BY id", [member_id]
        )
        return [{**dict(zip(names, row, strict=True)), "body": json.loads(body)} for body, *row in cursor.fetchall()]


def change_rows(member_id: int) -> list[dict[str, Any]]:
    """That something about them changed within the last hour."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, at FROM members_change WHERE member_id = %s ORDER BY id", [member_id])
        return [{"what": what, "at": at} for what, at in cursor.fetchall()]


def told_rows(member_id: int) -> list[dict[str, Any]]:
    """What was known before a file changed it; sealed words stay sealed, and are forgotten after 30 days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, coalesce(before, '{}')::text FROM members_told WHERE member_id = %s ORDER BY id", [member_id]
        )
        return [{"place": place, "before": json.loads(before)} for place, before in cursor.fetchall()]


def merge_rows(member_id: int) -> list[dict[str, Any]]:
    """With whom the person became one, and was parted again; what the person said stands in the parts' own rows."""
    names = ("member_id", "other_id", "merged_at", "why", "undone_at", "own", "others")
    parts = (
        "(SELECT to_jsonb(m)::text FROM members_member m WHERE m.id = g.other_id), "
        "(SELECT to_jsonb(p)::text FROM members_profile p WHERE p.member_id = g.other_id)"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT member_id, other_id, merged_at, why, undone_at, {parts} FROM members_merge g "
            "WHERE member_id = %s OR other_id = %s ORDER BY id",
            [member_id, member_id],
        )
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def candidate_rows(member_id: int) -> list[dict[str, Any]]:
    """Whom the person was taken to be, perhaps, and what became of it."""
    names = ("member_id", "other_id", "likely", "state", "found_at", "evidence")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, other_id, likely, state, found_at, evidence::text FROM members_candidate "
            "WHERE %s IN (member_id, other_id) ORDER BY id",
            [member_id],
        )
        return [{**dict(zip(names, row, strict=True)), "evidence": json.loads(row[-1])} for row in cursor.fetchall()]


def forget(member_id: int) -> dict[str, int]:
    """Delete all that names the person, blank name and birthday; the row stays for receipts and postings.

    Returns how many rows of each table were touched; a second call touches none.
    """
    statements = {
        "members_identity": "DELETE FROM members_identity WHERE member_id = %s",
        "members_facts": "DELETE FROM members_facts WHERE member_id = %s",
        "members_tier": "DELETE FROM members_tier WHERE member_id = %s",
        "members_staff": "DELETE FROM members_staff WHERE member_id = %s",
        "members_profile": "DELETE FROM members_profile WHERE member_id = %s",
        "members_spentcode": "DELETE FROM members_spentcode WHERE member_id = %s",
        "members_told": "DELETE FROM members_told WHERE member_id = %s",
        "members_candidate": "DELETE FROM members_candidate WHERE %s IN (member_id, other_id)",
        "members_consent": "DELETE FROM members_consent WHERE member_id = %s",
        "members_event": "DELETE FROM members_event WHERE member_id = %s",
        "members_merge": (
            'UPDATE members_merge SET before = \'{"member": {}, "profile": null}\', '
            'after = \'{"member": {}, "profile": null}\' '
            'WHERE %s IN (member_id, other_id) AND before <> \'{"member": {}, "profile": null}\''
        ),
        "members_member": (
            "UPDATE members_member SET name = '', spelled = '', birthday = NULL "
            "WHERE id = %s AND (name <> '' OR spelled <> '' OR birthday IS NOT NULL)"
        ),
    }
    counts = {}
    with connection.cursor() as cursor:
        for table, statement in statements.items():
            cursor.execute(statement, [member_id])
            counts[table] = cursor.rowcount
    return counts


def _one(query: str, member_id: int) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, [member_id])
        row = cursor.fetchone()
        return dict(zip([column.name for column in cursor.description], row, strict=True)) if row else None
