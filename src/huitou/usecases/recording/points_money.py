"""Points as a tender: judged by the rate that stood when the basket was quoted, and paid back as they paid.

A sale that happened while nobody could ask is never refused for it: what does not fit is listed for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from huitou.bulk.trip import trip
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import PointsAsMoney
from huitou.offers.service.quoting import QUOTE_MINUTES
from huitou.receipts import service as receipts
from huitou.receipts.terms import PaidWay, SoldSale, Tender
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.usecases.recording.placing import Placed, conflict_of
from huitou.usecases.till_terms import Sale

QUOTE_GOOD_FOR = timedelta(minutes=QUOTE_MINUTES)

Rates = Mapping[int, PointsAsMoney | None]
"""By receipt what points were worth for it; of sales alone that points paid."""


def paid_by_points(sale: Placed) -> bool:
    return isinstance(sale.said, Sale) and sale.said.paid_in_points_fen > 0


def rates_of(each: Sequence[tuple[Placed, int, int | None]], now: datetime, *, offline: bool) -> Rates:
    """What points were worth for each of these sales (sale, receipt, member) that they paid for."""
    paying = [(sale, receipt) for sale, receipt, _ in each if paid_by_points(sale)]
    if not paying:
        return {}
    with trip() as one:
        asked = {receipt: loyalty.ask_rate(one, quoted_at(sale, now, offline)) for sale, receipt in paying}
        return {receipt: loyalty.read_rate(answer) for receipt, answer in asked.items()}


def quoted_at(sale: Placed, now: datetime, offline: bool) -> datetime:
    """The moment of the quote while it is good, else now; of a till that was alone, when it sold."""
    said = sale.said
    assert isinstance(said, Sale)
    if offline:
        return said.quoted_at or (sale.alone.sold_at if sale.alone is not None else said.at)
    quoted: datetime | None = said.quoted_at
    return quoted if quoted is not None and now - QUOTE_GOOD_FOR <= quoted <= now else now


def judge(sale: Placed, receipt_id: int, member: int | None, rates: Rates, *, offline: bool) -> list[NewConflict]:
    """What a person must see of how points paid. Raises what `loyalty.check_points_paid` does; offline it is listed."""
    said = sale.said
    assert isinstance(said, Sale)
    if receipt_id not in rates:
        return []
    try:
        loyalty.check_points_paid(
            rates[receipt_id], points=said.points_used, paid_fen=said.paid_in_points_fen, due_fen=said.net_fen
        )
    except HuitouError as refusal:
        if not offline:
            raise
        return [_listed(sale, receipt_id, member, refusal)]
    return []


def earning_fen(sale: Placed, receipt_id: int, rates: Rates) -> int:
    """What of the sale earns points."""
    said = sale.said
    assert isinstance(said, Sale)
    return loyalty.earning_fen(rates.get(receipt_id), net_fen=said.net_fen, paid_fen=said.paid_in_points_fen)


def judge_return(
    back: Placed, receipt_id: int, sale: SoldSale, paid: Sequence[PaidWay], *, offline: bool
) -> list[NewConflict]:
    """Whether a return pays back as points what points paid. `sale`: as it stood before this return. Raises
    PaidBackOtherwise; offline it is listed."""
    total = sum(line.amount_fen for line in back.said.lines)
    try:
        receipts.check_ways(sale.lines, paid, total, back.said.tenders)
    except HuitouError as refusal:
        if not offline:
            raise
        return [_listed(back, receipt_id, sale.member_id, refusal)]
    return []


def judge_parked(
    placed: Placed, parked: int, sale: SoldSale, total_fen: int, said: Sequence[Tender]
) -> list[NewConflict]:
    """The same of a return that waited for this sale, which `placed` is: it was acknowledged long ago."""
    assert isinstance(placed.said, Sale)
    paid = [PaidWay(one.kind, one.amount_fen, 0) for one in placed.said.tenders]
    try:
        receipts.check_ways(sale.lines, paid, total_fen, said)
    except HuitouError as refusal:
        listed = _listed(placed, parked, sale.member_id, refusal)
        return [replace(listed, digest=f"{placed.digest}/{parked}")]
    return []


def _listed(placed: Placed, receipt_id: int, member: int | None, refusal: HuitouError) -> NewConflict:
    base = conflict_of(ConflictKind.POINTS_PAID_OTHERWISE, placed, receipt_id, member)
    return replace(base, body={**base.body, "code": refusal.code, "says": str(refusal)})
