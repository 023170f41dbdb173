"""The door of loyalty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow as pa

from huitou.bulk import service as bulk
from huitou.kernel.promise import Verdict
from huitou.loyalty.rules import one_point_per_yuan as earning
from huitou.loyalty.rules import reversal
from huitou.loyalty.store import promises, reading, taking
from huitou.loyalty.terms import POINTS, GivenBack, LotSeen, PostingSeen, SoldQuantity


def balance_of(member_id: int) -> int:
    """Points that the member can spend; 0 also for whoever never earned any."""
    return reading.balance(member_id)


def lots_of(member_id: int, limit: int = 12) -> tuple[list[LotSeen], int]:
    """The lots with points left, earliest expiry first, and how many such lots there are in all."""
    lots = reading.lots(member_id, limit)
    return lots, len(lots) if len(lots) < limit else reading.count_lots(member_id)


def postings_of(member_id: int, limit: int = 20, before: int | None = None) -> list[PostingSeen]:
    """Newest first, older than the posting `before`."""
    return reading.postings(member_id, limit, before)


def post_earnings(sales: pa.Table, *, actor: str) -> int:
    """Post the points of each sale (receipt_id, member_id, net_fen, at in UTC, business_date), once for ever.

    Returns how many sales earned.
    """
    return taking.post_earnings(
        sales,
        asset=POINTS,
        rule=earning.NAME,
        version=earning.VERSION,
        fen_per_point=earning.FEN_PER_POINT,
        actor=actor,
    )


def reverse_returns(
    sold: Mapping[int, Sequence[SoldQuantity]],
    given_back: Mapping[int, Sequence[GivenBack]],
    *,
    returned_on: Mapping[int, date],
    actor: str,
) -> int:
    """Take back what each return's own sale earned for it (L10). Returns how many reversals were posted.

    `sold` and `given_back` are by sale; `returned_on` is the business date of each return of today's trip: returns that
    were settled before are not in it, and stay as they are.
    """
    points = taking.points_of_sales(sorted(sold))
    due = [
        found
        for sale, earned in sorted(points.items())
        for found in reversal.reversals(sale, earned, sold[sale], given_back[sale])
        if found.return_receipt in returned_on
    ]
    if not due:
        return 0
    rows = pa.table(
        {
            "return_receipt_id": [found.return_receipt for found in due],
            "sale_receipt_id": [found.sale_receipt for found in due],
            "points": [found.points for found in due],
            "business_date": [returned_on[found.return_receipt] for found in due],
        }
    )
    return taking.post_reversals(rows, asset=POINTS, rule=earning.NAME, version=earning.VERSION, actor=actor)


def verdicts() -> list[Verdict]:
    """Each promise of this room, and the first row that breaks it."""
    return [Verdict(kept.name, kept.says, bulk.first_row(kept.broken)) for kept in promises.PROMISES]
