"""The rows of an opened file judged as receipts: in SQL, nothing guessed.

Leaves three tables in the session: `clean` (one row per line that can be taken), `baskets` (one row per receipt) and
`refused` (row number, reason, the row as it stood in the file).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping

import duckdb
import pyarrow as pa
from django.conf import settings

from huitou.lake import intake_sql
from huitou.lake.errors import ColumnMissing, ColumnTwice, DateFormatUnknown, FieldMissing
from huitou.lake.formats.spooled import ROW
from huitou.lake.opening import OpenedFile
from huitou.lake.statuses import judge_statuses
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
    source = "arrived" if opened.found.format is Format.DELIMITED else "numbered"
    kinds = {name: kind for name, kind, *_ in session.sql(f"DESCRIBE {source}").fetchall()}
    marks = opened.rows.has_marks
    with opened.refusing_damage():
        session.execute(intake_sql.judged(layout, kinds, source, currency=settings.CURRENCY, marks=marks))
    opened.check_unchanged()
    gaps = " + coalesce(missing, 0)" if opened.rows.has_gaps else ""
    number = f"j.{ROW}" if ROW in kinds else f"j.place + 1 + {opened.found.header_row}{gaps}"
    _spell_members(session, spell_member)
    if Field.STATUS in layout.columns:
        judge_statuses(session, layout.statuses)
    if opened.found.format is Format.WORKBOOK:
        session.execute(intake_sql.merged_numbers(layout))
    for statement in (
        *intake_sql.placed(layout, number, opened.rows.has_gaps),
        intake_sql.RECKON,
        intake_sql.MARK_ODD,
        *intake_sql.SORT_ODD,
        *intake_sql.JUDGE_RECEIPTS,
        intake_sql.baskets(layout),
        intake_sql.CLEAN,
        intake_sql.GOODS,
        *intake_sql.SAME_IDENTITY,
        f"CREATE TEMP VIEW texts AS SELECT {ROW} AS row_number, {intake_sql.texts(layout, kinds)}"
        f"{intake_sql.missing(layout)} FROM numbered",
    ):
        session.execute(statement)


# What is asked of a row before its member's number.
_BEFORE_MEMBER = ("blank", "undecodable", "formula_without_value", "header_again", "cell_error", "receipt_blank", "nul",
                  "sku_blank", "text_too_long", "digits_lost")  # fmt: skip


def _spell_members(session: duckdb.DuckDBPyConnection, spell: Callable[[str], str | None] | None) -> None:
    """Members' numbers in their one spelling; a row whose number is none is refused."""
    if spell is None:
        return
    typed = [text for (text,) in session.sql("SELECT DISTINCT member FROM judged WHERE member IS NOT NULL").fetchall()]
    spelled = [spell(text) for text in typed]
    session.register(
        "spellings", pa.table({"typed": pa.array(typed, pa.string()), "spelled": pa.array(spelled, pa.string())})
    )
    session.execute(
        "UPDATE judged SET reason = CASE WHEN spelled IS NULL THEN 'member_unfit' ELSE reason END, "
        "member = coalesce(spelled, member) FROM spellings WHERE typed = judged.member "
        f"AND (reason IS NULL OR reason NOT IN {_BEFORE_MEMBER})"
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
        for one in layout.date_format.split(" | "):
            session.sql("SELECT strptime('', ?)", params=[one.strip()]).fetchall()
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
