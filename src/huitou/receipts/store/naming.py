"""Under whose identity receipts were recorded, and whose they are now: members become one, and part again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import Trip

_NAMED = pa.schema([("receipt_id", pa.int64()), ("member_id", pa.int64())])
_NOTE = """
INSERT INTO receipts_named (receipt_id, member_id) SELECT * FROM unnest(%s::bigint[], %s::bigint[])
ON CONFLICT (receipt_id) DO NOTHING
"""
_NOTE_ALL = """
INSERT INTO receipts_named (receipt_id, member_id)
SELECT id, member_id FROM receipts_receipt WHERE member_id = %s ON CONFLICT (receipt_id) DO NOTHING
"""
# A return names no card of its own: it goes with its sale.
_NOTE_RETURNS = """
INSERT INTO receipts_named (receipt_id, member_id)
SELECT DISTINCT ON (m.return_receipt_id) m.return_receipt_id, n.member_id FROM receipts_named n
JOIN receipts_returnmatch m ON m.sale_receipt_id = n.receipt_id
JOIN receipts_identity b ON b.id = m.return_receipt_id
JOIN receipts_receipt r ON r.id = b.id AND r.business_date = b.business_date AND r.member_id = %s
WHERE n.member_id = ANY(%s) ORDER BY m.return_receipt_id, m.id
ON CONFLICT (receipt_id) DO NOTHING
"""
_GIVE = "UPDATE receipts_receipt SET member_id = %s WHERE member_id = %s"
_GIVE_BACK = """
UPDATE receipts_receipt r SET member_id = %s FROM receipts_named n
WHERE r.member_id = %s AND n.receipt_id = r.id AND n.member_id = ANY(%s)
"""


def note_in_trip(trip: Trip, named: Mapping[int, int]) -> None:
    trip.ask(_NOTE, [list(named), list(named.values())])


def note(receipts: Sequence[int], members: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [list(receipts), list(members)])


def give(source: int, target: int, origins: Sequence[int]) -> int:
    """Every receipt of one member to another, with a note of whose it was; how many. `origins`: their parts."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_RETURNS, [source, list(origins)])
        cursor.execute(_NOTE_ALL, [source])
        cursor.execute(_GIVE, [target, source])
        return cursor.rowcount


def give_back(source: int, target: int, origins: Sequence[int]) -> tuple[int, list[int]]:
    """The receipts that were recorded under these members to one of them: (how many, ids of all of theirs)."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_RETURNS, [source, list(origins)])
        cursor.execute(_GIVE_BACK, [target, source, list(origins)])
        count = cursor.rowcount
        cursor.execute("SELECT receipt_id FROM receipts_named WHERE member_id = ANY(%s)", [list(origins)])
        return count, [receipt for (receipt,) in cursor.fetchall()]


def under_others(receipts: Sequence[int], origins: Sequence[int]) -> list[int]:
    """Which of these receipts name somebody who is none of these members."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT receipt_id FROM receipts_named WHERE receipt_id = ANY(%s) AND member_id <> ALL(%s)",
            [list(receipts), list(origins)],
        )
        return [receipt for (receipt,) in cursor.fetchall()]


def named(members: Sequence[int]) -> pa.Table:
    """(receipt_id, member_id) of every receipt that was recorded under these, while they were others' or before."""
    members = [int(member) for member in members]
    query = (
        f"SELECT receipt_id, member_id FROM receipts_named WHERE member_id = ANY('{{{','.join(map(str, members))}}}')"
    )
    parts = list(bulk.copy_out(query, _NAMED))
    return pa.concat_tables(parts) if parts else _NAMED.empty_table()


def count_of(member_id: int) -> tuple[int, int]:
    """(how many receipts, what they come to in fen) of a member, in the books."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(sum(net_fen), 0)::bigint FROM receipts_receipt WHERE member_id = %s", [member_id]
        )
        return cursor.fetchone()


def try_turn() -> bool:
    """As the turn of an import, where nobody has it: whether it is ours until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('receipts import'))")
        return cursor.fetchone()[0]
