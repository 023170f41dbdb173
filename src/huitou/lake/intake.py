"""The rows of an opened file judged as receipts: in SQL, nothing guessed.

Leaves three tables in the session: `clean` (one row per line that can be taken), `baskets` (one row per receipt) and
`refused` (row number, reason, the row as it stood in the file).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping

import duckdb
import pyarrow as pa

from huitou.lake import intake_sql
from huitou.lake.errors import ColumnMissing, ColumnTwice, DateFormatUnknown, FieldMissing
from huitou.lake.opening import OpenedFile
from huitou.lake.terms import PRICED, REQUIRED, Field, Format, Layout


def judge_receipts(opened: OpenedFile, layout: Layout, spell_member: Callable[[str], str | None] | None = None) -> None:
    """Judge the rows of `opened` into the tables of its session. Raises a refusal where the mapping is wrong.

    `spell_member` gives the one spelling of a member's number, or None where it is none: such a row is refused.
    """
    session = opened.session
    check_columns(opened, layout.columns)
    _check_needed(opened, layout)
    _check_date_format(session, layout)
    _name_ragged_receipts(opened, layout)
    session.execute(intake_sql.texts(session, layout))
    opened.check_unchanged()
    _spell_members(session, spell_member)
    session.execute(intake_sql.judged(layout, marks=opened.has_marks))
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


def _name_ragged_receipts(opened: OpenedFile, layout: Layout) -> None:
    """A row with too few or too many cells still says, most often, which receipt it belongs to."""
    session = opened.session
    session.execute("ALTER TABLE ragged ADD COLUMN receipt VARCHAR")
    if opened.found.format is not Format.DELIMITED:
        return
    place = opened.columns.index(layout.columns[Field.RECEIPT])
    numbers, receipts = [], []
    for number, raw in session.sql("SELECT row_number, raw FROM ragged").fetchall():
        cells = _first_record([raw.lstrip("\r\n")], opened.found.delimiter or ",")
        numbers.append(number)
        receipts.append(cells[place].strip() if place < len(cells) else None)
    named = {"row_number": pa.array(numbers, pa.int64()), "receipt": pa.array(receipts, pa.string())}
    session.register("named_ragged", pa.table(named))
    session.execute("UPDATE ragged SET receipt = n.receipt FROM named_ragged n WHERE n.row_number = ragged.row_number")


def _first_record(lines: Iterable[str], delimiter: str) -> list[str]:
    """The cells of the first record; none where it cannot be told apart into cells."""
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []


def _check_date_format(session: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    if not layout.date_format:
        return
    try:
        session.sql("SELECT strptime('', ?)", params=[layout.date_format]).fetchall()
    except duckdb.InvalidInputException as error:
        if "Failed to parse format specifier" in str(error):
            raise DateFormatUnknown(given=layout.date_format) from error


def check_columns(opened: OpenedFile, columns: Mapping[str, str]) -> None:
    """Raises ColumnTwice or ColumnMissing where the mapping names no one column of the file."""
    shown = ", ".join(opened.columns)
    for field, column in columns.items():
        if f"{column}#1" in opened.columns:
            raise ColumnTwice(field=field, column=column)
        if column not in opened.columns:
            raise ColumnMissing(field=field, column=column, columns=shown)


def _check_needed(opened: OpenedFile, layout: Layout) -> None:
    shown = ", ".join(opened.columns)
    for field in REQUIRED:
        if field not in layout.columns:
            raise FieldMissing(field=field, columns=shown)
    if not any(field in layout.columns for field in PRICED):
        raise FieldMissing(field=Field.AMOUNT, columns=shown)
