"""What members agreed to, as rows of a ledger: the newest word counts, of the person as a whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from huitou.members.terms import MESSAGES, ConsentSaid

_SEEN = "c.about, c.given, c.at, c.noted_by, c.how, c.channel, c.noted_at, c.source_id, c.id, c.undone_at, c.undone_by"


def agreed_to(member: int) -> frozenset[str]:
    """What is sensitive and the person agrees to now."""
    return frozenset(about for (about,) in _run("SELECT about FROM members_agreed WHERE person_id = %s", member))


def note(member: int, about: str, given: bool, by: str, how: str) -> None:
    """Said at this moment, to somebody here."""
    _run(
        "INSERT INTO members_consent (member_id, about, given, noted_by, how) VALUES (%s, %s, %s, %s, %s) RETURNING id",
        *(member, about, given, by, how),
    )


def note_word(member: int, channel: str, given: bool, at: datetime, by: str, how: str) -> int | None:
    """About messages, as a person noted it here; None where the same person noted the same before. The member's row is
    locked, so that two clicks are one word."""
    found = _run(
        "INSERT INTO members_consent (member_id, about, channel, given, at, noted_by, how) "
        "SELECT %(member)s, %(about)s, %(channel)s, %(given)s, %(at)s, %(by)s, %(how)s WHERE NOT EXISTS ("
        "SELECT FROM members_consent c WHERE c.member_id = %(member)s AND c.channel = %(channel)s "
        "AND c.given = %(given)s AND c.at = %(at)s AND c.noted_by = %(by)s AND c.how = %(how)s "
        "AND c.source_id = '' AND c.undone_at IS NULL) RETURNING id",
        {"member": member, "about": MESSAGES, "channel": channel, "given": given, "at": at, "by": by, "how": how},
    )
    return found[0][0] if found else None


def undo(member: int, word: int, by: str) -> bool | None:
    """Take back a word about messages that was noted here; False: it is taken back already; None: the person has none
    such."""
    found = _run(
        "SELECT c.undone_at IS NULL FROM members_consent c JOIN members_persons p ON p.member_id = c.member_id "
        "WHERE c.id = %s AND p.person_id = %s AND c.channel <> '' AND c.source_id = ''",
        *(word, member),
    )
    if not found:
        return None
    return bool(
        _run(
            "UPDATE members_consent SET undone_at = clock_timestamp(), undone_by = %s "
            "WHERE id = %s AND undone_at IS NULL RETURNING id",
            *(by, word),
        )
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
    """The fields of ConsentSeen, of the person, the newest word first."""
    return _run(
        f"SELECT {_SEEN} FROM members_consent c "
        "JOIN members_persons p ON p.member_id = c.member_id WHERE p.person_id = %s ORDER BY c.at DESC, c.id DESC",
        member,
    )


def rows(member: int) -> list[dict[str, Any]]:
    """Those of the member's own row, for their own eyes."""
    names = tuple(column.rpartition(".")[2] for column in _SEEN.split(", "))
    found = _run(f"SELECT {_SEEN} FROM members_consent c WHERE c.member_id = %s ORDER BY c.id", member)
    return [dict(zip(names, row, strict=True)) for row in found]


def _run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """`values` one by one, or all of them by name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values[0] if values and isinstance(values[0], dict) else values)
        return cursor.fetchall()
