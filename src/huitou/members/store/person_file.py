"""A member file against the members that are known: a few dozen statements, inside the import's transaction.

Rows that share a card or an outside id tell of one person (a label). Members are found by card, outside id or verified
phone; a phone that several people of the file have proves nobody.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.service import Watched
from huitou.kernel.ids import member_code
from huitou.kernel.rows import Taken, Unfit
from huitou.members.errors import RegisteredMeanwhile
from huitou.members.rules.households import MOST_IN_HOUSEHOLD
from huitou.members.store import person_file_sql as sql
from huitou.members.store import sharing

ROWS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("name", pa.string()),
        ("spelled", pa.string()),
        ("birthday", pa.date32()),
        ("month_day", pa.int16()),
        ("sex", pa.string()),
        ("household_size", pa.int16()),
        ("household_number", pa.string()),
        ("email_sealed", pa.string()),
        ("email_index", pa.string()),
        ("address_sealed", pa.string()),
        ("address_index", pa.string()),
        ("lives_at", pa.string()),
        ("home_store_id", pa.int32()),
        ("joined_on", pa.date32()),
        ("preferences", pa.string()),
        ("consents", pa.string()),
        ("told_at", pa.string()),
    ]
)
"""Sealed values and indexes in hexadecimal, preferences and consents as JSON, moments as ISO texts."""

NUMBERS = pa.schema(
    [
        ("row_number", pa.int64()),
        ("place", pa.int16()),
        ("kind", pa.string()),
        ("key", pa.string()),
        ("sealed", pa.string()),
        ("tail", pa.string()),
    ]
)
"""The identities of each row; `key` is the value, of a phone its blind index in hexadecimal."""


def open_file() -> None:
    """Make room for the rows of one file; they are gone with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql.OPEN)


def add_rows(rows: pa.Table, numbers: pa.Table) -> None:
    """Rows in the columns of ROWS and NUMBERS."""
    bulk.copy_in("person_row", ROWS.names, rows)
    bulk.copy_in("person_number", NUMBERS.names, numbers)


LOG = "members_told"
_WHOLE = (
    "concat_ws('|', to_jsonb(t)::text, (SELECT to_jsonb(p)::text FROM members_profile p WHERE p.member_id = t.id), "
    "(SELECT string_agg(to_jsonb(i)::text, '|' ORDER BY i.id) FROM members_identity i WHERE i.member_id = t.id), "
    "(SELECT to_jsonb(l)::text FROM members_householdmember l WHERE l.member_id = t.id))"
)
"""Everything that a file said of a member."""
MEMBERS = Watched(
    "members_member", "id", "t.id IN (SELECT member_id FROM person_said)", ("member_id", "t.id"), seal=_WHOLE
)
_KNOWN = "EXISTS (SELECT FROM person_said k WHERE k.member_id = t.member_id AND NOT k.is_new)"
PROFILES = Watched("members_profile", "member_id", _KNOWN, ("member_id", "t.member_id"))
HOUSEHOLDS = Watched("members_householdmember", "member_id", _KNOWN, ("member_id", "t.member_id"))
NUMBERS_OF_KNOWN = Watched(
    "members_identity",
    "id",
    f"{_KNOWN} OR t.kind = 'phone' AND EXISTS (SELECT FROM shared_phone d WHERE d.blind_index = t.blind_index) "
    "AND NOT EXISTS (SELECT FROM person_said k WHERE k.member_id = t.member_id AND k.is_new)",
    ("member_id", "t.member_id"),
)
_PLACES = (MEMBERS, PROFILES, HOUSEHOLDS, NUMBERS_OF_KNOWN)


def settle(source: str, today: date, batch: int) -> Taken:
    """Take the rows that agree with each other and with what is known."""
    with connection.cursor() as cursor:
        cursor.execute(sql.POINTS_TO_TWO)
        cursor.execute(sql.LABELS)
        while True:  # two or three times: until nobody is told of a smaller label any more
            cursor.execute(sql.SPREAD_LABELS)
            if cursor.rowcount == 0:
                break
        for statement in (sql.ONE_LABEL_TWO_PEOPLE, sql.PHONES_ALONE, sql.SHARED_PHONES, sql.OWNERS):
            cursor.execute(statement)
        cursor.execute(sql.CROWDED_HOUSEHOLDS, [MOST_IN_HOUSEHOLD])
        unfit = _unfit()
        cursor.execute(sql.NEWEST)
        bulk.told.remember(_PLACES)
        new, changed, of_all, shared = _write(source, today)
        bulk.told.note(LOG, batch, _PLACES)
        said = bulk.spans_of("SELECT member_id FROM person_said")
        cursor.execute(sql.CLOSE)
    bulk.freshen_statistics("members_member", "members_identity", "members_profile")
    return Taken(new, changed, of_all - new - changed, unfit, {"shared_phones": shared}, said=said)


def _unfit() -> tuple[Unfit, ...]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (row_number) row_number, code, member_id, other_id, other_row FROM person_unfit "
            "ORDER BY row_number, place"
        )
        rows = cursor.fetchall()
    found = []
    for number, code, member, other, other_row in rows:
        facts = {"member": member_code(member)} if member else {}
        facts |= {"other": member_code(other)} if other else {}
        facts |= {"row": str(other_row)} if other_row else {}
        found.append(Unfit(number, code, facts))
    return tuple(found)


def _write(source: str, today: date) -> tuple[int, int, int, int]:
    """(new, changed, all people, phones that several have). Raises RegisteredMeanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM person_said WHERE is_new")
        (new,) = cursor.fetchone()
        cursor.execute(sql.INSERT_MEMBERS, [today])
        cursor.execute(sql.INSERT_HOUSEHOLDS)
        for statement, values in (
            (sql.UPDATE_MEMBERS, []),
            (sql.INSERT_PROFILES, [source]),
            (sql.UPDATE_PROFILES, []),
            (sql.LINK_HOUSEHOLDS, [source]),
            (sql.DOUBT_SHARED_PHONES, []),
            (sql.INSERT_NUMBERS, []),
            (sql.INSERT_PHONES, []),
            (sql.TRUST_PHONES, []),
        ):
            cursor.execute(sql.TOUCHED.format(statement=statement), values)
        cursor.execute(sql.NOTE_SOURCE, [source, source])
        cursor.execute(sql.TAKEN_MEANWHILE)
        if cursor.fetchone()[0]:
            raise RegisteredMeanwhile()
        cursor.execute(sql.COUNT_CHANGED)
        changed, of_all = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM shared_phone")
        (shared,) = cursor.fetchone()
        cursor.execute("SELECT DISTINCT decode(key, 'hex') FROM number_said WHERE kind = 'phone'")
        sharing.mark([index for (index,) in cursor.fetchall()])
    return new, changed, of_all, shared
