"""The cells of a workbook's sheet, row by row: what Excel shows of them, as text."""

from __future__ import annotations

import array
import mmap
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from huitou.lake.formats.package import Package
from huitou.lake.formats.spooled import NO_VALUE

WIDEST = 16_384
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})$")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')


class Strings:
    """The workbook's shared strings, on disk: there may be more of them than memory."""

    def __init__(self, package: Package, part: str | None, place: Path) -> None:
        self._ends = array.array("Q", [0])
        with place.open("wb") as out:
            if part is not None:
                self._write(package, part, out)
        self._file = place.open("rb")
        size = self._ends[-1]
        self._bytes = mmap.mmap(self._file.fileno(), size, access=mmap.ACCESS_READ) if size else b""
        self.text = lru_cache(maxsize=20_000)(self._text)

    def _text(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise ValueError("a cell names a shared string that is not there")
        return self._bytes[self._ends[place] : self._ends[place + 1]].decode()

    def close(self) -> None:
        if isinstance(self._bytes, mmap.mmap):
            self._bytes.close()
        self._file.close()

    def _write(self, package: Package, part: str, out: Any) -> None:
        pieces: list[str] = []
        inside = phonetic = 0

        def start(name: str, _: dict[str, str]) -> None:
            nonlocal inside, phonetic
            tag = name.rsplit("}", 1)[-1]
            inside += tag == "t"
            phonetic += tag == "rPh"

        def end(name: str) -> None:
            nonlocal inside, phonetic
            tag = name.rsplit("}", 1)[-1]
            inside -= tag == "t"
            phonetic -= tag == "rPh"
            if tag == "si":
                held = "".join(pieces).encode("utf-8", "replace")
                pieces.clear()
                out.write(held)
                self._ends.append(self._ends[-1] + len(held))

        def text(data: str) -> None:
            if inside and not phonetic:
                pieces.append(data)

        package.parse(part, start, end, text)


def date_styles(package: Package, part: str | None) -> list[bool]:
    """Of each cell style whether it shows a number as a date."""
    formats = dict(BUILTIN_FORMATS)
    styles: list[bool] = []
    within = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal within
        tag = name.rsplit("}", 1)[-1]
        if tag == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag == "cellXfs":
            within = True
        elif tag == "xf" and within:
            number = int(attributes.get("numFmtId", 0))
            # 27 to 36 and 50 to 58 are dates in the Chinese, Japanese and Korean Excel, and in no list.
            styles.append(27 <= number <= 36 or 50 <= number <= 58 or is_date_format(formats.get(number)))

    def end(name: str) -> None:
        nonlocal within
        within = within and not name.endswith("}cellXfs")

    if part is not None:
        package.parse(part, start, end, lambda _: None)
    return styles


def merged_ranges(package: Package, part: str) -> Iterator[tuple[int, int, int]]:
    """(column, first row, last row) of each range that is merged downwards; columns from 0, rows from 1."""
    before = b""
    for chunk in package.chunks(part):
        seen = before + chunk
        for found in _MERGED.finditer(seen):
            first, last = found[1].decode().split(":")
            (left, top), (_, bottom) = _place(first), _place(last)
            if bottom > top:
                yield left, top, bottom
        before = seen[seen.rfind(b"<") :][-200:]


def _place(reference: str) -> tuple[int, int]:
    """`B12` as (1, 12)."""
    found = _REFERENCE.match(reference)
    if not found:
        raise ValueError(f"{reference} names no cell")
    return column_of(found[1]), int(found[2])


@lru_cache(maxsize=WIDEST)
def column_of(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    if number > WIDEST:
        raise ValueError(f"{letters} is beyond the widest sheet")
    return number - 1


class Sheet:
    """Reads one sheet and hands each of its rows that holds something to `take(number, {column: text})`."""

    def __init__(
        self, strings: Strings, dates: Sequence[bool], mac: bool, take: Callable[[int, dict[int, str]], None]
    ) -> None:
        self._strings, self._dates, self._take = strings, dates, take
        self._epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        self._row, self._column = 0, -1
        self._cells: dict[int, str] = {}
        self._kind, self._style = "n", 0
        self._pieces: list[str] = []
        self._listening = self._formula = self._in_cell = False

    def read(self, package: Package, part: str) -> None:
        package.parse(part, self._start, self._end, self._pieces_of)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rsplit("}", 1)[-1]
        if tag == "c":
            reference = attributes.get("r")
            self._column = column_of(reference.rstrip("0123456789")) if reference else self._column + 1
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._pieces, self._formula, self._in_cell = [], False, True
        elif tag == "v" or (tag == "t" and self._in_cell):
            self._listening = self._in_cell
        elif tag == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._cells, self._column = {}, -1
        elif tag == "f":
            self._formula = True

    def _pieces_of(self, data: str) -> None:
        if self._listening:
            self._pieces.append(data)

    def _end(self, name: str) -> None:
        tag = name.rsplit("}", 1)[-1]
        if tag == "v" or tag == "t":
            self._listening = False
        elif tag == "c":
            self._in_cell = False
            text = self._shown("".join(self._pieces))
            if text:
                self._cells[self._column] = text
        elif tag == "row" and self._cells:
            self._take(self._row, self._cells)

    def _shown(self, raw: str) -> str:
        if self._kind == "s":
            return self._strings.text(int(raw)) if raw else ""
        if self._kind in ("inlineStr", "str", "e", "d"):
            return NO_VALUE if self._formula and not raw and self._kind != "str" else raw
        if not raw:
            return NO_VALUE if self._formula else ""
        if self._kind == "b":
            return "true" if raw == "1" else "false"
        if self._style < len(self._dates) and self._dates[self._style]:
            return self._moment(raw)
        return raw if len(raw) < 16 and "E" not in raw else plain_number(raw)

    def _moment(self, raw: str) -> str:
        try:
            found = from_excel(float(raw), self._epoch)
        except (ValueError, OverflowError, TypeError):
            return raw
        return found.isoformat(sep=" ") if hasattr(found, "year") and hasattr(found, "hour") else str(found)


def plain_number(raw: str) -> str:
    """A number as Excel shows it: 15 digits, for 2.5499999999999998 is 2.55. With the large E of a spreadsheet: of a
    longer number digits are lost, and by the E the judge of codes knows it."""
    return f"{float(raw):.15G}"
