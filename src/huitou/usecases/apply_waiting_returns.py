"""Returns that came before their sale, where a file brought the sale: they take effect as if they had come after it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from huitou.bulk.trip import Trip, trip
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import GivenBack, Moment, Returning, SoldQuantity
from huitou.receipts import service as receipts
from huitou.receipts.terms import Match, NamedSale, ParkedReturn, SaleName, SoldSale
from huitou.receipts.terms.conflicts import ConflictKind
from huitou.usecases.recording import refunds
from huitou.usecases.recording.placing import conflict_of_parked
from huitou.usecases.recording.returns import return_of_return


def apply_waiting_returns(*, now: datetime, actor: str) -> int:
    """Apply every return whose sale is here; returns how many. One that its sale cannot bear is listed as a conflict.

    A till's sale applies its returns itself; this is for sales that came by file, and may run at any time and twice.
    """
    with trip() as looking:
        names = receipts.sales_waited_for(looking)
    return sum(_apply(name, Moment(now=now, today=timezone.localtime(now).date()), actor) for name in names)


@transaction.atomic
def _apply(name: SaleName, moment: Moment, actor: str) -> int:
    with trip() as first:
        receipts.hold_names(first, [name])
        named = receipts.find_sales(first, [name])
        asked = receipts.parked_returns(first, [name])
        found, waiting = named.read()[name], asked.read().get(name, [])
    applied = 0
    if found.kind == "return":
        with trip() as second:
            receipts.note_conflicts(second, [return_of_return(back) for back in waiting])
        return 0
    for back in waiting:
        with trip() as second:
            applied += _apply_one(second, back, found, moment, actor)
    return applied


def _apply_one(trip: Trip, back: ParkedReturn, found: NamedSale, moment: Moment, actor: str) -> int:
    account = None
    if found.member_id is not None:
        account = loyalty.lock_accounts(trip, [found.member_id], moment).read()[found.member_id]
    sale = receipts.sold_sales(trip, [found.receipt_id]).read()[found.receipt_id]
    try:
        receipts.check_return(sale, back.lines)
    except HuitouError as refusal:
        kind = ConflictKind.RETURNED_MORE_THAN_SOLD
        receipts.note_conflicts(trip, [conflict_of_parked(kind, back, refusal)])
        return 0
    refund = refunds.compare(sale, back.lines)
    receipts.note_conflicts(trip, refunds.listed_of_parked(refund, back, found.member_id))
    matches = receipts.matches_of(back.receipt_id, back.lines, sale)
    if account is not None:
        sold = [SoldQuantity(line.line, line.quantity_milli, line.net_fen) for line in sale.lines]
        loyalty.apply_return(trip, account, _returning(back, sale), sold, _given(sale, matches), actor=actor)
    receipts.apply_parked(trip, back, sale, matches, refund.difference_fen)
    return 1


def _returning(back: ParkedReturn, sale: SoldSale) -> Returning:
    return Returning(
        return_receipt=back.receipt_id,
        sale_receipt=sale.receipt_id,
        business_date=back.business_date,
        store_id=back.sale.store_id,
        source=back.sale.source,
    )


def _given(sale: SoldSale, matches: list[Match]) -> list[GivenBack]:
    return [GivenBack(part.sale_line, part.return_receipt, part.quantity_milli) for part in (*sale.back, *matches)]
