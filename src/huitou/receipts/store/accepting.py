"""What the trip of recording writes of receipts. Short prepared statements, the same for one receipt and for fifty."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
from django.db import IntegrityError

from huitou.bulk.trip import Answer, Trip
from huitou.receipts.terms import Match, NewLine, NewReceipt, ParkedReturn, SaleName, SoldSale
from huitou.receipts.terms.conflicts import NewConflict

_IDENTITIES = """
INSERT INTO receipts_identity (id, source, store_id, till, business_date, number, kind, digest, answer)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::date[], %s::text[], %s::text[], %s::text[],
    %s::text[])
"""
_RECEIPTS = """
INSERT INTO receipts_receipt (id, source, store_id, till, business_date, number, kind, at, channel, member_id, net_fen,
    discount_fen, line_count)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::date[], %s::text[], %s::text[],
    %s::timestamptz[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[])
"""
_LINES = """
INSERT INTO receipts_line (receipt_id, business_date, line, product_id, quantity_milli, unit_price, discount_fen,
    net_fen, sale_line)
SELECT * FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::bigint[], %s::bigint[], %s::numeric[], %s::bigint[],
    %s::bigint[], %s::int[])
"""
_RETURNS = """
INSERT INTO receipts_returnof (return_receipt_id, sale_source, sale_store_id, sale_till, sale_business_date,
    sale_number, applied_at, difference_fen)
SELECT receipt, source, store, till, day, number, CASE WHEN applied THEN clock_timestamp() END, difference
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::text[], %s::date[], %s::text[], %s::bool[], %s::bigint[])
    AS arrived (receipt, source, store, till, day, number, applied, difference)
"""
_TENDERS = """
INSERT INTO receipts_tender (receipt_id, place, kind, amount_fen)
SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::text[], %s::bigint[])
"""
_MATCHES = """
INSERT INTO receipts_returnmatch (return_receipt_id, return_line, sale_receipt_id, sale_line, quantity_milli)
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::int[], %s::bigint[])
"""
_NAME_MEMBERS = """
UPDATE receipts_receipt r SET member_id = named.member_id
FROM unnest(%s::bigint[], %s::date[], %s::bigint[]) AS named (id, business_date, member_id)
WHERE r.id = named.id AND r.business_date = named.business_date AND r.member_id IS NULL
"""
_NAME_GOODS = """
UPDATE receipts_line l SET product_id = named.product_id
FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::bigint[]) AS named (receipt_id, business_date, line, product_id)
WHERE l.receipt_id = named.receipt_id AND l.business_date = named.business_date AND l.line = named.line
"""
_APPLIED = """
UPDATE receipts_returnof o SET applied_at = clock_timestamp(), difference_fen = applied.difference
FROM unnest(%s::bigint[], %s::bigint[]) AS applied (receipt, difference)
WHERE o.return_receipt_id = applied.receipt AND o.applied_at IS NULL
"""
# What came back of the sale meanwhile becomes the member's with it.
_CLAIM = """
WITH claimed AS (
    UPDATE receipts_receipt SET member_id = %s
    WHERE id = %s AND business_date = %s::date AND member_id IS NULL AND kind = 'sale' RETURNING id, member_id
), given_back AS (
    SELECT DISTINCT b.id, b.business_date, c.member_id FROM claimed c
    JOIN receipts_returnmatch m ON m.sale_receipt_id = c.id JOIN receipts_identity b ON b.id = m.return_receipt_id
), followed AS (
    UPDATE receipts_receipt r SET member_id = g.member_id FROM given_back g
    WHERE r.id = g.id AND r.business_date = g.business_date AND r.member_id IS NULL AND r.id <> %s RETURNING r.id
)
SELECT id FROM claimed UNION ALL SELECT id FROM followed
"""
_CONFLICTS = """
INSERT INTO receipts_conflict (kind, store_id, source, digest, body, identity_id, member_id)
SELECT kind, store, source, digest, body::jsonb, receipt, member
FROM unnest(%s::text[], %s::int[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[])
    AS arrived (kind, store, source, digest, body, receipt, member)
ON CONFLICT (kind, source, digest) DO NOTHING
"""


def insert_receipts(trip: Trip, receipts: Sequence[NewReceipt]) -> None:
    keys = [receipt.key for receipt in receipts]
    name = [
        [receipt.receipt_id for receipt in receipts],
        [key.source for key in keys],
        [key.store_id for key in keys],
        [key.till for key in keys],
        [key.business_date for key in keys],
        [key.number for key in keys],
        [key.kind for key in keys],
    ]
    trip.ask(_IDENTITIES, [*name, [receipt.digest for receipt in receipts], [receipt.answer for receipt in receipts]])
    trip.ask(
        _RECEIPTS,
        [
            *name,
            [receipt.at for receipt in receipts],
            [receipt.channel for receipt in receipts],
            [receipt.member_id for receipt in receipts],
            [receipt.net_fen for receipt in receipts],
            [receipt.discount_fen for receipt in receipts],
            [receipt.line_count for receipt in receipts],
        ],
    )
    tenders = [
        (receipt.receipt_id, place, kind, fen)
        for receipt in receipts
        for place, (kind, fen) in enumerate(receipt.tenders)
    ]
    if tenders:
        trip.ask(_TENDERS, [list(column) for column in zip(*tenders, strict=True)])


def insert_lines(trip: Trip, lines: Sequence[NewLine]) -> None:
    trip.ask(_LINES, [list(column) for column in zip(*lines, strict=True)])


def insert_returns(
    trip: Trip, returns: Mapping[int, SaleName], parked: Collection[int], differences: Mapping[int, int]
) -> None:
    names = returns.values()
    trip.ask(
        _RETURNS,
        [
            list(returns),
            [name.source for name in names],
            [name.store_id for name in names],
            [name.till for name in names],
            [name.business_date for name in names],
            [name.number for name in names],
            [receipt not in parked for receipt in returns],
            [differences.get(receipt) for receipt in returns],
        ],
    )


def insert_matches(trip: Trip, matches: Sequence[Match]) -> None:
    trip.ask(
        _MATCHES,
        [
            [match.return_receipt for match in matches],
            [match.return_line for match in matches],
            [match.sale_receipt for match in matches],
            [match.sale_line for match in matches],
            [match.quantity_milli for match in matches],
        ],
    )


def apply_parked(trip: Trip, applied: Sequence[ParkedReturn], sale: SoldSale, differences: Mapping[int, int]) -> None:
    """The sale is here: it says whose the returns are and which goods came back."""
    ids = [back.receipt_id for back in applied]
    if sale.member_id is not None:
        trip.ask(_NAME_MEMBERS, [ids, [back.business_date for back in applied], [sale.member_id] * len(ids)])
    goods = {sold.line: sold.product_id for sold in sale.lines}
    named = [
        (back.receipt_id, back.business_date, line.line, goods[line.sale_line])
        for back in applied
        for line in back.lines
        if line.sale_line in goods
    ]
    if named:
        trip.ask(_NAME_GOODS, [list(column) for column in zip(*named, strict=True)])
    trip.ask(_APPLIED, [ids, [differences.get(receipt) for receipt in ids]])


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whether the claim was the first. `then` hears the receipts that have become the member's."""

    answer: Answer
    then: Callable[[list[int]], None]

    def read(self) -> bool:
        theirs = [receipt for (receipt,) in self.answer.rows()]
        if theirs:
            self.then(theirs)
        return bool(theirs)


def claim(
    trip: Trip, receipt_id: int, business_date: date, member_id: int, then: Callable[[list[int]], None]
) -> Claimed:
    return Claimed(trip.ask(_CLAIM, [member_id, receipt_id, business_date, receipt_id]), then)


_CLAIMED_BEFORE = "SELECT member_id, digest, answer FROM receipts_claim WHERE receipt_id = %s"
_NOTE_CLAIM = "INSERT INTO receipts_claim (receipt_id, member_id, source, digest, answer) VALUES (%s, %s, %s, %s, %s)"


def claimed_before(trip: Trip, receipt_id: int) -> Answer:
    """Asks for (member, digest, answer) of the receipt's claim."""
    return trip.ask(_CLAIMED_BEFORE, [receipt_id])


def insert_claim(trip: Trip, receipt_id: int, member_id: int, source: str, digest: str, answer: str) -> None:
    trip.ask(_NOTE_CLAIM, [receipt_id, member_id, source, digest, answer])


def insert_conflicts(trip: Trip, conflicts: Sequence[NewConflict]) -> None:
    trip.ask(
        _CONFLICTS,
        [
            [str(conflict.kind) for conflict in conflicts],
            [conflict.store_id for conflict in conflicts],
            [conflict.source for conflict in conflicts],
            [conflict.digest for conflict in conflicts],
            [json.dumps(dict(conflict.body), ensure_ascii=False) for conflict in conflicts],
            [conflict.receipt_id for conflict in conflicts],
            [conflict.member_id for conflict in conflicts],
        ],
    )


def identity_taken(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, psycopg.errors.UniqueViolation) and cause.diag.constraint_name == "receipts_identity_once"


def month_missing(error: IntegrityError) -> bool:
    cause = error.__cause__
    # A row that no partition takes is told like a failed check, but without the name of one.
    return (
        isinstance(cause, psycopg.errors.CheckViolation)
        and cause.diag.constraint_name is None
        and cause.diag.table_name in ("receipts_receipt", "receipts_line")
    )
