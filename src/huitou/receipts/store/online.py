"""What the trip of recording reads of receipts. Short prepared statements, the same for one receipt and for fifty."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from huitou.bulk.trip import READY, Answer, Trip
from huitou.receipts.terms import (
    KnownReceipt,
    Match,
    NamedSale,
    PaidWay,
    ParkedReturn,
    ReceiptKey,
    ReturnedLine,
    SaleName,
    SoldGoods,
    SoldSale,
)
from huitou.receipts.terms.conflicts import CANNOT_BE_APPLIED

_NAMES = "unnest(%s::text[], %s::int[], %s::text[], %s::date[], %s::text[])"

# LIMIT keeps each key on the index, whatever the planner knows of a table that has just begun to fill.
_FIND = f"""
SELECT wanted.place, found.id, found.digest, found.answer
FROM {_NAMES[:-1]}, %s::text[]) WITH ORDINALITY
    AS wanted (source, store_id, till, business_date, number, kind, place)
CROSS JOIN LATERAL (
    SELECT i.id, i.digest, i.answer FROM receipts_identity i
    WHERE i.store_id = wanted.store_id AND i.business_date = wanted.business_date AND i.number = wanted.number
      AND i.till = wanted.till AND i.source = wanted.source AND i.kind = wanted.kind AND i.undone_by_id IS NULL
    LIMIT 1
) AS found
"""

# Where all of them are known, there is nothing to write, and what was told waits for nobody.
_FIND_OR_GO_ON = f"""
WITH found AS MATERIALIZED ({_FIND}), told AS MATERIALIZED (
    SELECT CASE WHEN count(*) = %s THEN set_config('{READY}', '', true) END FROM found
) SELECT found.* FROM told LEFT JOIN found ON true WHERE found.place IS NOT NULL
"""

# Many tills number a return like its sale: what names itself says nothing of what the name is.
_IS_A_RETURN = """i.kind = 'return' AND NOT EXISTS (
    SELECT FROM receipts_returnof o WHERE o.return_receipt_id = i.id AND o.sale_store_id = i.store_id
      AND o.sale_business_date = i.business_date AND o.sale_number = i.number AND o.sale_till = i.till)"""

_FIND_SALES = f"""
SELECT wanted.place, found.id, found.business_date, found.kind, receipt.member_id
FROM {_NAMES} WITH ORDINALITY AS wanted (source, store_id, till, business_date, number, place)
CROSS JOIN LATERAL (
    SELECT i.id, i.business_date, i.kind FROM receipts_identity i
    WHERE i.store_id = wanted.store_id AND i.business_date = wanted.business_date AND i.number = wanted.number
      AND i.till = wanted.till AND i.undone_by_id IS NULL AND (i.kind = 'sale' OR {_IS_A_RETURN})
    ORDER BY i.kind = 'sale' DESC, i.source = wanted.source DESC, i.id LIMIT 1
) AS found
LEFT JOIN LATERAL (
    SELECT r.member_id FROM receipts_receipt r
    WHERE r.id = found.id AND r.business_date = found.business_date LIMIT 1
) AS receipt ON true
"""

_PARKED = f"""
SELECT wanted.place, back.id, back.store_id, back.business_date, r.at, o.sale_source, l.line, l.sale_line,
    -l.quantity_milli, -l.net_fen
FROM {_NAMES} WITH ORDINALITY AS wanted (source, store_id, till, business_date, number, place)
JOIN receipts_returnof o ON o.applied_at IS NULL AND o.sale_store_id = wanted.store_id
    AND o.sale_business_date = wanted.business_date AND o.sale_number = wanted.number AND o.sale_till = wanted.till
JOIN receipts_identity back ON back.id = o.return_receipt_id
JOIN receipts_receipt r ON r.id = back.id AND r.business_date = back.business_date
JOIN receipts_line l ON l.receipt_id = back.id AND l.business_date = back.business_date
ORDER BY back.id, l.line
"""


def cannot_be_applied(returned: str) -> str:
    """SQL: of this row of `receipts_returnof` a person has to look why it still waits."""
    kinds = ", ".join(f"'{kind}'" for kind in CANNOT_BE_APPLIED)
    listed = f"c.identity_id = {returned}.return_receipt_id AND c.kind IN ({kinds})"
    return f"EXISTS (SELECT FROM receipts_conflict c WHERE {listed})"


# One that could not be applied stands in the list of conflicts, for a person. What else is listed of it, as that a
# store's own process did not sign it, keeps it from nothing.
_WAITING = f"""
SELECT DISTINCT i.source, i.store_id, i.till, i.business_date, i.number FROM receipts_returnof w
JOIN receipts_identity i ON i.store_id = w.sale_store_id AND i.business_date = w.sale_business_date
    AND i.number = w.sale_number AND i.till = w.sale_till AND i.undone_by_id IS NULL
    AND (i.kind = 'sale' OR {_IS_A_RETURN})
WHERE w.applied_at IS NULL AND NOT {cannot_be_applied("w")}
"""

_LOCK_SALES = "SELECT id FROM receipts_identity WHERE id = ANY(%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
_HEADS = """
SELECT i.id, i.business_date, r.member_id, r.at FROM receipts_identity i
LEFT JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date WHERE i.id = ANY(%s::bigint[])
"""
_GOODS = """
SELECT i.id, l.line, l.product_id, l.quantity_milli, l.net_fen FROM receipts_identity i
JOIN receipts_line l ON l.receipt_id = i.id AND l.business_date = i.business_date WHERE i.id = ANY(%s::bigint[])
ORDER BY i.id, l.line
"""
# What was paid back lies on the return's line; a line that gives back several sales is divided by quantity. The product
# of the two largest numbers that a till may say is beyond bigint.
_BACK = """
SELECT m.sale_receipt_id, m.return_receipt_id, m.return_line, m.sale_line, m.quantity_milli,
    coalesce(div(-l.net_fen::numeric * m.quantity_milli, nullif(-l.quantity_milli, 0)), 0)::bigint
FROM receipts_returnmatch m JOIN receipts_identity back ON back.id = m.return_receipt_id
LEFT JOIN receipts_line l ON l.receipt_id = back.id AND l.business_date = back.business_date AND l.line = m.return_line
WHERE m.sale_receipt_id = ANY(%s::bigint[]) ORDER BY m.id
"""


def hold_names(trip: Trip, names: Iterable[SaleName]) -> None:
    """Let nobody else pass who records one of these names, until the transaction ends.

    Without it a return could look for its sale and the sale for its returns at one moment, and neither find the other.
    """
    held = sorted({_lock_of(name) for name in names})
    trip.ask("SELECT pg_advisory_xact_lock(held) FROM unnest(%s::bigint[]) AS wanted (held)", [held])


def _lock_of(name: SaleName) -> int:
    """One number for the sale and for what names it, from whichever source."""
    place = f"{name.store_id}\0{name.till}\0{name.business_date}\0{name.number}"
    return int.from_bytes(hashlib.blake2b(place.encode(), digest_size=8).digest(), signed=True)


@dataclass(frozen=True, slots=True)
class Found:
    """What `find` will know."""

    keys: Sequence[ReceiptKey]
    answer: Answer

    def read(self) -> dict[ReceiptKey, KnownReceipt]:
        return {self.keys[place - 1]: KnownReceipt(*known) for place, *known in self.answer.rows()}


def find(trip: Trip, keys: Sequence[ReceiptKey], *, tell: bool = False) -> Found:
    columns = [*_columns([key.name for key in keys]), [key.kind for key in keys]]
    return Found(keys, trip.ask(_FIND_OR_GO_ON, [*columns, len(keys)]) if tell else trip.ask(_FIND, columns))


@dataclass(frozen=True, slots=True)
class FoundSales:
    """What `find_sales` will know."""

    names: Sequence[SaleName]
    answer: Answer

    def read(self) -> dict[SaleName, NamedSale]:
        return {self.names[place - 1]: NamedSale(*sale) for place, *sale in self.answer.rows()}


def find_sales(trip: Trip, names: Sequence[SaleName]) -> FoundSales:
    return FoundSales(names, trip.ask(_FIND_SALES, _columns(names)))


@dataclass(frozen=True, slots=True)
class Parked:
    """What `parked_returns` will know."""

    names: Sequence[SaleName]
    answer: Answer

    def read(self) -> dict[SaleName, list[ParkedReturn]]:
        parked: dict[int, ParkedReturn] = {}
        waits_for: dict[int, SaleName] = {}
        for place, receipt, store, day, at, source, *line in self.answer.rows():
            # Two sources may have a sale of one name; the return belongs to one of them.
            if waits_for.setdefault(receipt, self.names[place - 1]) != self.names[place - 1]:
                continue
            lines = parked[receipt].lines if receipt in parked else ()
            sale = replace(waits_for[receipt], source=source)
            parked[receipt] = ParkedReturn(receipt, store, day, at, sale, (*lines, ReturnedLine(*line)))
        by_name: dict[SaleName, list[ParkedReturn]] = {}
        for receipt, back in parked.items():
            by_name.setdefault(waits_for[receipt], []).append(back)
        return by_name


def parked_returns(trip: Trip, names: Sequence[SaleName]) -> Parked:
    return Parked(names, trip.ask(_PARKED, _columns(names)))


def sales_waited_for(trip: Trip) -> list[SaleName]:
    return [SaleName(*name) for name in trip.ask(_WAITING).rows()]


def _columns(names: Sequence[SaleName]) -> list[list[object]]:
    return [
        [name.source for name in names],
        [name.store_id for name in names],
        [name.till for name in names],
        [name.business_date for name in names],
        [name.number for name in names],
    ]


@dataclass(frozen=True, slots=True)
class Ids:
    """New ids of receipts, in rising order; those that are not used are lost, which harms nobody."""

    answer: Answer

    def read(self) -> list[int]:
        return sorted(number for (number,) in self.answer.rows())


def reserve_ids(trip: Trip, count: int) -> Ids:
    return Ids(trip.ask("SELECT nextval('receipts_identity_id_seq') FROM generate_series(1, %s)", [count]))


@dataclass(frozen=True, slots=True)
class Sold:
    """What `sold_sales` will know."""

    heads: Answer
    goods: Answer
    back: Answer

    def read(self) -> dict[int, SoldSale]:
        matches: dict[int, list[Match]] = {}
        returned: dict[tuple[int, int], tuple[int, int]] = {}
        for sale, back, back_line, line, quantity, fen in self.back.rows():
            matches.setdefault(sale, []).append(Match(back, back_line, sale, line, quantity))
            milli_before, fen_before = returned.get((sale, line), (0, 0))
            returned[sale, line] = milli_before + quantity, fen_before + fen
        lines: dict[int, list[SoldGoods]] = {}
        for sale, line, *goods in self.goods.rows():
            lines.setdefault(sale, []).append(SoldGoods(line, *goods, *returned.get((sale, line), (0, 0))))
        return {
            sale: SoldSale(sale, day, member, at, tuple(lines.get(sale, ())), tuple(matches.get(sale, ())))
            for sale, day, member, at in self.heads.rows()
        }


_PAID = """
WITH back AS (
    SELECT t.kind, sum(t.amount_fen) AS fen FROM receipts_tender t WHERE t.receipt_id IN
        (SELECT m.return_receipt_id FROM receipts_returnmatch m WHERE m.sale_receipt_id = %s) GROUP BY t.kind
)
SELECT t.kind, sum(t.amount_fen)::bigint, coalesce(max(back.fen), 0)::bigint FROM receipts_tender t
LEFT JOIN back USING (kind) WHERE t.receipt_id = %s GROUP BY t.kind ORDER BY min(t.place)
"""


@dataclass(frozen=True, slots=True)
class Paid:
    """What `ask_paid_ways` will know."""

    answer: Answer

    def read(self) -> list[PaidWay]:
        return [PaidWay(*row) for row in self.answer.rows()]


def ask_paid_ways(trip: Trip, sale_id: int) -> Paid:
    return Paid(trip.ask(_PAID, [sale_id, sale_id]))


def paid_ways(trip: Trip, sale_id: int) -> list[PaidWay]:
    return ask_paid_ways(trip, sale_id).read()


def sold_sales(trip: Trip, sale_ids: Sequence[int]) -> Sold:
    """The sales are locked first, so that nobody else gives back the same goods; then they are read as they are now."""
    wanted = [sorted(set(sale_ids))]
    trip.ask(_LOCK_SALES, wanted)
    return Sold(trip.ask(_HEADS, wanted), trip.ask(_GOODS, wanted), trip.ask(_BACK, wanted))
