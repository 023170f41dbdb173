"""Judged rows as a person checks them: what was read out of each cell, and which cell the reason speaks of."""

from __future__ import annotations

import duckdb

from huitou.lake.formats.spooled import ROW
from huitou.lake.opening import PREVIEW_ROWS, OpenedFile
from huitou.lake.rules.refusals import AT_FAULT, LEFT_OUT, REASONS
from huitou.lake.terms import Field, RowRead

_PLAIN = r"rtrim(rtrim({}::VARCHAR, '0'), '.')"
_VALUES = {
    Field.RECEIPT: "receipt",
    Field.LINE: "line::VARCHAR",
    Field.AT: "regexp_replace(strftime(local_at, '%Y-%m-%d %H:%M:%S'), ':00$', '')",
    Field.TIME: "strftime(local_at, '%H:%M:%S')",
    Field.STORE: "store",
    Field.TILL: "nullif(till, '')",
    Field.CHANNEL: "channel",
    Field.MEMBER: "member",
    Field.SKU: "sku",
    Field.NAME: "name",
    Field.CATEGORY: "category",
    Field.QUANTITY: _PLAIN.format("(quantity_milli / 1000)::DECIMAL(18, 3)"),
    Field.UNIT_PRICE: "unit_price::DECIMAL(18, 2)::VARCHAR",
    Field.AMOUNT: "(net_fen / 100)::DECIMAL(18, 2)::VARCHAR",
    Field.STATUS: "status",
    Field.DISCOUNT: "(discount_fen / 100)::DECIMAL(18, 2)::VARCHAR",
}


def numbers(opened: OpenedFile) -> tuple[int, list[int]]:
    """How many rows the file has, and the numbers of those in its preview, as a spreadsheet shows them."""
    (count,) = opened.session.sql("SELECT (SELECT count(*) FROM numbered) + (SELECT count(*) FROM ragged)").fetchall()[
        0
    ]
    first = opened.session.sql(f"SELECT {ROW} FROM numbered ORDER BY {ROW} LIMIT {PREVIEW_ROWS}").fetchall()
    return count, [number for (number,) in first]


def understood(session: duckdb.DuckDBPyConnection) -> dict[int, RowRead]:
    """Every judged row by its number; for a file's head, not for a whole file."""
    has_status = "status" in session.sql("SELECT * FROM placed LIMIT 0").columns
    values = ", ".join(
        f"any_value({value})" if has_status or field is not Field.STATUS else "NULL" for field, value in _VALUES.items()
    )
    found = session.sql(
        f"SELECT row_number, min(coalesce(code, CASE WHEN reason = 'not_a_sale' THEN reason END)), {values} "
        "FROM (FROM placed UNION ALL FROM left_out) LEFT JOIN refused USING (row_number) GROUP BY row_number"
    )
    return {
        number: RowRead(
            {str(field): value for field, value in zip(_VALUES, values, strict=True)},
            code,
            (REASONS | LEFT_OUT)[code] if code else "",
            AT_FAULT.get(code) if code else None,
        )
        for number, code, *values in found.fetchall()
    }
