"""Members and their identities written by the thousand."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk

_MEMBER_IDS = pa.schema([("value", pa.string()), ("member_id", pa.int64())])


def insert_strangers(kind: str, rows: pa.Table) -> list[int]:
    """Make a member for each outside id that nobody has; returns whom.

    `rows`: value (text), joined_on (date), home_store_id (int). Set-based: one insert of members, one of identities.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_member (value text, joined_on date, home_store_id integer) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_member", ["value", "joined_on", "home_store_id"], rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM arriving_member a USING members_identity i WHERE i.kind = %s AND i.value = a.value",
            [kind],
        )
        cursor.execute(
            "WITH numbered AS MATERIALIZED ("
            "    SELECT nextval(pg_get_serial_sequence('members_member', 'id')) AS id, a.* "
            "    FROM (SELECT * FROM arriving_member ORDER BY joined_on, value) a"
            "), made AS ("
            "    INSERT INTO members_member (id, joined_on, home_store_id) "
            "    SELECT id, joined_on, home_store_id FROM numbered"
            ") INSERT INTO members_identity (member_id, kind, value, tail, verified) "
            "SELECT id, %s, value, right(value, 4), false FROM numbered RETURNING member_id",
            [kind],
        )
        made = [member for (member,) in cursor.fetchall()]
        cursor.execute("DROP TABLE arriving_member")
    bulk.freshen_statistics("members_member", "members_identity")
    return made


def insert_people(rows: pa.Table) -> int:
    """Make members with all that is known of them; one whose card is known already is left as it is.

    `rows`: card, name, spelled, birthday, joined_on, home_store_id, phone_sealed and phone_blind_index (hexadecimal
    or null), phone_tail. Returns how many were made.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_person (card text, name text, spelled text, birthday date, joined_on date, "
            "home_store_id integer, phone_sealed text, phone_blind_index text, phone_tail text) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_person", rows.column_names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM arriving_person a USING members_identity i WHERE i.kind = 'card' AND i.value = a.card"
        )
        cursor.execute(
            "CREATE TEMP TABLE numbered_person ON COMMIT DROP AS "
            "SELECT nextval(pg_get_serial_sequence('members_member', 'id')) AS id, a.* "
            "FROM (SELECT * FROM arriving_person ORDER BY joined_on, card) a"
        )
        cursor.execute(
            "INSERT INTO members_member (id, name, spelled, birthday, joined_on, home_store_id) "
            "SELECT id, name, spelled, birthday, joined_on, home_store_id FROM numbered_person"
        )
        made = cursor.rowcount
        cursor.execute(
            "INSERT INTO members_identity (member_id, kind, value, tail, verified) "
            "SELECT id, 'card', card, right(card, 4), true FROM numbered_person"
        )
        cursor.execute(
            "INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) "
            "SELECT id, 'phone', decode(phone_sealed, 'hex'), decode(phone_blind_index, 'hex'), phone_tail, true "
            "FROM numbered_person WHERE phone_sealed IS NOT NULL ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE arriving_person, numbered_person")
    return made


def insert_identities(kind: str, rows: pa.Table) -> int:
    """Identities of known cards: `rows` is card, value or null, sealed and blind_index in hexadecimal or null, tail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_identity (card text, value text, sealed text, blind_index text, tail text) "
            "ON COMMIT DROP"
        )
    bulk.copy_in("arriving_identity", rows.column_names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_identity (member_id, kind, value, sealed, blind_index, tail, verified) "
            "SELECT i.member_id, %s, a.value, decode(a.sealed, 'hex'), decode(a.blind_index, 'hex'), a.tail, "
            "a.sealed IS NULL FROM arriving_identity a JOIN members_identity i ON i.kind = 'card' AND i.value = a.card "
            "WHERE NOT EXISTS (SELECT FROM members_identity k WHERE k.member_id = i.member_id AND k.kind = %s "
            "AND (k.value = a.value OR k.blind_index = decode(a.blind_index, 'hex'))) ON CONFLICT DO NOTHING",
            [kind, kind],
        )
        made = cursor.rowcount
        cursor.execute("DROP TABLE arriving_identity")
    return made


def insert_profiles(rows: pa.Table, source: str) -> int:
    """Profiles of known cards: `rows` is card, sex, household_size or null, address_sealed and address_index in
    hexadecimal or null, lives_at or null, consents_noted as JSON. One that is there stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_profile (card text, sex text, household_size smallint, address_sealed text, "
            "address_index text, lives_at text, consents_noted jsonb) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_profile", rows.column_names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_profile (member_id, sex, household_size, address_sealed, address_index, "
            "lives_at, consents_noted, source) SELECT i.member_id, a.sex, a.household_size, "
            "decode(a.address_sealed, 'hex'), decode(a.address_index, 'hex'), a.lives_at, a.consents_noted, %s "
            "FROM arriving_profile a JOIN members_identity i ON i.kind = 'card' AND i.value = a.card "
            "ON CONFLICT DO NOTHING",
            [source],
        )
        made = cursor.rowcount
        cursor.execute("DROP TABLE arriving_profile")
    return made


def insert_phone_strangers(rows: pa.Table) -> list[int]:
    """As `insert_strangers`, for phones: value is the blind index in hexadecimal; sealed and tail come along.

    A till's phone is unverified: a front desk's number on 3,000 receipts is not a person's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_phone (value text, sealed text, tail text, joined_on date, "
            "home_store_id integer) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_phone", rows.column_names, rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM arriving_phone a USING members_identity i "
            "WHERE i.kind = 'phone' AND i.blind_index = decode(a.value, 'hex')"
        )
        cursor.execute(
            "WITH numbered AS MATERIALIZED ("
            "    SELECT nextval(pg_get_serial_sequence('members_member', 'id')) AS id, a.* "
            "    FROM (SELECT * FROM arriving_phone ORDER BY joined_on, value) a"
            "), made AS ("
            "    INSERT INTO members_member (id, joined_on, home_store_id) "
            "    SELECT id, joined_on, home_store_id FROM numbered"
            ") INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) "
            "SELECT id, 'phone', decode(sealed, 'hex'), decode(value, 'hex'), tail, false FROM numbered "
            "RETURNING member_id"
        )
        made = [member for (member,) in cursor.fetchall()]
        cursor.execute("DROP TABLE arriving_phone")
    return made


def ids_by_value(kind: str, values: list[str]) -> dict[str, tuple[int, int | None]]:
    """The member of each of these outside ids that is known, and whose it was before a merge."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value, member_id, origin_id FROM members_identity WHERE kind = %s AND value = ANY(%s)",
            [kind, values],
        )
        return {value: (member, origin) for value, member, origin in cursor.fetchall()}


def ids_by_index(indexes: list[bytes]) -> dict[bytes, tuple[int, int | None]]:
    """The same of these phones' blind indexes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT blind_index, min(member_id), CASE WHEN count(*) = count(origin_id) THEN min(origin_id) END "
            "FROM members_identity WHERE kind = 'phone' AND blind_index = ANY(%s) GROUP BY 1",
            [indexes],
        )
        return {bytes(index): (member, origin) for index, member, origin in cursor.fetchall()}


def ids_known(kind: str) -> pa.Table:
    """(value, member_id) of every identity of a kind that is no phone."""
    # The kind is one of a few words of ours (members.terms.IdentityKind), never a person's text.
    query = f"SELECT value, min(member_id) FROM members_identity WHERE kind = '{kind}' GROUP BY 1"
    parts = list(bulk.copy_out(query, _MEMBER_IDS))
    return pa.concat_tables(parts) if parts else _MEMBER_IDS.empty_table()


def write_facts(rows: pa.RecordBatchReader) -> None:
    """Replace what is known of each member by `rows`, which has columns of members_facts. Only what differs is written:
    most members are today what they were yesterday."""
    names = rows.schema.names
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arriving_facts (LIKE members_facts INCLUDING DEFAULTS) ON COMMIT DROP")
    bulk.copy_in("arriving_facts", names, rows)
    columns = [name for name in names if name != "member_id"]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE arriving_facts")
        cursor.execute(
            "DELETE FROM members_facts f "
            "WHERE NOT EXISTS (SELECT FROM arriving_facts a WHERE a.member_id = f.member_id)"
        )
        cursor.execute(
            f"INSERT INTO members_facts ({', '.join(names)}) "
            f"SELECT {', '.join(f'a.{name}' for name in names)} FROM arriving_facts a "
            "LEFT JOIN members_facts f ON f.member_id = a.member_id "
            f"WHERE f.member_id IS NULL OR ROW({', '.join('f.' + name for name in columns)}) "
            f"IS DISTINCT FROM ROW({', '.join('a.' + name for name in columns)}) "
            f"ON CONFLICT (member_id) DO UPDATE SET {_taken_over(names)}"
        )
        cursor.execute("DROP TABLE arriving_facts")
        cursor.execute("ANALYZE members_facts")


def write_changed_facts(rows: pa.RecordBatchReader, gone: pa.Table) -> int:
    """Put `rows` in the place of what is known of their members, and take away what is known of those in `gone`;
    returns of how many something is known then."""
    names = rows.schema.names
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE changed_facts (LIKE members_facts INCLUDING DEFAULTS) ON COMMIT DROP")
    bulk.copy_in("changed_facts", names, rows)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_facts WHERE member_id = ANY(%s)", [gone.column("member_id").to_pylist()])
        cursor.execute(
            f"INSERT INTO members_facts ({', '.join(names)}) SELECT {', '.join(names)} FROM changed_facts "
            # One page after the other, as members lie.
            f"ORDER BY member_id ON CONFLICT (member_id) DO UPDATE SET {_taken_over(names)}"
        )
        cursor.execute("DROP TABLE changed_facts")
        cursor.execute("SELECT count(*) FROM members_facts")
        return cursor.fetchone()[0]


def _taken_over(names: Sequence[str]) -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in names if name != "member_id")


def forget_facts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_facts")


def write_tiers(members: list[int], rows: pa.Table) -> None:
    """Of these members, replace what is known of their tier by `rows` (member_id, tier, since, until)."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM members_tier WHERE member_id = ANY(%s)", [members])
    bulk.copy_in("members_tier", ["member_id", "tier", "since", "until"], rows)


_HOMES = pa.schema([("member_id", pa.int64()), ("home_store_id", pa.int32())])
_FACTS_NOW = pa.schema(
    [
        ("member_id", pa.int64()),
        ("layer", pa.string()),
        ("last_purchase_on", pa.date32()),
        ("receipts_year", pa.int32()),
        ("spend_year_fen", pa.int64()),
    ]
)


def homes_now() -> pa.Table:
    parts = list(
        bulk.copy_out(
            "SELECT id, home_store_id FROM members_member WHERE home_store_id IS NOT NULL AND merged_into_id IS NULL",
            _HOMES,
        )
    )
    return pa.concat_tables(parts) if parts else _HOMES.empty_table()


def facts_now() -> pa.Table:
    """What is known of every member, as far as layers are cut by it."""
    query = f"SELECT {', '.join(_FACTS_NOW.names)} FROM members_facts"
    parts = list(bulk.copy_out(query, _FACTS_NOW))
    return pa.concat_tables(parts) if parts else _FACTS_NOW.empty_table()
