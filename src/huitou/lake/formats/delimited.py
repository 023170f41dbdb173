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
from huitou.lake.errors import DelimiterUnclear, FileEmpty, FileUnreadable, HeaderUnclear
from huitou.lake.formats.encoded import as_utf_8
from huitou.lake.formats.spooled import LONGEST_LINE, ROW, Rows, unique_names
from huitou.lake.rules.headers import LOOKED_AT, cells_of, delimiters, header_rows
from huitou.lake.rules.paths import unglobbed
from huitou.lake.terms import Format, Found, Reading
from huitou.lake.values_sql import literal

_CHUNK_BYTES = 1 << 22
_NAMES = {"\t": "tab", ",": "comma", ";": "semicolon", "|": "bar"}


def open_delimited(
    session: duckdb.DuckDBPyConnection, path: Path, spool: Path, reading: Reading, known: Collection[str]
) -> Rows:
    """Leaves `arrived`, `numbered`, `ragged` and `gaps`."""
    text = as_utf_8(path, spool, reading.encoding, known)
    questions: list[Question] = [text.question] if text.question else []
    lines = _first_lines(text.path)
    if not any(line.strip("\ufeff \t\r\n") for line in lines):
        raise FileEmpty(path=path)
    delimiter, unclear = _settle_delimiter(path, lines, reading.delimiter)
    questions += unclear
    rows = cells_of(lines, delimiter)
    header_row, unclear_header = _settle_header(path, rows, reading.header_row, known)
    questions += unclear_header
    width = len(rows[header_row - 1]) if header_row else max(map(len, rows), default=1)
    columns = unique_names(rows[header_row - 1] if header_row else [], max(1, width))
    gaps = _read(session, path, text.path, columns, delimiter, header_row)
    found = Found(
        Format.DELIMITED, encoding=text.encoding, delimiter=delimiter, header_row=header_row, notes=text.notes
    )
    return Rows(found, columns, questions, text.has_marks, gaps)


def _first_lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        lines = [file.readline(LONGEST_LINE) for _ in range(LOOKED_AT * 2)]
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
    columns: tuple[str, ...],
    delimiter: str,
    header_row: int,
) -> bool:
    """Leaves `arrived`, `numbered`, `ragged` and `gaps`; returns whether there are gaps in the numbers."""
    # Nothing is left for the reader to find out: what it sniffs changes with the rows that it happens to see.
    named = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns) + "}"
    file = (
        f"read_csv({literal(unglobbed(str(text)))}, auto_detect = false, header = false, quote = '\"', escape = '\"', "
        "strict_mode = true, all_varchar = true, hive_partitioning = false, null_padding = false, "
        f"max_line_size = {LONGEST_LINE}, delim = {literal(delimiter)}, skip = {header_row}, columns = {named}"
    )
    try:
        # Once through for the rows that do not fit, so that all others have their numbers.
        session.execute(f"SELECT count(*) FROM {file}, store_rejects = true, rejects_limit = 0)").fetchall()
        session.execute(f"CREATE TEMP VIEW arrived AS FROM {file}, ignore_errors = true)")
    except duckdb.Error as error:
        raise FileUnreadable(path=path, kind="CSV", reason=str(error).split("\n")[0]) from error
    session.register("blank_lines", pa.table({"line": pa.array(_blank_rows(text, delimiter), pa.int64())}))
    session.execute(_GAPS.format(header_row=header_row))
    gaps = bool(session.sql("SELECT EXISTS (FROM gaps)").fetchall()[0][0])
    asof = "ASOF LEFT JOIN gaps ON a.huitou_place > gaps.after_row" if gaps else ""
    missing = " + coalesce(missing, 0)" if gaps else ""
    session.execute(
        f"CREATE TEMP VIEW numbered AS SELECT huitou_place + 1 + {header_row}{missing} AS {ROW}, "
        f"a.* EXCLUDE (huitou_place) FROM (SELECT row_number() OVER () - 1 AS huitou_place, * FROM arrived) a {asof}"
    )
    return gaps


# Rejected lines come with their number; the others get theirs back from how many rejects and blank lines came before.
_GAPS = """
CREATE TABLE ragged AS
    SELECT line::BIGINT AS row_number, any_value(csv_line) AS raw,
           bool_or(error_type = 'LINE SIZE OVER MAXIMUM') AS too_long FROM reject_errors GROUP BY line;
CREATE TABLE gaps AS
    WITH missing AS (
        SELECT row_number AS line FROM ragged UNION SELECT line FROM blank_lines WHERE line > {header_row}
    ), counted AS (SELECT line, row_number() OVER (ORDER BY line) AS missing FROM missing)
    SELECT line - {header_row} - 1 - missing AS after_row, max(missing) AS missing FROM counted GROUP BY after_row;
"""


def _blank_rows(path: Path, delimiter: str) -> list[int]:
    """The numbers of the rows that are blank lines: the reader leaves them out and counts them."""
    if not _has_blank_lines(path):
        return []
    csv.field_size_limit(LONGEST_LINE)
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
