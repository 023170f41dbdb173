"""Members who came with an import and leave with it: nobody knows more of them than the file did."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huitou.bulk import service as bulk

_OWN = ("members_identity", "members_facts")


def unused(members: Sequence[int], besides: Sequence[str]) -> list[int]:
    """Which of these nobody has named, given another card or phone, or uses; `besides`: tables that are asked apart."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.id FROM members_member m JOIN members_identity i ON i.member_id = m.id "
            "WHERE m.id = ANY(%s) AND m.name = '' AND m.birthday IS NULL GROUP BY m.id HAVING count(*) = 1",
            [list(members)],
        )
        as_they_came = [member for (member,) in cursor.fetchall()]
    return bulk.unreferenced("members_member", as_they_came, besides=(*_OWN, *besides))


def delete(members: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        for table, column in (
            ("members_facts", "member_id"),
            ("members_identity", "member_id"),
            ("members_member", "id"),
        ):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(members)])
