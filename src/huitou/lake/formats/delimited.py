"""CSV and its kin: what stands between the cells, where the header is, and every row under its number.

A row's number is the one that a spreadsheet shows: a line break within quotes starts no row, a blank line is one.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from huitou.kernel.errors import Choice, Question
from huitou.lake.errors import DelimiterUnclear, FileUnreadable, HeaderUnclear
from huitou.lake.formats.encoded import as_utf_8
from huitou.lake.formats.spooled import ROW, unique_names
from huitou.lake.rules.headers import LOOKED_AT, cells_of, delimiters, header_rows
from huitou.lake.rules.paths import unglobbed
from huitou.lake.terms import Format, Found, Reading

_LONGEST_LINE = 1 << 21
_CHUNK_BYTES = 1 << 22
_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


def open_delimited(
    session: duckdb.DuckDBPyConnection, path: Path, spool: Path, reading: Reading, known: Collection[str]
) -> tuple[Found, tuple[str, ...], list[Question], bool]:
    """Leaves `numbered` and `ragged`. Returns what was found, the columns, the questions, and whether marks stand for
    bytes that are no text."""
    text = as_utf_8(path, spool, reading.encoding)
    questions: list[Question] = [text.question] if text.question else []
    lines = _first_lines(text.path)
    delimiter, unclear = _settle_delimiter(path, lines, reading.delimiter)
    questions += unclear
    rows = cells_of(lines, delimiter)
    header_row, unclear_header = _settle_header(path, rows, reading.header_row, known)
    questions += unclear_header
    width = len(rows[header_row - 1]) if header_row else max(map(len, rows), default=1)
    columns = unique_names(rows[header_row - 1] if header_row else [], max(1, width))
    _read(session, path, text.path, spool, columns, delimiter, header_row)
    found = Found(Format.DELIMITED, encoding=text.encoding, delimiter=delimiter, header_row=header_row)
    return found, columns, questions, text.has_marks


def _first_lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        lines = [file.readline(_LONGEST_LINE) for _ in range(LOOKED_AT * 2)]
    return [line.decode("utf-8-sig" if place == 0 else "utf-8", "replace") for place, line in enumerate(lines) if line]


def _settle_delimiter(path: Path, lines: list[str], asked: str | None) -> tuple[str, list[Question]]:
    if asked:
        return asked, []
    likely = delimiters(lines)
    if len(likely) == 1:
        return likely[0], []
    choices = [Choice(_NAMES[one], "|".join(cells_of(lines[:1], one)[0][:4])) for one in likely]
    return likely[0], [DelimiterUnclear(choices, path=path)]


def _settle_header(
    path: Path, rows: list[list[str]], asked: int | None, known: Collection[str]
) -> tuple[int, list[Question]]:
    if asked is not None:
        return min(asked, len(rows)), []
    likely = header_rows(rows, known)
    if len(likely) == 1:
        return likely[0], []
    choices = [Choice(str(number), ", ".join(rows[number - 1][:4]) if number else "") for number in likely]
    return likely[0], [HeaderUnclear(choices, path=path)]


def _read(
    session: duckdb.DuckDBPyConnection,
    path: Path,
    text: Path,
    spool: Path,
    columns: tuple[str, ...],
    delimiter: str,
    header_row: int,
) -> None:
    # Nothing is left for the reader to find out: what it sniffs changes with the rows that it happens to see.
    options = (
        "auto_detect = false, header = false, quote = '\"', escape = '\"', strict_mode = true, all_varchar = true, "
        "store_rejects = true, rejects_limit = 0, hive_partitioning = false, null_padding = false, "
        f"max_line_size = {_LONGEST_LINE}"
    )
    spooled = str(spool / "rows.parquet")
    named = "{" + ", ".join(f"{_text(name)}: 'VARCHAR'" for name in columns) + "}"
    try:
        session.execute(
            f"COPY (SELECT * FROM read_csv(?, {options}, delim = {_text(delimiter)}, skip = {header_row}, "
            f"columns = {named})) TO {_text(spooled)} (FORMAT parquet, COMPRESSION zstd)",
            [unglobbed(str(text))],
        )
    except duckdb.Error as error:
        raise FileUnreadable(path=path, kind="CSV", reason=str(error).split("\n")[0]) from error
    session.register("blank_lines", pa.table({"line": pa.array(_blank_rows(text, delimiter), pa.int64())}))
    session.execute(_NUMBERED.format(spooled=_text(unglobbed(spooled)), header_row=header_row, row=ROW))


# Rejected lines come with their number; the others get theirs back from how many rejects and blank lines came before.
_NUMBERED = """
CREATE TEMP TABLE ragged AS
    SELECT line::BIGINT AS row_number, any_value(csv_line) AS raw FROM reject_errors GROUP BY line;
CREATE TEMP TABLE gaps AS
    WITH missing AS (
        SELECT row_number AS line FROM ragged UNION SELECT line FROM blank_lines WHERE line > {header_row}
    ), counted AS (SELECT line, row_number() OVER (ORDER BY line) AS missing FROM missing)
    SELECT line - {header_row} - 1 - missing AS after_row, max(missing) AS missing FROM counted GROUP BY after_row;
CREATE TEMP VIEW numbered AS
    SELECT file_row_number + 1 + {header_row} + coalesce(missing, 0) AS {row},
           r.* EXCLUDE (file_row_number)
    FROM read_parquet({spooled}, file_row_number = true, hive_partitioning = false) r
    ASOF LEFT JOIN gaps ON r.file_row_number > gaps.after_row;
"""


def _blank_rows(path: Path, delimiter: str) -> list[int]:
    """The numbers of the rows that are blank lines: the reader leaves them out and counts them."""
    if not _has_blank_lines(path):
        return []
    csv.field_size_limit(_LONGEST_LINE)
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        return [number for number, row in enumerate(reader, start=1) if not row]


def _has_blank_lines(path: Path) -> bool:
    with path.open("rb") as file:
        before = b"\n"
        while chunk := file.read(_CHUNK_BYTES):
            seen = before + chunk
            if b"\n\n" in seen or b"\n\r" in seen or b"\r\r" in seen:
                return True
            before = chunk[-1:]
    return False


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
