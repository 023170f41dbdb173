"""What an import's sales earn, and what its returns take back of their sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pyarrow as pa

from huitou.kernel.ids import ImportId
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import GivenBack, SoldQuantity
from huitou.receipts import service as receipts
from huitou.usecases import ready_rows

_REVERSED_AT_ONCE = 20_000
"""Sales whose lines are held while what their returns take back is reckoned."""


def move_points(
    session: duckdb.DuckDBPyConnection, batch: ImportId, actor: str, points_from: str | None
) -> tuple[int, int, int]:
    """Post what the sales earned and take back what the returns had earned: (posted, reversed, lines unexplained)."""
    settled = receipts.settle_returns(batch)
    session.register(
        "exchanged",
        pa.table(
            {
                "receipt_id": pa.array(settled.exchanged.keys(), pa.int64()),
                "given_fen": pa.array(settled.exchanged.values(), pa.int64()),
            }
        ),
    )
    sales = session.sql(
        "SELECT receipt_id, member_id, net_fen + coalesce(given_fen, 0) AS net_fen, "
        'timezone(\'UTC\', r."at") AS "at", business_date, store_id FROM receipt_rows r '
        "LEFT JOIN exchanged USING (receipt_id) "
        "WHERE kind = 'sale' AND member_id IS NOT NULL AND business_date >= coalesce(?::DATE, '-infinity'::DATE) "
        "ORDER BY receipt_id",
        params=[points_from],
    ).to_arrow_reader(ready_rows.AT_ONCE)
    posted = loyalty.post_earnings(sales, actor=actor)
    taken_back = 0
    for sales, returned in settled.pieces:
        returned_on = receipts.business_dates(returned)
        for first in range(0, len(sales), _REVERSED_AT_ONCE):
            taken_back += _reverse(sales[first : first + _REVERSED_AT_ONCE], returned_on, actor)
    return posted, taken_back, settled.unexplained


def _reverse(sales: Sequence[int], returned_on: Mapping[int, date], actor: str) -> int:
    lines, given = receipts.lines_and_matches(sales)
    sold: dict[int, list[SoldQuantity]] = {}
    for receipt, line, quantity, net in lines:
        sold.setdefault(receipt, []).append(SoldQuantity(line, quantity, net))
    back: dict[int, list[GivenBack]] = {}
    for sale, sale_line, return_receipt, quantity in given:
        back.setdefault(sale, []).append(GivenBack(sale_line, return_receipt, quantity))
    return loyalty.reverse_returns(sold, back, returned_on=returned_on, actor=actor)
