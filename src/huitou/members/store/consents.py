"""What members agreed to, as rows of a ledger: the newest word counts, of the person as a whole."""

from __future__ import annotations

from typing import Any

from django.db import connection

from huitou.members.terms import ConsentSaid

_SEEN = "c.about, c.given, c.at, c.noted_by, c.how, c.channel, c.noted_at, c.source_id"


def agreed_to(member: int) -> frozenset[str]:
    """What is sensitive and the person agrees to now."""
    return frozenset(about for (about,) in _run("SELECT about FROM members_agreed WHERE person_id = %s", member))


def note(member: int, about: str, given: bool, by: str, how: str) -> None:
    """Said at this moment, to somebody here."""
    _run(
        "INSERT INTO members_consent (member_id, about, given, noted_by, how) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        *(member, about, given, by, how),
    )


def keep(member: int, said: ConsentSaid) -> bool:
    """Whether the source had not told anything under this id before."""
    return bool(
        _run(
            "INSERT INTO members_consent (member_id, about, channel, given, at, noted_by, source_id, how) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (noted_by, source_id) WHERE source_id <> '' DO NOTHING RETURNING id",
            *(member, said.about, said.channel, said.given, said.at, said.source, said.source_id, said.how),
        )
    )


def told_as(source: str, source_id: str) -> tuple[int, ConsentSaid] | None:
    """(whose, what) a source told under this id."""
    found = _run(
        "SELECT p.person_id, c.noted_by, c.source_id, c.about, c.channel, c.given, c.at, c.how FROM members_consent c "
        "JOIN members_persons p ON p.member_id = c.member_id WHERE c.noted_by = %s AND c.source_id = %s",
        *(source, source_id),
    )
    return (found[0][0], ConsentSaid(*found[0][1:])) if found else None


def of_member(member: int) -> list[tuple[Any, ...]]:
    """(about, given, at, noted by, how, channel, noted at, source id) of the person, the newest word first."""
    return _run(
        f"SELECT {_SEEN} FROM members_consent c "
        "JOIN members_persons p ON p.member_id = c.member_id WHERE p.person_id = %s ORDER BY c.at DESC, c.id DESC",
        member,
    )


def rows(member: int) -> list[dict[str, Any]]:
    """Those of the member's own row, for their own eyes."""
    names = ("about", "given", "at", "noted_by", "how", "channel", "noted_at", "source_id")
    found = _run(f"SELECT {_SEEN} FROM members_consent c WHERE c.member_id = %s ORDER BY c.id", member)
    return [dict(zip(names, row, strict=True)) for row in found]


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
