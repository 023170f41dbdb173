"""Each promise of receipts, broken once on the small chain: receipt 6 gives back one of the packs of receipt 2."""

from __future__ import annotations

from pathlib import Path

from tests.builders import run
from tests.usecases.breaking import Break, sql
from tests.usecases.ledger_breaks import MIRRORED, WITH_ITS_MEMBER

ONE_IDENTITY = "A receipt's identity is taken once, for ever."
OWN_IDENTITY = "Each receipt stands under its own identity, and each identity has its receipt until its month leaves."
ANSWERED = "A receipt that comes again is known by its digest, and a till's has the answer that it got."
WHOLE = "A receipt is the sum of its lines; no line stands without its receipt."
NO_ORPHANS = "A receipt's member and goods exist; only a return without its sale does not know its goods."
REPORT = "An import's report is what stands in the books, less what undos have taken out."
UNDONE = "What left with an undo is gone from the books; what an undone import brought and nobody else did is gone."
GIVEN_BACK = "A return gives back no more than it brought and no more than was sold."
WAS_SOLD = "What comes back was sold: a match is above zero, its sale is a sale, its goods went out and came back."
NAMED_SALE = "A return that names its sale gives back that sale alone, and waits only while it is not here."
GIVES_ALL = "A return that found the sale that it names gives back all that it brought."
REFUND_LISTED = "A return that paid back another amount than its sale says stands in the list of conflicts."
WHOSE = "A receipt lies with whom its identity names now, also where two members became one."
LAKE = "The lake's lines are the books' lines, by import and month, as soon as the outbox was heard."


def _receipt_twice(lake: Path) -> None:
    columns = "source, store_id, till, business_date, number, kind"
    run(
        "DROP INDEX receipts_identity_once",
        f"INSERT INTO receipts_identity (id, {columns}, digest) "
        f"SELECT 900000000, {columns}, digest FROM receipts_identity WHERE number = '5'",
        f"INSERT INTO receipts_receipt (id, {columns}, at, channel, net_fen, discount_fen, line_count) "
        f"SELECT 900000000, {columns}, at, channel, net_fen, discount_fen, line_count "
        "FROM receipts_receipt WHERE number = '5'",
        "INSERT INTO receipts_line (receipt_id, line, business_date, quantity_milli, discount_fen, net_fen, product_id)"
        " SELECT 900000000, line, business_date, quantity_milli, discount_fen, net_fen, product_id "
        "FROM receipts_line WHERE receipt_id = (SELECT min(id) FROM receipts_receipt WHERE number = '5')",
    )


def _returnof(number: str, applied: str) -> str:
    """The return says which sale it means."""
    return (
        "INSERT INTO receipts_returnof (return_receipt_id, sale_source, sale_store_id, sale_till, sale_business_date, "
        f"sale_number, applied_at) SELECT b.id, s.source, s.store_id, s.till, s.business_date, '{number}', {applied} "
        "FROM receipts_identity b, receipts_identity s WHERE b.number = '6' AND s.number = '2'"
    )


_CHANGE_IDENTITY = "ALTER TABLE receipts_identity DISABLE TRIGGER receipts_identity_never_changes"

BREAKS = [
    Break(
        WHOSE,
        "a receipt was recorded under somebody whom nobody merged",
        sql(
            "INSERT INTO receipts_named (receipt_id, member_id) SELECT r.id, i.member_id FROM receipts_receipt r, "
            "members_identity i WHERE i.value = 'C2' AND r.member_id <> i.member_id LIMIT 1"
        ),
        "was recorded under member",
    ),
    Break(
        ONE_IDENTITY,
        "a receipt stands twice",
        _receipt_twice,
        "receipt 5 of 2026-11-04 stands 2 times",
        frozenset({ANSWERED, LAKE}),
    ),
    Break(
        WHOLE,
        "a head says a fen more than its lines",
        sql("UPDATE receipts_receipt SET net_fen = net_fen + 1 WHERE number = '1'"),
        "head 5551 fen in 2 lines, lines 5550 fen in 2",
    ),
    Break(
        WHOLE,
        "a line has no receipt",
        sql(
            "INSERT INTO receipts_line (receipt_id, line, business_date, quantity_milli, discount_fen, net_fen, "
            "product_id) SELECT 999000000, 1, '2026-11-04', 1000, 0, 100, min(id) FROM catalogue_product"
        ),
        "receipt 999000000: head missing fen",
    ),
    Break(
        WHOLE,
        "a line is lost",
        sql("DELETE FROM receipts_line WHERE net_fen = 1260"),
        "head 1260 fen in 1 lines, lines 0 fen in 0",
        frozenset({LAKE}),
    ),
    Break(
        REPORT,
        "a report claims more rows",
        sql("UPDATE receipts_import SET report = report || '{\"rows_taken\": 8}'"),
        "report 8 rows, books 7",
    ),
    Break(
        UNDONE,
        "a receipt that left with an undo is here",
        sql(
            _CHANGE_IDENTITY,
            "UPDATE receipts_identity SET undone_by_id = (SELECT max(id) FROM receipts_import) WHERE number = '5'",
        ),
        "left with import",
        frozenset({OWN_IDENTITY}),
    ),
    Break(
        UNDONE,
        "an import is called undone, and its receipts stay",
        sql("UPDATE receipts_import SET undone_at = now(), undone_by = 'hand', undo = '{\"receipts\": 0}'"),
        "which alone brought it, is undone",
    ),
    Break(
        UNDONE,
        "an undo took away more than it says",
        sql(
            "INSERT INTO receipts_import (source, file_name, file_digest, mapping, actor, report, undone_at, "
            "undone_by, undo) VALUES ('old', 'gone.csv', '', '{}', 'hand', '{\"rows_taken\": 0}', now(), 'hand', "
            "'{\"receipts\": 3}')"
        ),
        "is undone, and 0 identities say so; it took away 3",
    ),
    Break(
        GIVES_ALL,
        "what a return gave back is forgotten",
        sql(_returnof("2", "clock_timestamp()"), "DELETE FROM receipts_returnmatch"),
        "line 1: 0 of 1000",
        frozenset({MIRRORED}),
    ),
    Break(
        REFUND_LISTED,
        "a return is a fen off, and nobody is told",
        sql(_returnof("2", "clock_timestamp()"), "UPDATE receipts_returnof SET difference_fen = -1"),
        "of sale 2 is -1 fen off, and is not listed",
    ),
    Break(
        GIVEN_BACK,
        "more came back than the return brought",
        sql("UPDATE receipts_returnmatch SET quantity_milli = 1001"),
        "line 1: 1001 of 1000",
    ),
    Break(
        OWN_IDENTITY,
        "a receipt takes another number",
        sql("UPDATE receipts_receipt SET number = '99' WHERE number = '1'"),
        "stands under no identity of its own",
    ),
    Break(
        OWN_IDENTITY,
        "a receipt is lost whole",
        sql(
            "DELETE FROM receipts_line WHERE net_fen = 3550 AND receipt_id = (SELECT id FROM receipts_identity "
            "WHERE number = '5')",
            "DELETE FROM receipts_receipt WHERE number = '5'",
        ),
        "of 2026-11-04 has its identity alone",
        frozenset({REPORT, LAKE}),
    ),
    Break(
        ANSWERED,
        "a digest is lost",
        sql(_CHANGE_IDENTITY, "UPDATE receipts_identity SET digest = '' WHERE number = '3'"),
        "receipt 3 of 2026-11-02 has no digest",
    ),
    Break(
        ANSWERED,
        "a receipt comes from nowhere",
        sql("UPDATE receipts_receipt SET batch_id = NULL WHERE number = '5'"),
        "receipt 5 of 2026-11-04 came by the API and has no answer",
        frozenset({REPORT, LAKE}),
    ),
    Break(
        NO_ORPHANS,
        "a receipt names a member who does not exist",
        sql("UPDATE receipts_receipt SET member_id = 999999 WHERE number = '1'"),
        "names member 999999, who does not exist",
        frozenset({WITH_ITS_MEMBER}),
    ),
    Break(
        NO_ORPHANS,
        "a sale forgets its goods",
        sql("UPDATE receipts_line SET product_id = NULL WHERE net_fen = 1260"),
        "line 1 names product nothing",
    ),
    Break(
        WAS_SOLD,
        "a match gives nothing back",
        sql(
            "ALTER TABLE receipts_returnmatch DROP CONSTRAINT receipts_match_positive",
            "UPDATE receipts_returnmatch SET quantity_milli = 0",
        ),
        "line 1 gives back 0 of sale",
        frozenset({MIRRORED}),
    ),
    Break(
        WAS_SOLD,
        "a return is returned",
        sql("UPDATE receipts_returnmatch SET sale_receipt_id = return_receipt_id, sale_line = 1"),
        "line 1 gives back 1000 of return",
        frozenset({MIRRORED}),
    ),
    Break(
        NAMED_SALE,
        "a return gives back another sale than it names",
        sql(_returnof("1", "now()")),
        "names sale 1 and gives back sale 2",
    ),
    Break(
        NAMED_SALE,
        "a return waits for a sale that is here",
        sql("DELETE FROM receipts_returnmatch", _returnof("2", "NULL")),
        "waits for sale 2, which is here",
        frozenset({MIRRORED}),
    ),
]
