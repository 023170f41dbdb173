"""The sample year as a till hands it over: one Parquet file of receipt lines, under the columns of a till."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huitou.lake.terms import Field
from huitou.usecases.sample_chain.visits import Visit

# The file says 小票号 and not "receipt", as a chain's own export would; the import maps the one to the other.
COLUMNS = {
    Field.RECEIPT: "小票号",
    Field.LINE: "行号",
    Field.AT: "交易时间",
    Field.STORE: "门店编码",
    Field.TILL: "收银机号",
    Field.CHANNEL: "渠道",
    Field.MEMBER: "会员卡号",
    Field.SKU: "商品编码",
    Field.NAME: "商品名称",
    Field.CATEGORY: "品类",
    Field.QUANTITY: "数量",
    Field.UNIT_PRICE: "单价",
    Field.AMOUNT: "实付金额",
    Field.DISCOUNT: "优惠金额",
}
_TYPES = {
    Field.LINE: pa.int32(),
    Field.AT: pa.timestamp("us"),
    Field.QUANTITY: pa.decimal128(12, 3),
    Field.UNIT_PRICE: pa.decimal128(12, 2),
    Field.AMOUNT: pa.decimal128(12, 2),
    Field.DISCOUNT: pa.decimal128(12, 2),
}
SCHEMA = pa.schema([(column, _TYPES.get(field, pa.string())) for field, column in COLUMNS.items()])
VISITS_PER_GROUP = 20_000


def write_receipt_lines(visits: Iterable[Visit], path: Path) -> int:
    """Write the lines of `visits` to `path`; how many lines. The same visits make the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    rows = 0
    waiting = iter(visits)
    with pq.ParquetWriter(part, SCHEMA, compression="zstd") as writer:
        while chunk := list(islice(waiting, VISITS_PER_GROUP)):
            columns = [list(column) for column in zip(*_rows(chunk), strict=True)]
            writer.write_table(
                pa.table(
                    [_column(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)],
                    schema=SCHEMA,
                )
            )
            rows += len(columns[0])
    part.replace(path)
    return rows


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Whole thousandths or fen become exact decimals by a multiplication, a column at a time."""
    if not pa.types.is_decimal(kind):
        return pa.array(values, kind)
    whole = pa.array(values, pa.int64()).cast(pa.decimal128(19, 0))
    return pc.multiply(whole, pa.scalar(Decimal(1).scaleb(-kind.scale))).cast(kind)


def _rows(visits: Iterable[Visit]) -> Iterator[tuple[Any, ...]]:
    for visit in visits:
        for line, taken in enumerate(visit.lines, start=1):
            yield (
                visit.number,
                line,
                visit.at,
                visit.place.code,
                visit.till,
                visit.channel,
                visit.card,
                taken.good.sku,
                taken.good.name,
                taken.good.category,
                taken.quantity_milli,
                taken.price_fen,
                taken.amount_fen,
                taken.discount_fen,
            )
