"""Golden files that are workbooks or Parquet."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl

from tests.lake.golden import HEADER, ROWS, TAKEN, TYPED, Golden, parquet, repacked, row, sheet, workbook

ONE, TWO = TAKEN
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


def hostile(name: str, content: bytes) -> bytes:
    """A document type in front of the sheet."""
    return DOCTYPE + content.split(b"?>", 1)[-1] if name == "xl/worksheets/sheet1.xml" else content


def hostile_wide(name: str, content: bytes) -> bytes:
    """The same in UTF-16, where no search for bytes finds it."""
    if name != "xl/worksheets/sheet1.xml":
        return content
    text = DOCTYPE.decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
    return (text + content.decode().split("?>", 1)[-1]).encode("utf-16")


def bomb() -> bytes:
    """A workbook of a few megabytes whose sheet unpacks to three thousand."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(b"0" * 10_000_000)
    return out.getvalue()


def damaged(content: bytes) -> bytes:
    """The sheet's packed bytes begin as no packed bytes do; the zip around them is whole."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    name, extra = (int.from_bytes(content[part.header_offset + at :][:2], "little") for at in (26, 28))
    begin = part.header_offset + 30 + name + extra
    return content[:begin] + b"\xff" + content[begin + 1 :]


def several(*tabs: tuple[str, str, list]) -> bytes:
    """(title, state, rows) of each sheet."""

    def fill(book: openpyxl.Workbook) -> None:
        book.remove(book.active)
        for title, state, rows in tabs:
            tab = book.create_sheet(title)
            tab.sheet_state = state
            for cells in rows:
                tab.append(list(cells))

    return workbook(fill)


def merged(column: int) -> bytes:
    """Two lines of one receipt; the cell of this column stands for both."""

    def fill(book: openpyxl.Workbook) -> None:
        tab = book.active
        for cells in (HEADER, ROWS[0], row(1, receipt="1001", at=ROWS[0][1], member=ROWS[0][2])):
            tab.append(list(cells))
        tab.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)

    return workbook(fill)


def formulas(name: str, content: bytes) -> bytes:
    """The first amount is a formula that has its value, the second one that has none."""
    if name != "xl/worksheets/sheet1.xml":
        return content
    return content.replace(b"<v>25.6</v>", b"<f>5*5.12</f><v>25.6</v>").replace(b"<v>22.41</v>", b"<f>1+1</f>")


def columns(rows: list | tuple) -> bytes:
    """The rows as Parquet, with the types of their cells."""
    return parquet({name: [cells[place] for cells in rows] for place, name in enumerate(HEADER)})


TITLE = ["2026年6月销售明细"]
TYPED_SHEET = sheet(HEADER, *TYPED)

BOOKS = [
    Golden(
        "till.xlsx",
        sheet(HEADER, row(receipt=2026060112345678002), row(1, receipt=2026060112345678003)),  # type: ignore[arg-type]
        "numbers of receipts longer than a spreadsheet counts would become one",
        refused={2: "digits_lost", 3: "digits_lost"},
    ),
    Golden("till.xlsx", sheet(HEADER, *ROWS), "all of it as texts", taken=TAKEN),
    Golden("till.xlsx", TYPED_SHEET, "numbers and times as Excel keeps them", taken=TAKEN),
    Golden("till.xlsx", sheet(TITLE, [], HEADER, *TYPED), "a title and an empty row above the header", taken=TAKEN),
    Golden("till.xlsx", sheet(HEADER, TYPED[0], [], TYPED[1]), "an empty row between", taken=TAKEN),
    Golden(
        "till.xlsx",
        sheet(HEADER, (1001.0, 46174.3833680556, "VIP-1", 6901, "奶", 2, 25.6)),
        "a day's number in a column of no date",
        taken=[ONE],
    ),
    Golden(
        "till.xlsx",
        sheet(HEADER, ("1001", date(2026, 6, 1), "VIP-1", "6901", "奶", 2, 25.6)),
        "a day without a time",
        taken=[ONE],
    ),
    Golden(
        "till.xlsx",
        sheet(HEADER, ("1001", datetime.fromisoformat("2026-06-01"), "VIP-1", "6901", "奶", 2, 2.5499999999999998)),
        "a binary fraction is what Excel shows of it",
        taken=[("1001", "6901", 2000, 255)],
    ),
    Golden(
        "till.xlsx",
        several(("一月", "visible", [HEADER, *ROWS]), ("二月", "visible", [HEADER, *ROWS])),
        "two sheets with data",
        asked=("sheet_unclear",),
    ),
    Golden(
        "till.xlsx",
        several(("一月", "visible", [HEADER, *ROWS]), ("二月", "visible", [HEADER, ROWS[1]])),
        "the second, as said",
        taken=[TWO],
        reading={"sheet": "二月"},
    ),
    Golden(
        "till.xlsx",
        several(("旧", "hidden", [HEADER, ROWS[0]]), ("新", "visible", [HEADER, ROWS[1]])),
        "a hidden sheet is left alone",
        taken=[TWO],
    ),
    Golden(
        "till.xlsx",
        several(("Sheet1", "visible", [HEADER, *ROWS]), ("Sheet2", "visible", []), ("Sheet3", "visible", [])),
        "empty sheets, as old Excels made them",
        taken=TAKEN,
    ),
    Golden(
        "till.xlsx",
        several(("一月", "visible", [HEADER, *ROWS])),
        "a sheet that is not there",
        error="sheet_missing",
        reading={"sheet": "三月"},
    ),
    Golden("till.xlsx", merged(1), "a receipt's number over its two lines", taken=[ONE, ("1001", "6902", 752, 2241)]),
    Golden(
        "till.xlsx",
        merged(7),
        "an amount over two lines is the amount of neither",
        refused={2: "merged_number", 3: "merged_number"},
    ),
    Golden(
        "till.xlsx",
        repacked(TYPED_SHEET, formulas),
        "a formula with its value, and one without",
        taken=[ONE],
        refused={3: "formula_without_value"},
    ),
    Golden(
        "till.xlsx",
        sheet(HEADER, ROWS[0], (*ROWS[1], "x")),
        "a cell beside the table",
        taken=[ONE],
        refused={3: "ragged"},
    ),
    Golden("till.xlsx", sheet(HEADER), "a header alone", error="file_empty"),
    Golden("till.xlsx", repacked(TYPED_SHEET, hostile), "a document type that fetches", error="workbook_hostile"),
    Golden("till.xlsx", repacked(TYPED_SHEET, hostile_wide), "the same in UTF-16", error="workbook_hostile"),
    Golden("till.xlsx", bomb(), "a zip that unpacks to three thousand megabytes", error="workbook_too_large"),
    Golden("till.xlsx", TYPED_SHEET[:-200], "cut off", error="file_unreadable"),
    Golden("till.xlsx", damaged(TYPED_SHEET), "a sheet whose bytes do not unpack", error="file_unreadable"),
    Golden("till.xlsx", b"PK\x03\x04", "a zip's first four bytes", error="file_unreadable"),
    Golden(
        "till.xlsx",
        repacked(TYPED_SHEET, lambda name, part: part[:300] if name.endswith("sheet1.xml") else part),
        "a sheet that ends within a row",
        error="file_unreadable",
    ),
]

COLUMNARS = [
    Golden(
        "till.parquet",
        columns(ROWS),
        "texts in Parquet",
        taken=TAKEN,
    ),
    Golden(
        "till.parquet",
        columns(TYPED),
        "types in Parquet",
        taken=TAKEN,
    ),
    Golden(
        "till.bin",
        columns(ROWS),
        "whatever the file is called",
        taken=TAKEN,
    ),
    Golden(
        "till.parquet",
        columns([("1", *TYPED[0][1:3], 2026060112345678002.0, *TYPED[0][4:])]),
        "a code that a binary fraction cannot tell from its neighbours",
        refused={1: "digits_lost"},
    ),
    Golden("till.parquet", b"PAR1" + b"\0" * 100, "Parquet by its first letters alone", error="file_unreadable"),
    Golden(
        "till.parquet",
        columns(ROWS)[:4] + b"\xff" * 40 + columns(ROWS)[44:],
        "Parquet with a page that does not unpack",
        error="file_unreadable",
    ),
    Golden("till.parquet", b"a,b\n1,2\n", "a CSV with another ending", error="file_unreadable"),
]
