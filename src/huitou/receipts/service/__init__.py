"""The door of receipts."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import IntegrityError, OperationalError

from huitou.bulk import service as bulk
from huitou.bulk.trip import Answer, Trip
from huitou.kernel.ids import ImportId
from huitou.kernel.promise import Verdict
from huitou.outbox import service as outbox
from huitou.receipts.errors import ConflictSettled, ConflictUnknown, NoteMissing
from huitou.receipts.rules import days, matching, refunding, returning
from huitou.receipts.store import accepting, months, online, promises, quality, reading, taking
from huitou.receipts.terms import (
    BoughtLine,
    DayOfVisits,
    HourOfDay,
    HourOfVisits,
    LineSeen,
    Match,
    NewLine,
    NewReceipt,
    PaidWay,
    ParkedReturn,
    ReceiptKey,
    ReceiptSeen,
    ReturnedLine,
    SaleName,
    SettledReturns,
    SoldGoods,
    SoldSale,
    Tender,
)
from huitou.receipts.terms.conflicts import ConflictKind, ConflictSeen, NewConflict

RECORDED = "receipt_recorded"
"""The outbox fact of a receipt that came by the API: {id}. Many of them go to the lake in one bundle."""
CLAIMED = "receipt_claimed"
"""The outbox fact of a receipt that became a member's later: {id, member}. The lake hears many of them at once."""
RETURNS_AT_ONCE = 20_000
"""So many returned lines of an import find their sales at a time: of a history there are millions."""

check_day = days.check_day


def receipts_of(member_id: int, *, before: int | None = None, limit: int = 20) -> list[ReceiptSeen]:
    """Newest first, older than receipt `before` of the same member; of another's receipt: none."""
    place = None
    if before is not None:
        place = reading.place_of(member_id, before)
        if place is None:
            return []
    return reading.receipts_of(member_id, place, limit)


def receipts_before(member_id: int, *, before: tuple[date, int], limit: int) -> list[ReceiptSeen]:
    """Newest business day first, those before a day and an id."""
    return reading.receipts_before(member_id, before, limit)


def bought(member_id: int, first: date, last: date) -> list[BoughtLine]:
    """Every line of the member's receipts of these days that the reader may see, oldest first."""
    return reading.bought(member_id, first, last)


def sums_per_day(source: str, days: Sequence[date]) -> list[tuple[int, date, int, int, int, int]]:
    """What stands in the books of a source on each of these days: (store, business date, sales, returns, quantity in
    thousandths, fen). Months that have left for the lake are not in it."""
    return reading.sums_per_day(source, list(days))


def newest_sales(limit: int, since: date) -> list[tuple[ReceiptSeen, int | None]]:
    """The newest sales with their members, from a business date on, oldest first."""
    return reading.newest_sales(limit, since)


def last_sale_on() -> date | None:
    """The newest business date with a sale that the reader may see."""
    return reading.last_sale_on()


def tills_selling(since: date) -> tuple[int, int]:
    """Stores, and tills of them, that sold something since this business day."""
    return reading.tills_selling(since)


def lines_of(receipt_ids: Sequence[int]) -> dict[int, list[LineSeen]]:
    """The lines of each of these receipts, in one trip."""
    by_receipt: dict[int, list[LineSeen]] = {receipt: [] for receipt in receipt_ids}
    for line in reading.lines_of(receipt_ids) if receipt_ids else ():
        by_receipt[line.receipt_id].append(line)
    return by_receipt


def numbers_of(receipt_ids: Iterable[int]) -> dict[int, str]:
    """The number of each receipt that the reader may see."""
    wanted = sorted(set(receipt_ids))
    return reading.numbers(wanted) if wanted else {}


def visits_by_day(member_id: int, first: date, last: date) -> list[DayOfVisits]:
    """Each business day from `first` to `last`, both included, with a receipt that the reader may see; oldest first."""
    return reading.visits_by_day(member_id, first, last)


def visits_by_hour(store_id: int | None, first: date, last: date) -> list[HourOfVisits]:
    """When people buy: sales from `first` to `last`, both included, of the chain or of one store."""
    return reading.visits_by_hour(store_id, first, last)


def hours_of_days(store_id: int, days: Sequence[date]) -> list[HourOfDay]:
    """The sales of each hour of these days in one store, oldest day first; hours without a sale are left out."""
    return reading.hours_of_days(store_id, list(days))


def hold_names(trip: Trip, names: Iterable[SaleName]) -> None:
    """First of all statements, before accounts: a sale, its returns and its repetitions pass one after the other."""
    online.hold_names(trip, names)


def find(trip: Trip, keys: Sequence[ReceiptKey], *, tell: bool = False) -> online.Found:
    """Which of these receipts were recorded before, and what was answered then. `tell`: where all of them were, later
    statements of the same trip lock nothing (bulk.trip.READY)."""
    return online.find(trip, keys, tell=tell)


def find_sales(trip: Trip, names: Sequence[SaleName]) -> online.FoundSales:
    """What stands under these names: the sale of the same source, or else of another; or else a return."""
    return online.find_sales(trip, names)


def parked_returns(trip: Trip, names: Sequence[SaleName]) -> online.Parked:
    """The returns that wait for these sales, in order of arrival."""
    return online.parked_returns(trip, names)


def sales_waited_for(trip: Trip) -> list[SaleName]:
    """What is here while a return still waits for it, as after an import brought it: sales, and returns that were
    taken for sales."""
    return online.sales_waited_for(trip)


def reserve_ids(trip: Trip, count: int) -> online.Ids:
    """Ids for `count` new receipts; they come back with the trip that looks things up."""
    return online.reserve_ids(trip, count)


def sold_sales(trip: Trip, sale_ids: Sequence[int]) -> online.Sold:
    """These sales, locked until the transaction ends, with all that came back of them. Accounts are locked before."""
    return online.sold_sales(trip, sale_ids)


def ask_paid_ways(trip: Trip, sale_id: int) -> online.Paid:
    """Queue the same."""
    return online.ask_paid_ways(trip, sale_id)


def paid_ways(trip: Trip, sale_id: int) -> list[PaidWay]:
    """What the sale was paid with, in the order in which it was said, and what went back by each way."""
    return online.paid_ways(trip, sale_id)


def due_in_points(lines: Iterable[SoldGoods], paid: Sequence[PaidWay], total_fen: int) -> int:
    """Fen of a refund that go back as points."""
    return refunding.due_in_points(lines, paid, total_fen)


def check_ways(lines: Iterable[SoldGoods], paid: Sequence[PaidWay], total_fen: int, said: Sequence[Tender]) -> None:
    """Whether a return pays back as points what points paid. Raises PaidBackOtherwise."""
    refunding.check_ways(lines, paid, total_fen, said)


def tenders_of(trip: Trip, receipt_id: int) -> list[Tender]:
    """What the receipt was paid with, or paid back, as it was said."""
    return [Tender(way.kind, way.paid_fen) for way in online.paid_ways(trip, receipt_id)]


def spread_refund(total_fen: int, paid: Sequence[PaidWay], points_fen: int = 0) -> list[Tender]:
    """By which ways a refund goes back, in order; of it `points_fen` as points."""
    return refunding.spread_refund(total_fen, paid, points_fen)


def check_return(sale: SoldSale, lines: Iterable[ReturnedLine]) -> None:
    """Raises SaleTooOld, SaleLineUnknown, ReturnedMoreThanSold or ReturnedMoreThanPaid."""
    returning.check_return(sale, lines)


def matches_of(return_id: int, lines: Sequence[ReturnedLine], sale: SoldSale) -> list[Match]:
    """What of the sale these lines give back, never more than is still out."""
    return returning.matches_of(return_id, lines, sale)


def after_return(sale: SoldSale, lines: Sequence[ReturnedLine], matches: Sequence[Match]) -> SoldSale:
    """The sale as the next return finds it."""
    return returning.after_return(sale, lines, matches)


def accept(
    trip: Trip,
    receipts: Sequence[NewReceipt],
    lines: Sequence[NewLine],
    *,
    returns: Mapping[int, SaleName] | None = None,
    parked: Collection[int] = (),
    matches: Sequence[Match] = (),
    differences: Mapping[int, int] | None = None,
) -> None:
    """Write receipts with their answers and lines; the database refuses a key that is taken (L4).

    `returns`: the sale that each return names; those in `parked` wait for it. Everything else is heard by the outbox.
    `differences`: of each that found its sale what it paid back less what the sale says (fen).
    """
    accepting.insert_receipts(trip, receipts)
    accepting.insert_lines(trip, lines)
    if returns:
        accepting.insert_returns(trip, returns, parked, differences or {})
    if matches:
        accepting.insert_matches(trip, matches)
    _say_recorded(trip, [receipt.receipt_id for receipt in receipts if receipt.receipt_id not in parked])


def apply_parked(trip: Trip, back: ParkedReturn, sale: SoldSale, matches: Sequence[Match], difference_fen: int) -> None:
    """This return has found its sale: it gets its member and goods, and gives back what the matches say."""
    accepting.apply_parked(trip, [back], sale, {back.receipt_id: difference_fen})
    if matches:
        accepting.insert_matches(trip, matches)
    _say_recorded(trip, [back.receipt_id])


def _say_recorded(trip: Trip, receipt_ids: Sequence[int]) -> None:
    if receipt_ids:
        outbox.say_all(trip, RECORDED, [{"id": receipt} for receipt in receipt_ids])


def claim(trip: Trip, receipt_id: int, business_date: date, member_id: int) -> accepting.Claimed:
    """Give a sale without a member to this one, once, with what came back of it; False where it has a member, or is no
    sale. The lake hears of it with the next refresh."""

    def tell(receipts: list[int]) -> None:
        outbox.say_all(trip, CLAIMED, [{"id": receipt, "member": member_id} for receipt in receipts])

    return accepting.claim(trip, receipt_id, business_date, member_id, tell)


def claimed_before(trip: Trip, receipt_id: int) -> Answer:
    """Asks whether this receipt was claimed: (member, digest of the words that named the member, answer), once."""
    return accepting.claimed_before(trip, receipt_id)


def note_claim(trip: Trip, receipt_id: int, member_id: int, source: str, digest: str, answer: str) -> None:
    """Keep what was told of a claim; for ever."""
    accepting.insert_claim(trip, receipt_id, member_id, source, digest, answer)


def note_conflicts(trip: Trip, conflicts: Sequence[NewConflict]) -> None:
    """List what happened and does not fit; the same again changes nothing."""
    if conflicts:
        accepting.insert_conflicts(trip, conflicts)


def conflicts(*, before: int | None = None, limit: int = 20, settled: bool = False) -> list[ConflictSeen]:
    """Conflicts that nobody has settled, or those that somebody has, newest first, older than conflict `before`."""
    return reading.conflicts(before, limit, settled)


def honoured_coupon(code: str) -> list[ConflictSeen]:
    """When a till honoured this coupon although it could not be used, oldest first, within the reader's stores."""
    return reading.honoured_coupon(code)


def first_unlisted(receipts: Sequence[int], kind: ConflictKind) -> int | None:
    """The first of these receipts that no conflict of this kind lists, settled ones included."""
    return reading.first_unlisted(list(receipts), kind)


def count_conflicts() -> int:
    """How many conflicts wait for a person, of the stores that the reader sees."""
    return reading.count_conflicts()


def settle_conflict(conflict_id: int, *, actor: str, note: str) -> ConflictSeen:
    """A person has dealt with it, and says how; it stays in the books.

    Raises NoteMissing, ConflictUnknown (also of a store that the person does not see) or ConflictSettled.
    """
    note = note.strip()
    if not note:
        raise NoteMissing()
    known = reading.conflict(conflict_id) if 0 < conflict_id < 2**63 else None
    if known is None:
        raise ConflictUnknown(conflict=conflict_id)
    if not reading.settle_conflict(conflict_id, actor, note):
        raise ConflictSettled(conflict=conflict_id)
    return known


def identity_taken(error: IntegrityError) -> bool:
    """Whether somebody recorded this receipt a moment ago: roll back, and find its answer."""
    return accepting.identity_taken(error)


def month_missing(error: IntegrityError) -> bool:
    """Whether a receipt's month has no partition: roll back, ensure_months, and write again."""
    return accepting.month_missing(error)


def by_number(number: str, limit: int = 10) -> list[tuple[ReceiptSeen, int | None]]:
    """The receipts that bear this number, of those that the reader may see, each with its member; newest first."""
    return reading.by_number(number, limit) if number else []


def member_of(receipt_id: int) -> int | None:
    """Whose receipt this is; None: nobody's, or one that the reader does not see."""
    return reading.member_of(receipt_id)


def receipt_of(receipt_id: int) -> ReceiptSeen | None:
    """None where there is none, or where its month has left the books."""
    return reading.receipt_of(receipt_id)


def open_batch(
    *,
    source: str,
    file_name: str,
    file_digest: str,
    mapping: dict[str, Any],
    actor: str,
    kind: str = "receipts",
    reading: Mapping[str, Any] | None = None,
    mends: int | None = None,
) -> ImportId:
    """Begin an import; imports take turns until their transaction ends.

    `kind` is what the rows of its file are, `reading` how the file is read besides its mapping, `mends` the import
    whose refused rows it is.
    """
    return ImportId(
        taking.insert_batch(
            kind=kind,
            source=source,
            file_name=file_name,
            file_digest=file_digest,
            mapping=mapping,
            actor=actor,
            reading=dict(reading or {}),
            mends=mends,
        )
    )


def close_batch(batch: ImportId, report: dict[str, Any], refusals: Iterable[pa.Table] = ()) -> None:
    """Keep the report and every refused row (row_number, code, detail, row; facts where `detail` has braces), piece by
    piece."""
    taking.write_report(batch, report)
    for piece in refusals:
        taking.insert_refusals(piece.add_column(0, "batch_id", pa.array([batch] * len(piece), pa.int64())))


def known_baskets(source: str, rows: pa.RecordBatchReader, *, at_once: int) -> Iterator[pa.Table]:
    """Which of these baskets were taken before, and whether with the same contents: (basket, same, receipt_id), so many
    at once. Nothing else asks the database before the last of them is read."""
    return taking.known_baskets(source, rows, at_once)


def new_ids(count: int) -> list[tuple[int, int]]:
    """Ids for `count` new receipts, as (first, how many) in rising order."""
    return bulk.reserve_spans("receipts_identity", count)


def take_receipts(dates: Iterable[date], heads: taking.Heads, lines: taking.Lines) -> None:
    """Write new receipts and their lines; the database refuses an identity that is taken (L4).

    `dates` are their business dates. `heads` and `lines` give the rows of the months (first days) that they are asked
    for, in order; `heads` without any gives all.
    """
    taking.insert_receipts(dates, heads, lines)


def note_matches(matches: Sequence[Match]) -> None:
    """Write down which sold lines returned lines give back, where whoever brings both knows it."""
    taking.insert_matches(matches)


def note_month_gone(batch: ImportId, month: date, *, lines: int, quantity_milli: int, net_fen: int) -> None:
    """An import's lines of this month (its first day) stand in the lake alone; the audit counts them with the books."""
    taking.insert_month_gone(batch, month, lines=lines, quantity_milli=quantity_milli, net_fen=net_fen)


def imports_of(source: str) -> dict[str, ImportId]:
    """The newest import of each file of a source, by the file's name."""
    return {name: ImportId(batch) for name, batch in taking.imports_of(source).items()}


def ensure_months(dates: Iterable[date]) -> None:
    """Make the monthly partitions of these business dates that are not there yet."""
    months.ensure(dates)


def months_kept() -> list[date]:
    """The first days of the months that the books have room for, oldest first."""
    return months.kept()


are_any = months.are_any


def newest_month() -> date | None:
    """The newest month that has receipts."""
    return months.newest()


def may_be_undone(month: date, *, since: datetime) -> bool:
    """Whether a month holds receipts of an import since this moment, which can be undone while they are here."""
    return months.of_young_imports(month, since)


def let_month_go(month: date, in_lake: Mapping[ImportId | None, tuple[int, int, int]]) -> bool:
    """Take a month's receipts and lines out of the books where the lake holds each of them; identities stay.

    `in_lake`: of that month (lines, quantity_milli, net_fen) by import, None for the API. False, and nothing happens,
    where the lake holds anything else, or where somebody works on that month just now.
    """
    try:
        return months.drop(month, dict(in_lake))
    except OperationalError:
        return False


def freshen_statistics() -> None:
    """Let the planner know the whole tables: nobody else counts the sum of their months."""
    bulk.freshen_statistics("receipts_receipt", "receipts_line")


def settle_returns(batch: ImportId) -> SettledReturns:
    """Find the sales of returned lines that are still open, for the members of this batch, and write them down."""
    found = SettledReturns()
    for returns, sold in taking.open_returns(batch, RETURNS_AT_ONCE):
        matches = matching.match_returns(returns, sold)
        if matches:
            taking.insert_matches(matches)
            sales = array("q", sorted({match.sale_receipt for match in matches}))
            found.pieces.append((sales, array("q", sorted({match.return_receipt for match in matches}))))
        given: dict[tuple[int, int], int] = {}
        for match in matches:
            key = match.return_receipt, match.return_line
            given[key] = given.get(key, 0) + match.quantity_milli
        for back in returns:
            matched = given.get((back.receipt, back.line), 0)
            found.unexplained += back.came_now and matched < back.open_milli
            if back.in_sale and matched:
                given_fen = back.given_fen * matched // back.open_milli
                found.exchanged[back.receipt] = found.exchanged.get(back.receipt, 0) + given_fen
    return found


def lines_and_matches(
    sales: Iterable[int],
) -> tuple[list[tuple[int, int, int, int]], list[tuple[int, int, int, int]]]:
    """Of each sale: (receipt, line, quantity_milli, net_fen), and all that came back of it so far, oldest first:
    (sale, sale line, return, quantity_milli)."""
    wanted = sorted(set(sales))
    return taking.lines_of_receipts(wanted), taking.matches_of_sales(wanted)


def business_dates(wanted: Iterable[int]) -> dict[int, date]:
    """The business date of each of these receipts."""
    return taking.business_dates(sorted(set(wanted)))


def rows_of_files(since: datetime, until: datetime) -> list[tuple[str, str, int, dict[str, int]]]:
    """(kind of file, source, rows read, refused rows by code) of the imports of this time."""
    return quality.rows_of_files(since, until)


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    return [Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in promises.PROMISES]
