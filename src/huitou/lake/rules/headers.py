"""Which row of a table names its columns, and what stands between the cells of a text."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence

from huitou.lake.rules.words import normal

DELIMITERS = (",", "\t", ";", "|")
LOOKED_AT = 30
"""So many rows from the top are looked at."""

_VALUE = re.compile(r"^[-+¥￥$€£(]*\d[\d.,/:\-\s年月日时分秒TZ%)]*(E\+\d{2,3})?$")
"""What looks like a number or a time, and so like no name of a column."""


_ENOUGH_KNOWN = 2
_CUT = re.compile(r'[,;|\t\r\n"]+')


def known_by_encoding(
    lines: Sequence[bytes], encodings: Sequence[str], known: Collection[str]
) -> tuple[str, list[str]] | None:
    """(the encoding, the headers) where these first lines hold known headers beyond ASCII in one encoding alone."""
    found: dict[str, list[str]] = {}
    for encoding in encodings:
        cells = _CUT.split(b"".join(lines).decode(encoding, "replace"))
        words = list(dict.fromkeys(cell.strip() for cell in cells if not cell.isascii() and normal(cell) in known))
        if words:
            found[encoding] = words
    if len(found) != 1:
        return None
    ((encoding, words),) = found.items()
    return (encoding, words) if len(words) >= _ENOUGH_KNOWN else None


def delimiters(lines: Sequence[str]) -> list[str]:
    """What can stand between the cells of these lines, likeliest first; several only where they tie."""
    scored = {delimiter: _score(lines, delimiter) for delimiter in DELIMITERS}
    best = max(scored.values())
    if best == 0:
        return [","]
    return [delimiter for delimiter in DELIMITERS if scored[delimiter] * 10 >= best * 9]


def cells_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The rows of some lines. Raises nothing: what csv cannot tell apart is one cell."""
    rows: list[list[str]] = []
    reader = csv.reader((line.replace("\\0", "") for line in lines), delimiter=delimiter)
    while True:
        try:
            rows.append(next(reader))
        except StopIteration:
            return rows
        except csv.Error:
            rows.append([""])


def _score(lines: Sequence[str], delimiter: str) -> int:
    """0 where it cuts nothing; else how many percent of the lines it cuts into the same number of cells."""
    widths = [len(row) for row in cells_of(lines, delimiter) if any(cell.strip() for cell in row)]
    if not widths:
        return 0
    (width, count) = max(Counter(widths).items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    return count * 100 // len(widths) if width > 1 else 0


def header_rows(rows: Sequence[Sequence[str | None]], known: Collection[str]) -> list[int]:
    """Which of these first rows can name the columns, counted from 1, likeliest first; 0 says that none does.

    One answer is a finding, several are a question. `known` are headers that are known words, in their normal form.
    """
    filled = [[cell.strip() for cell in row if cell and cell.strip()] for row in rows[:LOOKED_AT]]
    width = max(map(len, filled), default=0)
    hits = {number: sum(1 for cell in row if normal(cell) in known) for number, row in enumerate(filled, start=1)}
    telling = [number for number, count in hits.items() if count >= 2 and count * 10 >= max(hits.values()) * 9]
    if telling:
        # The same names again further down are the header of a second export that was put behind the first.
        return telling[:1]
    named = [number for number, row in enumerate(filled, start=1) if len(row) >= max(1, width / 2) and not _values(row)]
    full = next((number for number, row in enumerate(filled, start=1) if len(row) >= max(1, width / 2)), None)
    if not named:
        return [0] if full is None else [0, full]
    first = named[0]
    if first == full and len(filled[first - 1]) == width:
        return [first]
    # A row of values stands above the names, or names stand above some columns only.
    return [first, *(number for number in (*named[1:3], *([0] if first != full else [])))]


def _values(row: Sequence[str]) -> bool:
    return any(_VALUE.match(cell) for cell in row) or len(set(row)) < len(row) / 2
