"""Sealed blocks of the ledger: what waits, what was sealed, and where the books no longer say what was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import connection

_ONE_SEALER = 0x4C31_36  # an advisory lock: "L16"

# Every value of a posting, quoted so that no two read alike, in a form that no setting of a session changes; and every
# number of an entry at its full width. Accounts are pseudonyms: an erased person leaves every leaf as it was.
_HEAD = """sha256(convert_to(ROW(
    id, key, kind, receipt_id, store_id, corrects_id, rule, rule_version, actor, source,
    encode(timestamptz_send(posted_at), 'hex'), business_date - DATE '2000-01-01')::text, 'UTF8')) AS head"""
_LEAF = (
    "sha256(t.head || int8send(e.id) || int8send(e.account_id) || int8send(coalesce(e.lot_id, -1)) "
    "|| int8send(e.points))"
)
# OFFSET 0: the head is hashed once a posting, and not once an entry.
_POSTINGS = f"(SELECT id, store_id, {_HEAD} FROM loyalty_transaction {{which}} OFFSET 0) t"


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Transactions of one chain that wait; each with the leaves of its entries, in order."""

    store_id: int | None
    leaves: list[tuple[int, bytes]]


@dataclass(frozen=True, slots=True)
class Block:
    """A sealed block as it is kept. `content` is the SHA-256 of the leaves that were sealed in it."""

    id: int
    store_id: int | None
    number: int
    previous: bytes
    seal: bytes
    content: bytes


def only_sealer() -> bool:
    """Whether nobody else seals until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_SEALER])
        return cursor.fetchone()[0]


def take_unsealed(limit: int) -> list[Unsealed]:
    """Take up to `limit` transactions off the queue, by chain."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS MATERIALIZED (DELETE FROM loyalty_unsealed WHERE ctid = ANY(ARRAY("
            "    SELECT ctid FROM loyalty_unsealed LIMIT %s)) RETURNING transaction_id) "
            f"SELECT t.store_id, t.id, string_agg({_LEAF}, '' ORDER BY e.id) FROM "
            + _POSTINGS.format(which="WHERE id IN (SELECT transaction_id FROM taken)")
            + " JOIN loyalty_entry e ON e.transaction_id = t.id GROUP BY t.store_id, t.id ORDER BY t.store_id, t.id",
            [limit],
        )
        rows = cursor.fetchall()
    return [
        Unsealed(store, [(transaction, bytes(leaves)) for _, transaction, leaves in found])
        for store, found in groupby(rows, key=lambda row: row[0])
    ]


def last_block(store_id: int | None) -> tuple[int, bytes] | None:
    """Number and seal of the newest block of a chain."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, seal FROM loyalty_block WHERE store_id IS NOT DISTINCT FROM %s "
            "ORDER BY number DESC LIMIT 1",
            [store_id],
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row else None


def insert_block(store_id: int | None, number: int, previous: bytes, seal: bytes, waiting: Unsealed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH made AS (INSERT INTO loyalty_block (store_id, number, previous, seal) VALUES (%s, %s, %s, %s) "
            "RETURNING id) INSERT INTO loyalty_sealed (transaction_id, block_id, leaves) "
            "SELECT transaction_id, made.id, leaves FROM made, unnest(%s::bigint[], %s::bytea[]) AS t "
            "(transaction_id, leaves)",
            [
                store_id,
                number,
                previous,
                seal,
                [transaction for transaction, _ in waiting.leaves],
                [leaves for _, leaves in waiting.leaves],
            ],
        )


def blocks() -> Iterator[Block]:
    """Every block, chain by chain in order."""
    with connection.chunked_cursor() as cursor:
        # The leaves stay in the database: 32 bytes an entry would be the slowest part of reading the books.
        cursor.execute(
            "SELECT b.id, b.store_id, b.number, b.previous, b.seal, coalesce(s.content, '') FROM loyalty_block b "
            "LEFT JOIN (SELECT block_id, sha256(string_agg(leaves, '' ORDER BY transaction_id)) AS content "
            "           FROM loyalty_sealed GROUP BY block_id) s ON s.block_id = b.id "
            "ORDER BY b.store_id, b.number"
        )
        while rows := cursor.fetchmany(1000):
            for block, store, number, previous, seal, content in rows:
                yield Block(block, store, number, bytes(previous), bytes(seal), bytes(content))


def first_changed_transaction() -> tuple[int, bytes, bytes] | None:
    """The first sealed transaction whose entries are not what was sealed: (id, leaves sealed, leaves found)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH found AS MATERIALIZED (SELECT s.transaction_id, s.leaves, now.leaves AS leaves_now "
            "FROM loyalty_sealed s LEFT JOIN ("
            f"    SELECT t.id, string_agg({_LEAF}, '' ORDER BY e.id) AS leaves "
            f"    FROM {_POSTINGS.format(which='')} JOIN loyalty_entry e ON e.transaction_id = t.id GROUP BY t.id"
            ") now ON now.id = s.transaction_id WHERE now.leaves IS DISTINCT FROM s.leaves) "
            "SELECT transaction_id, leaves, leaves_now FROM found ORDER BY transaction_id LIMIT 1"
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1]), bytes(row[2] or b"")) if row else None


def entry_at(transaction: int, place: int) -> int | None:
    """The id of the entry at a place, from 0, of a transaction; None where it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM loyalty_entry WHERE transaction_id = %s ORDER BY id OFFSET %s LIMIT 1",
            [transaction, place],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def count_entries() -> tuple[int, int]:
    """How many entries there are, and how many transactions wait to be sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM loyalty_entry), (SELECT count(*) FROM loyalty_unsealed)")
        return cursor.fetchone()


# A transaction that is neither sealed nor waits was written around the ledger.
NEVER_SEALED = """
SELECT 'transaction ' || t.id || ' (' || t.key || ') is neither sealed nor waits to be' FROM loyalty_transaction t
WHERE NOT EXISTS (SELECT FROM loyalty_sealed s WHERE s.transaction_id = t.id)
  AND NOT EXISTS (SELECT FROM loyalty_unsealed u WHERE u.transaction_id = t.id) ORDER BY t.id
"""
