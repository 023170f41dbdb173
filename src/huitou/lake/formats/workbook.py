"""XLSX: which sheet, which row names the columns, and every row as texts. Memory stays that of a few thousand rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from huitou.kernel.errors import N_, Choice, Question
from huitou.lake.errors import FileEmpty, FileUnreadable, HeaderUnclear, SheetMissing, SheetUnclear
from huitou.lake.formats.cells import Sheet, Strings, date_styles, merged_ranges
from huitou.lake.formats.package import Package, open_package
from huitou.lake.formats.spooled import Rows, Spool, show, unique_names
from huitou.lake.rules.headers import LOOKED_AT, header_rows
from huitou.lake.terms import Format, Found, Reading, Said


@dataclass(frozen=True, slots=True)
class _Tab:
    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Book:
    package: Package
    strings: Strings
    dates: list[bool]
    mac: bool
    tabs: list[_Tab]

    def top(self, tab: _Tab) -> list[tuple[int, dict[int, str]]]:
        """The first rows of a sheet that hold something."""
        rows: list[tuple[int, dict[int, str]]] = []

        def take(number: int, cells: dict[int, str]) -> None:
            rows.append((number, cells))
            if len(rows) == LOOKED_AT:
                raise StopIteration

        Sheet(self.strings, self.dates, self.mac, take).read(self.package, tab.part)
        return rows


def open_workbook(
    session: duckdb.DuckDBPyConnection, path: Path, spool: Path, reading: Reading, known: Collection[str]
) -> Rows:
    """Leaves `arrived`, `numbered`, `ragged`, and `merged`: the cells that are part of one merged downwards."""
    with _opened(path, spool) as book:
        tab, top, questions, notes = _settle_sheet(book, reading.sheet, known)
        width = 1 + max(max(cells) for _, cells in top)
        table: list[list[str | None]] = [[] for _ in range(top[-1][0])]
        for number, cells in top:
            table[number - 1] = [cells.get(place) for place in range(width)]
        header_row, unclear = _settle_header(path, table, reading.header_row, known)
        questions += unclear
        header = table[header_row - 1] if header_row else []
        width = max((place for place, cell in enumerate(header, start=1) if cell), default=width)
        columns = unique_names(header, width)
        _spool_rows(session, book, tab, spool, columns, header_row)
    found = Found(Format.WORKBOOK, sheet=tab.name, header_row=header_row, notes=tuple(notes))
    return Rows(found, columns, questions, has_marks=True)


@contextmanager
def _opened(path: Path, spool: Path) -> Iterator[_Book]:
    with open_package(path) as package:
        kinds = dict(package.relations("").values())
        if "officeDocument" not in kinds or not package.has(kinds["officeDocument"]):
            raise FileUnreadable(path=path, kind="XLSX", reason="it is a zip without a workbook")
        main = kinds["officeDocument"]
        relations = package.relations(main)
        parts = {kind: part for kind, part in relations.values() if package.has(part)}
        tabs, mac = _tabs(package, main, relations)
        strings = Strings(package, parts.get("sharedStrings"), spool / "strings.bin")
        try:
            yield _Book(package, strings, date_styles(package, parts.get("styles")), mac, tabs)
        finally:
            strings.close()


def _tabs(package: Package, main: str, relations: dict[str, tuple[str, str]]) -> tuple[list[_Tab], bool]:
    tabs: list[_Tab] = []
    mac = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal mac
        tag = name.rsplit("}", 1)[-1]
        if tag == "workbookPr":
            mac = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "sheet":
            reference = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            kind, part = relations.get(reference, ("", ""))
            if kind == "worksheet" and package.has(part):
                tabs.append(_Tab(attributes.get("name", ""), part, attributes.get("state", "visible") != "visible"))

    package.parse(main, start, lambda _: None, lambda _: None)
    return tabs, mac


def _settle_sheet(
    book: _Book, asked: str | None, known: Collection[str]
) -> tuple[_Tab, list[tuple[int, dict[int, str]]], list[Question], list[Said]]:
    path = book.package.path
    if asked is not None:
        chosen = [tab for tab in book.tabs if tab.name == asked]
        if not chosen:
            raise SheetMissing(path=path, sheet=asked, sheets=", ".join(tab.name for tab in book.tabs))
        top = book.top(chosen[0])
        if not top:
            raise FileEmpty(path=path)
        return chosen[0], top, [], []
    filled = [(tab, book.top(tab)) for tab in book.tabs if not tab.hidden]
    filled = [(tab, top) for tab, top in filled if len(top) > 1]
    hidden = [tab.name for tab in book.tabs if tab.hidden]
    notes = [Said(N_("Hidden sheets are left alone: {sheets}."), {"sheets": ", ".join(hidden)})] if hidden else []
    if not filled:
        raise FileEmpty(path=path)
    questions: list[Question] = []
    if len(filled) > 1:
        choices = [Choice(tab.name, ", ".join(list(top[0][1].values())[:4])) for tab, top in filled]
        questions.append(SheetUnclear(choices, path=path))
    return (*filled[0], questions, notes)


def _settle_header(
    path: Path, table: list[list[str | None]], asked: int | None, known: Collection[str]
) -> tuple[int, list[Question]]:
    if asked is not None:
        return min(asked, len(table)), []
    likely = header_rows(table, known)
    if len(likely) == 1:
        return likely[0], []
    choices = [
        Choice(str(number), ", ".join(cell for cell in table[number - 1] if cell) if number else "")
        for number in likely
    ]
    return likely[0], [HeaderUnclear(choices, path=path)]


def _spool_rows(
    session: duckdb.DuckDBPyConnection, book: _Book, tab: _Tab, spool: Path, columns: tuple[str, ...], header_row: int
) -> None:
    width = len(columns)
    rows = Spool(spool, columns)
    merged = _Merged([place for place in merged_ranges(book.package, tab.part) if place[1] > header_row])
    too_wide: list[tuple[int, str]] = []

    def take(number: int, cells: dict[int, str]) -> None:
        if number <= header_row:
            return
        merged.fill(number, cells)
        if max(cells) >= width:
            too_wide.append((number, " | ".join(cells[place] for place in sorted(cells))))
        else:
            rows.add(number, [cells.get(place) for place in range(width)])

    Sheet(book.strings, book.dates, book.mac, take).read(book.package, tab.part)
    rows.close()
    show(session, spool)
    numbers, raws = [number for number, _ in too_wide], [raw for _, raw in too_wide]
    session.register(
        "wide", pa.table({"row_number": pa.array(numbers, pa.int64()), "raw": pa.array(raws, pa.string())})
    )
    session.execute("CREATE TABLE ragged AS SELECT *, false AS too_long FROM wide")
    filled = [(number, columns[place]) for number, place in merged.parts if place < width]
    session.register(
        "filled",
        pa.table(
            {
                "row_number": pa.array([number for number, _ in filled], pa.int64()),
                "name": pa.array([name for _, name in filled], pa.string()),
            }
        ),
    )
    session.execute("CREATE TABLE merged AS SELECT * FROM filled")


class _Merged:
    """What a cell that is merged downwards says, it says of each of its rows."""

    def __init__(self, ranges: list[tuple[int, int, int]]) -> None:
        self._waiting = sorted(ranges, key=lambda place: -place[1])
        self._open: dict[int, tuple[int, str | None]] = {}
        self.parts: list[tuple[int, int]] = []

    def fill(self, number: int, cells: dict[int, str]) -> None:
        while self._waiting and self._waiting[-1][1] <= number:
            column, top, bottom = self._waiting.pop()
            if bottom >= number:
                self._open[column] = bottom, cells.get(column) if top == number else None
                self.parts.append((number, column))
        for column, (bottom, text) in list(self._open.items()):
            if bottom < number:
                del self._open[column]
            elif text is not None and column not in cells:
                cells[column] = text
                self.parts.append((number, column))
