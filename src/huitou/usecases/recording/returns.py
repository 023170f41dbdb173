"""Goods that came back: the return mirrors its own sale, or waits for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from huitou.bulk.trip import Trip, trip
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import Account, GivenBack, Returned, Returning, SoldQuantity
from huitou.offers.service import till as offers
from huitou.offers.terms.settling import GivenBackNow
from huitou.receipts import service as receipts
from huitou.receipts.errors import ReceiptDiffers, ReturnOfReturn
from huitou.receipts.terms import Match, NamedSale, NewLine, NewReceipt, ParkedReturn, ReturnedLine, SaleName, SoldSale
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording import answers, benefits, points_money, refunds, settling
from huitou.usecases.recording.answers import Outcome
from huitou.usecases.recording.differing import receipt_differs
from huitou.usecases.recording.placing import (
    MeanwhileChanged,
    Placed,
    conflict_of,
    conflict_of_parked,
    moment_of,
    settled,
    told_before,
)

_NOTHING = {"points_taken_back": 0, "points_restored": 0, "debt": 0}


def record_return(back: Placed, sale: SaleName, *, now: datetime, offline: bool = False) -> Outcome:
    """Record what came back of `sale`; where the sale is not here yet, the return waits for it.

    Raises ReceiptDiffers, ReturnOfReturn, SaleLineUnknown, ReturnedMoreThanSold, ReturnedMoreThanPaid or SaleTooOld.
    `offline`: it happened while nobody could ask us, so what is refused is acknowledged, and put aside for a person.
    """
    try:
        return settled(lambda: _record(back, sale, now, offline), [back.key.business_date])
    except HuitouError as refusal:
        if not offline:
            raise
        why = refusal
    return settled(lambda: _put_aside(back, why), [])


def _clock(back: Placed, now: datetime, offline: bool) -> dict[str, int]:
    if back.alone is not None:
        return answers.of_clock(back.said.at, back.alone.sold_at)
    return answers.of_clock(back.said.at, None if offline else now)


_KINDS = {ReceiptDiffers: ConflictKind.NUMBER_USED_TWICE, ReturnOfReturn: ConflictKind.RETURN_OF_RETURN}


def _put_aside(back: Placed, refusal: HuitouError) -> Outcome:
    kind = _KINDS.get(type(refusal), ConflictKind.RETURNED_MORE_THAN_SOLD)
    with trip() as only:
        receipts.note_conflicts(only, [conflict_of(kind, back, None, None)])
    return Outcome("quarantined", answers.written({"receipt": None, "code": refusal.code}))


def _record(back: Placed, sale: SaleName, now: datetime, offline: bool) -> Outcome:
    clock = _clock(back, now, offline)
    with trip() as first:
        receipts.hold_names(first, [back.key.name, sale])
        asked = receipts.find(first, [back.key])
        named = receipts.find_sales(first, [sale, back.key.name])
        parked = receipts.parked_returns(first, [back.key.name])
        reserved = receipts.reserve_ids(first, 1)
        known = asked.read().get(back.key)
        (receipt_id,) = reserved.read()
        standing, waiting = named.read(), parked.read().get(back.key.name, [])
        found = standing.get(sale)
    if known is not None:
        answer = told_before(back, known)
        if answer is None:
            raise receipt_differs(back, known)
        return Outcome("replayed", answer)
    if found is not None and found.kind == "return":
        raise ReturnOfReturn(number=sale.number, business_date=sale.business_date)
    if waiting and back.key.name not in standing and not _is_numbered_like(back, sale):
        # They were acknowledged, so they cannot be refused: they go on waiting, and stand in the list.
        with trip() as aside:
            receipts.note_conflicts(aside, [return_of_return(other) for other in waiting])
    if found is None:
        return _park(back, sale, receipt_id, clock)
    return _apply(back, sale, found, receipt_id, now, offline)


def _is_numbered_like(back: Placed, sale: SaleName) -> bool:
    """Many tills number a return like its sale: then others that name this number wait for that sale, too."""
    return replace(sale, source="") == replace(back.key.name, source="")


def return_of_return(back: ParkedReturn) -> NewConflict:
    """What a person must see of a return that named a return, before anybody could know."""
    refusal = ReturnOfReturn(number=back.sale.number, business_date=back.sale.business_date)
    return conflict_of_parked(ConflictKind.RETURN_OF_RETURN, back, refusal)


def _park(back: Placed, sale: SaleName, receipt_id: int, clock: dict[str, int]) -> Outcome:
    nobody = {"sale": None, **answers.of_account(None), **_NOTHING}
    answer = answers.written({"receipt": receipt_id, "kind": "return", "state": "parked", **nobody, **clock})
    with trip(last=True) as only:
        row, lines = _rows(back, receipt_id, None, {}, answer)
        receipts.accept(only, [row], lines, returns={receipt_id: sale}, parked=[receipt_id])
    return Outcome("recorded", answer)


def _apply(back: Placed, name: SaleName, found: NamedSale, receipt_id: int, now: datetime, offline: bool) -> Outcome:
    came = [ReturnedLine(line.line, line.sale_line, line.quantity_milli, line.amount_fen) for line in back.said.lines]
    with trip(last=True) as second:
        account = None
        if found.member_id is not None:
            account = loyalty.lock_accounts(second, [found.member_id], moment_of(now, [back.store])).read()[
                found.member_id
            ]
        used = offers.ask_back(second, found.receipt_id)
        sold, paid = receipts.sold_sales(second, [found.receipt_id]), receipts.ask_paid_ways(second, found.receipt_id)
        sale = sold.read()[found.receipt_id]
        if sale.lines and sale.member_id != found.member_id:
            raise MeanwhileChanged()  # somebody claimed it
        receipts.check_return(sale, came)
        conflicts = points_money.judge_return(back, receipt_id, sale, paid.read(), offline=offline)
        refund = refunds.compare(sale, came)
        conflicts += refunds.listed_of(refund, back, receipt_id, found.member_id)
        matches = receipts.matches_of(receipt_id, came, sale)
        moved = None
        if account is not None:
            moved = _take_back(second, account, sale, matches, receipt_id, back)
            account = moved.account
        whole = receipts.after_return(sale, came, matches)
        given = settling.give_back(second, used, whole, receipt_id, back, store_id=name.store_id)
        conflicts += benefits.used_before(given, back, receipt_id, found.member_id)
        clock = _clock(back, now, offline)
        answer = _answer(receipt_id, found.receipt_id, account, moved, given, {**refund.told(), **clock})
        row, lines = _rows(
            back, receipt_id, found.member_id, {line.line: line.product_id for line in sale.lines}, answer
        )
        receipts.accept(
            second,
            [row],
            lines,
            returns={receipt_id: name},
            matches=matches,
            differences={receipt_id: refund.difference_fen},
        )
        receipts.note_conflicts(second, conflicts)
    return Outcome("recorded", answer)


def _take_back(
    trip: Trip, account: Account, sale: SoldSale, matches: Sequence[Match], receipt_id: int, placed: Placed
) -> Returned:
    """Give back the points that paid for the goods, and take back those that they earned. `placed` is what is recorded
    now: the return itself, or the sale that a parked return waited for."""
    sold = [SoldQuantity(line.line, line.quantity_milli, line.net_fen) for line in sale.lines]
    parts = [*sale.back, *matches]
    given = [GivenBack(part.sale_line, part.return_receipt, part.quantity_milli) for part in parts]
    returning = Returning(
        return_receipt=receipt_id,
        sale_receipt=sale.receipt_id,
        business_date=placed.key.business_date,
        store_id=placed.store.id,
        source=placed.key.source,
    )
    return loyalty.apply_return(trip, account, returning, sold, given, actor=placed.key.source)


def apply_parked(
    trip: Trip,
    parked: Sequence[ParkedReturn],
    sale: SoldSale,
    accounts: dict[int, Account],
    placed: Placed,
    *,
    priced: bool = False,
) -> tuple[int, list[NewConflict], set[str]]:
    """Let the returns that waited for this sale take effect, one after the other; what it earned is posted before.

    How the balance of the sale's member changed, what a person must look at, and which of the coupons that it brought
    are void again. `accounts` is kept up to date.
    `priced`: the sale was settled, and what it used of offers and coupons goes back as well.
    """
    member, moved, conflicts, ended = sale.member_id, 0, list[NewConflict](), set[str]()
    for back in parked:
        try:
            receipts.check_return(sale, back.lines)
        except HuitouError:
            # It was acknowledged long ago, so it cannot be refused: it goes on waiting, and stands in the list.
            conflict = conflict_of(ConflictKind.RETURNED_MORE_THAN_SOLD, placed, back.receipt_id, None)
            conflicts.append(replace(conflict, digest=f"{placed.digest}/{back.receipt_id}"))
            continue
        if points_money.paid_by_points(placed):
            total, ways = sum(line.net_fen for line in back.lines), receipts.tenders_of(trip, back.receipt_id)
            conflicts += points_money.judge_parked(placed, back.receipt_id, sale, total, ways)
        refund = refunds.compare(sale, back.lines)
        conflicts += refunds.listed_of_parked(refund, back, member)
        matches = receipts.matches_of(back.receipt_id, back.lines, sale)
        if member is not None:
            before = accounts[member]
            accounts[member] = after = _take_back(trip, before, sale, matches, back.receipt_id, placed).account
            moved += after.balance - before.balance
        receipts.apply_parked(trip, back, sale, matches, refund.difference_fen)
        sale = receipts.after_return(sale, back.lines, matches)
        if priced:
            used = offers.ask_back(trip, sale.receipt_id)
            given = settling.give_back(trip, used, sale, back.receipt_id, placed, store_id=placed.store.id)
            ended |= {one.code for one in given.ended}
    return moved, conflicts, ended


def _answer(
    receipt_id: int,
    sale_id: int,
    account: Account | None,
    moved: Returned | None,
    back: GivenBackNow,
    beside: Mapping[str, object],
) -> str:
    points = _NOTHING
    if moved is not None:
        points = {"points_taken_back": moved.taken_back, "points_restored": moved.restored, "debt": moved.debt}
    head = {"receipt": receipt_id, "kind": "return", "state": "applied", "sale": sale_id}
    given = {"coupons_given_back": list(back.coupons)} if back.coupons else {}
    gone = benefits.told_gone(back)
    return answers.written({**head, **answers.of_account(account), **points, **given, **gone, **beside})


def _rows(
    back: Placed, receipt_id: int, member: int | None, products: dict[int, int], answer: str
) -> tuple[NewReceipt, list[NewLine]]:
    """The return as it is kept: what came back counts below zero."""
    lines = [
        NewLine(
            receipt_id=receipt_id,
            business_date=back.key.business_date,
            line=line.line,
            product_id=products.get(line.sale_line),
            quantity_milli=-line.quantity_milli,
            unit_price=None,
            discount_fen=0,
            net_fen=-line.amount_fen,
            sale_line=line.sale_line,
        )
        for line in back.said.lines
    ]
    row = NewReceipt(
        receipt_id=receipt_id,
        key=back.key,
        at=back.said.at,
        channel=back.said.channel,
        member_id=member,
        net_fen=sum(line.net_fen for line in lines),
        discount_fen=0,
        line_count=len(lines),
        digest=back.digest,
        answer=answer,
        tenders=back.said.tenders,
    )
    return row, lines
