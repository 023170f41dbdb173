"""What an import of receipts did, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huitou.kernel.ids import ImportId
from huitou.kernel.money import Money
from huitou.kernel.quantity import shown
from huitou.lake import service as lake
from huitou.lake.terms import Field, Sums
from huitou.usecases.refused_cells import LISTED


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, or, of a dry run, would do. rows_read = rows_taken + rows_repeated + rows_refused +
    rows_left_out."""

    dry_run: bool
    import_id: int | None
    rows_read: int
    rows_taken: int
    rows_repeated: int
    rows_refused: int
    refused: list[dict[str, Any]]
    """The first 1,000."""
    receipts: int
    sales: int
    returns: int
    returned_rows: int
    returned_rows_without_their_sale: int
    new_members: int
    new_stores: int
    new_products: int
    quantity: str
    amount: str
    points_posted: int
    points_reversed: int
    newcomers: dict[str, list[str]] = field(default_factory=dict)
    """The first new stores and products by code, with the name of the product where the file has one."""
    no_sales: list[dict[str, Any]] = field(default_factory=list)
    """Rows that count as sales though the file says cancelled or not paid: column, status, rows, amount."""
    rows_left_out: int = 0
    """Rows that are no sales by the column that is mapped to `status`."""
    left_out: list[dict[str, Any]] = field(default_factory=list)
    """Of them, by their status: column, status, rows, amount, and why: `not_a_sale`."""
    looks_swapped: dict[str, str] = field(default_factory=dict)
    """The columns of quantity and amount, where they look like each other's; else nothing."""
    left_out_known: int = 0
    """Receipts among them that an earlier file brought as sales, and that stand as such."""


def report_of(
    opened: lake.OpenedFile,
    columns: Mapping[Field, str],
    batch: ImportId,
    new: tuple[int, int, int],
    points: tuple[int, int, int],
) -> Report:
    session = opened.session
    taken: Sums = lake.sums(session)
    (repeated,) = session.sql("SELECT count(*) FROM repeated_rows").fetchall()[0]
    (sales, returns) = session.sql(
        "SELECT count(*) FILTER (kind = 'sale'), count(*) FILTER (kind = 'return') FROM baskets"
    ).fetchall()[0]
    (returned,) = session.sql("SELECT count(*) FROM clean WHERE quantity_milli < 0").fetchall()[0]
    refused = lake.refused_rows(session)
    out = lake.left_out(opened, columns)
    rows_out = sum(one.rows for one in out)
    new_stores, new_products, new_members = new
    posted, taken_back, unexplained = points
    return Report(
        dry_run=False,
        import_id=batch,
        rows_read=taken.rows + repeated + len(refused) + rows_out,
        rows_taken=taken.rows,
        rows_repeated=repeated,
        rows_refused=len(refused),
        refused=refused.slice(0, LISTED).to_pylist(),
        receipts=sales + returns,
        sales=sales,
        returns=returns,
        returned_rows=returned,
        returned_rows_without_their_sale=unexplained,
        new_members=new_members,
        new_stores=new_stores,
        new_products=new_products,
        quantity=shown(taken.quantity_milli),
        amount=str(Money(taken.net_fen)),
        points_posted=posted,
        points_reversed=taken_back,
        no_sales=[_told(one) for one in lake.no_sales(opened, columns.values())],
        rows_left_out=rows_out,
        looks_swapped={str(field): columns[field] for field in (Field.QUANTITY, Field.AMOUNT)}
        if lake.look_swapped(session, columns)
        else {},
        left_out=[_told(one) | {"reason": "not_a_sale"} for one in out],
    )


def _told(one: lake.NoSale) -> dict[str, Any]:
    return {"column": one.column, "status": one.status, "rows": one.rows, "amount": str(Money(one.net_fen))}
