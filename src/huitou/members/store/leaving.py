"""Members who came with an import and leave with it: nobody knows more of them than the file did."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huitou.bulk import service as bulk
from huitou.members.store import households, person_file

_OWN = ("members_identity", "members_facts", "members_candidate")
_SAID = (*_OWN, "members_profile", "members_told", "members_householdmember")


def unused(members: Sequence[int], undone: Sequence[int], besides: Sequence[str]) -> list[int]:
    """Which of these nobody has named, given another card or phone, or uses; what the imports `undone` said of them is
    said no more. `besides`: tables that are asked apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id FROM members_member m JOIN members_identity i ON i.member_id = m.id "
            "WHERE m.id = ANY(%s) AND m.name = '' AND m.birthday IS NULL AND NOT EXISTS ("
            "SELECT FROM members_told l WHERE l.member_id = m.id AND l.batch <> ALL(%s)) "
            "GROUP BY m.id HAVING count(*) = 1",
            [list(members), list(undone)],
        )
        as_they_came = [member for (member,) in cursor.fetchall()]
    return bulk.unreferenced("members_member", as_they_came, besides=(*_OWN, "members_told", *besides))


def unreferenced(members: Sequence[int], besides: Sequence[str]) -> list[int]:
    """Which of these only what files said of them names; `besides`: tables that are asked apart."""
    return bulk.unreferenced("members_member", members, besides=(*_SAID, *besides))


def take_back(batch: int, undone: Sequence[int]) -> tuple[int, list[tuple[str, int, list[str]]]]:
    """Put back what an import of members changed, after those whom it made have left: how many rows, and (place,
    member, columns) of what somebody changed since. Below it may lie what imports `undone` before could not put back:
    it follows."""
    with bulk.told.taking_back(person_file.LOG, undone) as waiting:
        said = _take_back(batch, following=False)
        for below in waiting:
            _take_back(below, following=True)
    households.sweep()
    return said


def _take_back(batch: int, *, following: bool) -> tuple[int, list[tuple[str, int, list[str]]]]:
    restored, stay = 0, []
    with connection.cursor() as cursor:
        # A phone whose member another file has proven meanwhile is that member's.
        cursor.execute(
            "DELETE FROM members_told l USING members_identity i, members_identity o WHERE l.batch = %s "
            "AND l.place = 'members_identity' AND l.row_id = i.id AND l.before ->> 'verified' = 'true' "
            "AND o.kind = 'phone' AND o.blind_index = i.blind_index AND o.verified AND o.id <> i.id",
            [batch],
        )
    for place in (person_file.NUMBERS_OF_KNOWN, person_file.PROFILES, person_file.HOUSEHOLDS, person_file.MEMBERS):
        if place is not person_file.MEMBERS:
            restored += bulk.told.delete_made(person_file.LOG, batch, place)
        rows, others = bulk.told.restore(person_file.LOG, batch, place, following=following)
        restored += rows
        stay += [(place.table, row, columns) for row, columns in others]
    return restored, [(place, _member_of(place, row), columns) for place, row, columns in stay]


def _member_of(place: str, row: int) -> int:
    if place != "members_identity":
        return row
    with connection.cursor() as cursor:
        cursor.execute("SELECT member_id FROM members_identity WHERE id = %s", [row])
        return cursor.fetchone()[0]


def delete(members: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for table, column in (
            ("members_told", "member_id"),
            ("members_candidate", "member_id"),
            ("members_candidate", "other_id"),
            ("members_profile", "member_id"),
            ("members_householdmember", "member_id"),
            ("members_facts", "member_id"),
            ("members_identity", "member_id"),
            ("members_member", "id"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(members)])
