"""Files as tills really write them, and as nobody should: each made here, with what must come of it and because."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

HEADER = ("小票号", "交易时间", "会员号", "商品编码", "品名", "数量", "实付金额")
ROWS = (
    ("1001", "2026-06-01 09:12:03", "VIP-1", "6901", "鲜牛奶 950ml", "2", "25.60"),
    ("1002", "2026-06-01 09:15:40", "", "6902", "五花肉", "0.752", "22.41"),
)
TAKEN = [("1001", "6901", 2000, 2560), ("1002", "6902", 752, 2241)]
"""(receipt, sku, quantity in thousandths, fen) of ROWS."""


@dataclass(frozen=True)
class Golden:
    """A file and what must come of it."""

    name: str
    content: bytes
    because: str
    taken: Sequence[tuple[str, str, int, int]] = ()
    refused: Mapping[int, str] = field(default_factory=dict)
    """The code by row number."""
    asked: tuple[str, ...] = ()
    """The codes of the questions: of the file, or of its mapping."""
    error: str | None = None
    """The code of the refusal of the whole file."""
    reading: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str | None] = field(default_factory=dict)


def table(*rows: Sequence[str], header: Sequence[str] = HEADER, delimiter: str = ",", end: str = "\n") -> str:
    return "".join(delimiter.join(row) + end for row in (header, *rows))


def row(place: int = 0, **changed: str) -> tuple[str, ...]:
    """One of ROWS, with other cells: `row(quantity="１")`."""
    names = ("receipt", "at", "member", "sku", "name", "quantity", "amount")
    return tuple(changed.get(name, cell) for name, cell in zip(names, ROWS[place], strict=True))


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sheet(*rows: Iterable[Any], title: str = "Sheet") -> bytes:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.title = title
        for cells in rows:
            book.active.append(list(cells))

    return workbook(fill)


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same workbook with some of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def parquet(columns: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), out)
    return out.getvalue()


def objects(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> str:
    return "".join(json.dumps(dict(zip(header, cells, strict=True)), ensure_ascii=False) + "\n" for cells in rows)


PLAIN = table(*ROWS)
MANY = table(*ROWS, *(row(1, receipt=str(number)) for number in range(1003, 1031)))
MANY_TAKEN = [*TAKEN, *((str(number), "6902", 752, 2241) for number in range(1003, 1031))]
TYPED = [
    ("1001", datetime.fromisoformat(ROWS[0][1]), "VIP-1", 6901, "鲜牛奶 950ml", 2, 25.6),
    ("1002", datetime.fromisoformat(ROWS[1][1]), None, 6902, "五花肉", 0.752, 22.41),
]
FIVE = tuple(row(place % 2, receipt=str(2001 + place)) for place in range(5))


def dates(*written: str) -> str:
    return table(*(row(receipt=str(3001 + place), at=at) for place, at in enumerate(written)))


def amounts(*written: str, delimiter: str = ";") -> str:
    rows = (row(receipt=str(4001 + place), amount=amount) for place, amount in enumerate(written))
    return table(*rows, delimiter=delimiter)
