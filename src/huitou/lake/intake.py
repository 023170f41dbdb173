"""A till's file into clean rows: read by DuckDB, judged in SQL, nothing guessed.

Leaves three tables in the session: `clean` (one row per line that can be taken), `baskets` (one row per receipt) and
`refused` (row number, reason, the row as it stood in the file).
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from huitou.lake import intake_sql
from huitou.lake.errors import (
    ColumnMissing,
    ColumnTwice,
    DateFormatUnknown,
    FieldMissing,
    FileEmpty,
    FileKindUnknown,
    FileMissing,
    FileUnreadable,
    NotUtf8,
)
from huitou.lake.rules.paths import unglobbed
from huitou.lake.terms import PRICED, REQUIRED, Field, Layout

_CHUNK_BYTES = 1 << 22


def read_file(
    session: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    spell_member: Callable[[str], str | None] | None = None,
) -> None:
    """Read `path` into the session's tables. Raises a refusal before anything is judged where the file is wrong.

    `spell_member` gives the one spelling of a member's number, or None where it is none: such a row is refused.
    """
    if not path.is_file():
        raise FileMissing(path=path, folder=Path.cwd())
    if path.stat().st_size == 0:
        raise FileEmpty(path=path)
    kind = path.suffix.lower()
    if kind in (".csv", ".txt"):
        _open_csv(session, path)
    elif kind in (".parquet", ".pq"):
        _open_parquet(session, path)
    else:
        raise FileKindUnknown(path=path)
    _check_columns(session, layout)
    if kind in (".csv", ".txt"):
        _check_header(session, path, layout)
    _check_date_format(session, layout)
    _name_ragged_receipts(session, path, layout)
    session.execute(intake_sql.texts(session, layout))
    _spell_members(session, spell_member)
    session.execute(intake_sql.judged(layout))
    session.execute(intake_sql.BASKETS)
    for statement in intake_sql.REFUSALS:
        session.execute(statement)
    session.execute(intake_sql.CLEAN)


def _spell_members(session: duckdb.DuckDBPyConnection, spell: Callable[[str], str | None] | None) -> None:
    """Leaves `unfit_members`, the numbers that are none; the others stand in `texts` in their one spelling."""
    typed = [text for (text,) in session.sql("SELECT DISTINCT member FROM texts WHERE member IS NOT NULL").fetchall()]
    spelled = [spell(text) for text in typed] if spell else typed
    session.register(
        "spellings", pa.table({"typed": pa.array(typed, pa.string()), "spelled": pa.array(spelled, pa.string())})
    )
    session.execute("CREATE TEMP TABLE unfit_members AS SELECT typed AS member FROM spellings WHERE spelled IS NULL")
    if spell:
        session.execute(
            "UPDATE texts SET member = spelled FROM spellings WHERE typed = texts.member AND spelled IS NOT NULL"
        )


def _open_csv(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    _check_utf8(path)
    try:
        session.execute(
            "CREATE TEMP TABLE arrived AS SELECT row_number() OVER () AS huitou_good_row, * FROM read_csv(?, "
            "header = true, all_varchar = true, store_rejects = true, rejects_limit = 0, skip = 0, "
            "hive_partitioning = false)",
            [unglobbed(str(path))],
        )
    except duckdb.Error as error:
        raise FileUnreadable(path=path, kind="CSV", reason=str(error).split("\n")[0]) from error
    session.register("blank_lines", _blank_lines(session, path))
    session.execute(intake_sql.NUMBER_CSV_ROWS)
    _refuse_when_empty(session, path)


def _open_parquet(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        session.execute(
            f"CREATE TEMP TABLE numbered AS SELECT file_row_number + 1 AS {intake_sql.ROW}, "
            "* EXCLUDE (file_row_number) FROM read_parquet(?, file_row_number = true, hive_partitioning = false)",
            [unglobbed(str(path))],
        )
    except duckdb.Error as error:
        raise FileUnreadable(path=path, kind="Parquet", reason=str(error).split("\n")[0]) from error
    session.execute("CREATE TEMP TABLE ragged (row_number BIGINT, raw VARCHAR)")
    _refuse_when_empty(session, path)


def _blank_lines(session: duckdb.DuckDBPyConnection, path: Path) -> pa.Table:
    """Which lines of the file are blank: the reader counts them for rejected rows and not for the others."""
    blank: list[int] = []
    if session.sql("SELECT count(*) FROM reject_errors").fetchall()[0] != (0,):
        with path.open("rb") as file:
            blank = [number for number, line in enumerate(file, start=1) if not line.strip(b"\r\n")]
    return pa.table({"line": pa.array(blank, pa.int64())})


def _name_ragged_receipts(session: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> None:
    """A row with too few or too many cells still says, most often, which receipt it belongs to."""
    session.execute("ALTER TABLE ragged ADD COLUMN receipt VARCHAR")
    if session.sql("SELECT count(*) FROM ragged").fetchall()[0] == (0,):
        return
    delimiter, quote = _dialect(session, path)
    columns = [name for name, *_ in session.sql("DESCRIBE numbered").fetchall() if name != intake_sql.ROW]
    place = columns.index(layout.columns[Field.RECEIPT])
    numbers, receipts = [], []
    for number, raw in session.sql("SELECT row_number, raw FROM ragged").fetchall():
        cells = _first_record([raw.lstrip("\r\n")], delimiter, quote)
        numbers.append(number)
        receipts.append(cells[place].strip() if place < len(cells) else None)
    named = {"row_number": pa.array(numbers, pa.int64()), "receipt": pa.array(receipts, pa.string())}
    session.register("named_ragged", pa.table(named))
    session.execute("UPDATE ragged SET receipt = n.receipt FROM named_ragged n WHERE n.row_number = ragged.row_number")


def _dialect(session: duckdb.DuckDBPyConnection, path: Path) -> tuple[str, str]:
    """(delimiter, quote) as the reading found them: sniffed with its options, or a ragged row would change them."""
    delimiter, quote = session.sql(
        "SELECT delimiter, quote FROM sniff_csv(?, header = true, all_varchar = true, store_rejects = true)",
        params=[unglobbed(str(path))],
    ).fetchall()[0]
    return delimiter, quote if len(quote) == 1 else '"'


def _first_record(lines: Iterable[str], delimiter: str, quote: str) -> list[str]:
    """The cells of the first record; none where it cannot be told apart into cells."""
    try:
        return next(csv.reader(lines, delimiter=delimiter, quotechar=quote), [])
    except csv.Error:
        return []


def _refuse_when_empty(session: duckdb.DuckDBPyConnection, path: Path) -> None:
    (rows,) = session.sql("SELECT (SELECT count(*) FROM numbered) + (SELECT count(*) FROM ragged)").fetchall()[0]
    if rows == 0:
        raise FileEmpty(path=path)


def _check_utf8(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                raise NotUtf8(path=path, position=position + error.start) from error
            position += len(chunk)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise NotUtf8(path=path, position=position) from error


def _check_header(session: duckdb.DuckDBPyConnection, path: Path, layout: Layout) -> None:
    """Two columns of one name cannot be told apart by a mapping; the reader would take the first in silence."""
    delimiter, quote = _dialect(session, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = _first_record(file, delimiter, quote)
    for field, column in layout.columns.items():
        if header.count(column) > 1:
            raise ColumnTwice(field=field, column=column)


def _check_date_format(session: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    if not layout.date_format:
        return
    try:
        session.sql("SELECT strptime('', ?)", params=[layout.date_format]).fetchall()
    except duckdb.InvalidInputException as error:
        if "Failed to parse format specifier" in str(error):
            raise DateFormatUnknown(given=layout.date_format) from error


def _check_columns(session: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    columns = [name for name, *_ in session.sql("DESCRIBE numbered").fetchall() if name != intake_sql.ROW]
    shown = ", ".join(columns)
    for field, column in layout.columns.items():
        if column not in columns:
            raise ColumnMissing(field=field, column=column, columns=shown)
    for field in REQUIRED:
        if field not in layout.columns:
            raise FieldMissing(field=field, columns=shown)
    if not any(field in layout.columns for field in PRICED):
        raise FieldMissing(field=Field.AMOUNT, columns=shown)
