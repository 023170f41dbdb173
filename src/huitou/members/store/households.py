"""Who lives in which household, as rows. Whoever is a part of another member keeps the row of before, unseen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def of_member(member: int) -> tuple[int, str, str] | None:
    """(household, its name, its number elsewhere)."""
    found = _rows(
        "SELECT h.id, h.name, coalesce(h.number, '') FROM members_householdmember l "
        "JOIN members_household h ON h.id = l.household_id WHERE l.member_id = %s",
        [member],
    )
    return found[0] if found else None


def people_of(household: int) -> list[tuple[int, str, int | None, datetime, str]]:
    """(member, name, home store, since, noted by), whoever was there first before the others."""
    return _rows(
        "SELECT m.id, m.name, m.home_store_id, l.since, l.noted_by FROM members_householdmember l "
        "JOIN members_member m ON m.id = l.member_id WHERE l.household_id = %s AND m.merged_into_id IS NULL "
        "ORDER BY l.since, m.id",
        [household],
    )


def lock(household: int) -> bool:
    """Until the transaction ends nobody else comes or goes; whether there is such a household."""
    return bool(_rows("SELECT id FROM members_household WHERE id = %s FOR UPDATE", [household]))


def count(household: int) -> int:
    return len(people_of(household))


def make() -> int:
    ((household,),) = _rows("INSERT INTO members_household DEFAULT VALUES RETURNING id")
    return household


def put(member: int, household: int, by: str) -> bool:
    """Whether the member was not there before."""
    return bool(
        _rows(
            "INSERT INTO members_householdmember (member_id, household_id, noted_by) VALUES (%s, %s, %s) "
            "ON CONFLICT (member_id) DO NOTHING RETURNING 1",
            [member, household, by],
        )
    )


def take_out(member: int) -> int | None:
    """The household that the member was in."""
    found = _rows("DELETE FROM members_householdmember WHERE member_id = %s RETURNING household_id", [member])
    return found[0][0] if found else None


def call(household: int, name: str) -> bool:
    """Whether it was called something else."""
    statement = "UPDATE members_household SET name = %s WHERE id = %s AND name <> %s RETURNING 1"
    return bool(_rows(statement, [name, household, name]))


def say_again(members: Sequence[int]) -> None:
    """These became one, or two again: how many the others live with has changed, and the log of changes hears it."""
    _rows("UPDATE members_householdmember SET household_id = household_id WHERE member_id = ANY(%s)", [list(members)])


def link(rows: pa.Table, by: str) -> int:
    """(card, number): who has that card lives in the household of that number. Whoever lives in one stays there. How
    many came."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arriving_household (card text, number text) ON COMMIT DROP")
        bulk.copy_in("arriving_household", ["card", "number"], rows)
        cursor.execute(
            "INSERT INTO members_household (number) SELECT DISTINCT number FROM arriving_household ORDER BY 1 "
            "ON CONFLICT (number) DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO members_householdmember (member_id, household_id, noted_by) "
            "SELECT DISTINCT ON (i.member_id) i.member_id, h.id, %s FROM arriving_household a "
            "JOIN members_identity i ON i.kind = 'card' AND i.value = a.card "
            "JOIN members_household h ON h.number = a.number ORDER BY i.member_id, a.card "
            "ON CONFLICT (member_id) DO NOTHING",
            [by],
        )
        came = cursor.rowcount
        cursor.execute("DROP TABLE arriving_household")
    return came


def sweep() -> int:
    """Households of another system in which nobody lives, and to which no undo of a file can lead back, are gone; how
    many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM members_household h WHERE h.number IS NOT NULL AND h.name = '' "
            "AND NOT EXISTS (SELECT FROM members_householdmember l WHERE l.household_id = h.id) AND NOT EXISTS ("
            "  SELECT FROM (SELECT before ->> 'household_id' AS id FROM members_told "
            "    WHERE place = 'members_householdmember' UNION ALL SELECT after ->> 'household_id' FROM members_told "
            "    WHERE place = 'members_householdmember') told WHERE told.id = h.id::text)"
        )
        return cursor.rowcount


def row(member: int) -> dict[str, Any] | None:
    """The member's own row, with what their household is called; None: they live in none."""
    names = ("household_id", "name", "number", "since", "noted_by")
    found = _rows(
        "SELECT h.id, h.name, h.number, l.since, l.noted_by FROM members_householdmember l "
        "JOIN members_household h ON h.id = l.household_id WHERE l.member_id = %s",
        [member],
    )
    return dict(zip(names, found[0], strict=True)) if found else None


def forget(member: int) -> int:
    """The member leaves, and with the last of them what the household was called; a name that is theirs goes, too. How
    many rows of links."""
    _rows(
        "UPDATE members_household h SET name = '' FROM members_householdmember l, members_member m "
        "WHERE l.member_id = %s AND h.id = l.household_id AND m.id = l.member_id AND h.name <> '' "
        "AND (m.name <> '' AND strpos(h.name, m.name) > 0 OR NOT EXISTS ("
        "  SELECT FROM members_householdmember o WHERE o.household_id = h.id AND o.member_id <> l.member_id))",
        [member],
    )
    return 1 if take_out(member) is not None else 0
