"""A table written as the files that tills, shops and spreadsheets export: every format that is read, the same rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import openpyxl
from openpyxl.utils.datetime import to_excel

Write = Callable[[duckdb.DuckDBPyConnection, Path], None]
"""Writes the view `source` of a session to a path."""


def _delimited(encoding: str, delimiter: str = ",") -> Write:
    def write(session: duckdb.DuckDBPyConnection, path: Path) -> None:
        plain = path.with_suffix(".plain")
        session.execute(f"COPY source TO '{plain}' (FORMAT csv, HEADER, DELIMITER '{delimiter}')")
        with plain.open(encoding="utf-8", newline="") as lines, path.open("w", encoding=encoding, newline="") as out:
            while piece := lines.read(1 << 20):
                out.write(piece)
        plain.unlink()

    return write


def _json_lines(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    session.execute(f"COPY source TO '{path}' (FORMAT json)")


def _parquet(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    session.execute(f"COPY source TO '{path}' (FORMAT parquet)")


def _workbook(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Numbers as numbers and times as a spreadsheet's days, as Excel itself would save them."""
    book, frame = openpyxl.Workbook(), io.BytesIO()
    book.active.append([datetime(2026, 6, 1, 9, 5)])  # noqa: DTZ001 - a cell has no zone; it brings the style of a date
    book.save(frame)
    with zipfile.ZipFile(frame) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for text in _sheet(session):
                part.write(text.encode())


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _sheet(session: duckdb.DuckDBPyConnection) -> Iterator[str]:
    found = session.execute("FROM source")
    yield f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}"><sheetData>'
    yield f"<row>{''.join(map(_cell, [name for name, *_ in found.description]))}</row>"
    while rows := found.fetchmany(20_000):
        yield "".join(f"<row>{''.join(map(_cell, cells))}</row>" for cells in rows)
    yield "</sheetData></worksheet>"


def _cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, datetime):
        return f'<c s="1"><v>{to_excel(value)!r}</v></c>'
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


FORMATS: Mapping[str, tuple[str, Write]] = {
    "csv in UTF-8": ("csv", _delimited("utf-8")),
    "csv in UTF-8 with a mark": ("csv", _delimited("utf-8-sig")),
    "csv in GB18030": ("csv", _delimited("gb18030")),
    "tsv": ("tsv", _delimited("utf-8", "\t")),
    "ndjson": ("ndjson", _json_lines),
    "parquet": ("parquet", _parquet),
    "xlsx": ("xlsx", _workbook),
}
"""Ending and writer of each."""


def write_as(name: str, source: Path, folder: Path) -> Path:
    """The rows of a Parquet file, written as `name` of FORMATS says."""
    ending, write = FORMATS[name]
    path = folder / f"{source.stem}.{ending}"
    with duckdb.connect() as session:
        session.execute(f"CREATE VIEW source AS FROM read_parquet('{source}')")
        write(session, path)
    return path
