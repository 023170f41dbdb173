"""What members agreed to be known by, as rows of a ledger: the newest word counts, of the person as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection


def agreed_to(member: int) -> frozenset[str]:
    """What the person agrees to now."""
    return frozenset(about for (about,) in _run("SELECT about FROM members_agreed WHERE person_id = %s", member))


def note(member: int, about: str, given: bool, by: str, how: str) -> None:
    _run(
        "INSERT INTO members_consent (member_id, about, given, noted_by, how) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        *(member, about, given, by, how),
    )


def of_member(member: int) -> list[tuple[str, bool, datetime, str, str]]:
    """(about, given, at, noted by, how) of the person, the newest first."""
    return _run(
        "SELECT c.about, c.given, c.at, c.noted_by, c.how FROM members_consent c "
        "JOIN members_persons p ON p.member_id = c.member_id WHERE p.person_id = %s ORDER BY c.id DESC",
        member,
    )


def rows(member: int) -> list[dict[str, Any]]:
    """Those of the member's own row, for their own eyes."""
    found = _run("SELECT about, given, at, noted_by, how FROM members_consent WHERE member_id = %s ORDER BY id", member)
    return [dict(zip(("about", "given", "at", "noted_by", "how"), row, strict=True)) for row in found]


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
