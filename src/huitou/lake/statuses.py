"""Rows that are taken in as sales though a column of their file says that the order was cancelled or not paid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from huitou.lake.formats.spooled import ROW
from huitou.lake.opening import OpenedFile
from huitou.lake.rules.statuses import is_no_sale, may_say_status
from huitou.lake.values_sql import literal, quoted, trimmed

_MOST_VALUES = 1000
"""A column with more values than these says something else than a status."""


@dataclass(frozen=True, slots=True)
class NoSale:
    """How many rows that will be taken have this status, and their net amount in fen."""

    column: str
    status: str
    rows: int
    net_fen: int


def no_sales(opened: OpenedFile, mapped: Collection[str]) -> list[NoSale]:
    """By column and status, most rows first. `mapped` columns mean something else. The file must have been judged."""
    found = []
    for column in opened.columns:
        if column in mapped or not may_say_status(column):
            continue
        text = trimmed(f"{quoted(column)}::VARCHAR")
        values = opened.session.sql(f"SELECT DISTINCT {text} FROM arrived LIMIT {_MOST_VALUES}").fetchall()
        statuses = ", ".join(literal(value) for (value,) in values if value and is_no_sale(value))
        if statuses:
            found += [NoSale(column, *told) for told in opened.session.sql(
                f"SELECT status, count(*), sum(net_fen)::BIGINT FROM clean JOIN ("
                f"SELECT {ROW} AS row_number, {text} AS status FROM numbered WHERE {text} IN ({statuses})"
                ") USING (row_number) GROUP BY status ORDER BY 2 DESC, 1"
            ).fetchall()]  # fmt: skip
    return found
