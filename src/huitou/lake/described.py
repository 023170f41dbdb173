"""The rows of a file that describes things, member by member or product by product: cells by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from huitou.kernel.rows import Cells, Unfit
from huitou.lake.errors import FieldMissing
from huitou.lake.formats.spooled import MARK, NO_VALUE, RAGGED, ROW
from huitou.lake.intake import check_columns
from huitou.lake.opening import OpenedFile
from huitou.lake.terms import FileKind, Holds, Reading
from huitou.lake.values_sql import LOST_DIGITS, binary_code, local_time

_ROWS_AT_ONCE = 5_000
"""A row of a member list takes some kilobytes while it is judged, and two pieces are at hand at a time."""
_CODES = (Holds.CODE, Holds.PHONE, Holds.ANY)
_LOST = re.compile(LOST_DIGITS)


class DescribedRows:
    """The rows of an opened file as (row number, cells by field), some thousands at a time, so that memory stays flat.

    `unfit` has the rows that cannot be read at all; it is whole once all others have been gone through. Raises the
    first question that the file leaves open, ColumnTwice, ColumnMissing or FieldMissing.
    """

    def __init__(self, opened: OpenedFile, kind: FileKind, columns: Mapping[str, str]) -> None:
        for question in opened.questions:
            raise question
        check_columns(opened, columns)
        groups = [*((field.name,) for field in kind.fields if field.needed), *kind.one_of]
        for group in groups:
            if not any(field in columns for field in group):
                raise FieldMissing(field=group[0], columns=", ".join(opened.columns))
        self._opened, self._fields = opened, list(columns)
        self._holds = {field.name: field.holds for field in kind.fields}
        self._codes = [place for place, field in enumerate(self._fields) if self._holds.get(field) in _CODES]
        self.unfit: list[Unfit] = []
        self._select = self._query(columns)

    def __iter__(self) -> Iterator[list[tuple[int, Cells]]]:
        session = self._opened.session
        ragged = session.sql(f"SELECT row_number, {RAGGED} FROM ragged ORDER BY 1").fetchall()
        self.unfit = [Unfit(number, reason) for number, reason in ragged]
        for rows in self._arriving():
            piece = []
            for number, *texts in zip(*(column.to_pylist() for column in rows.columns), strict=True):
                fault = self._fault(texts)
                if fault is not None:
                    self.unfit.append(Unfit(number, fault))
                else:
                    piece.append((number, dict(zip(self._fields, texts, strict=True))))
            yield piece
        self._opened.check_unchanged()

    def _arriving(self) -> Iterator[pa.RecordBatch]:
        with self._opened.refusing_damage():
            yield from self._opened.session.sql(self._select).to_arrow_reader(_ROWS_AT_ONCE)

    def _fault(self, texts: list[str | None]) -> str | None:
        if self._opened.has_marks:
            whole = "".join(text for text in texts if text)
            if MARK in whole or NO_VALUE in whole:
                return "undecodable" if MARK in whole else "formula_without_value"
        codes = (texts[place] for place in self._codes)
        return "digits_lost" if any(code and "E+" in code and _LOST.match(code.strip()) for code in codes) else None

    def _query(self, columns: Mapping[str, str]) -> str:
        kinds = {name: kind for name, kind, *_ in self._opened.session.sql("DESCRIBE numbered").fetchall()}
        cells = ", ".join(
            _as_said(_as_text(column, "VARCHAR"), self._holds.get(field), self._opened.reading)
            if kinds[column] == "VARCHAR"
            else _as_text(column, kinds[column], code=self._holds.get(field) in _CODES)
            for field, column in columns.items()
        )
        # They lie in order, but for those whose numbers are found by what was left out between them; to sort them all
        # takes memory that grows with the file.
        order = f"ORDER BY {ROW}" if self._opened.rows.has_gaps else ""
        return f"SELECT {ROW}, {cells} FROM numbered {order}"


def cells_of(
    opened: OpenedFile, columns: Mapping[str, str], numbers: Sequence[int]
) -> dict[int, dict[str, str | None]]:
    """The cells of these rows by field; a row that is not cut into cells is missing."""
    session = opened.session
    session.register("asked_rows", pa.table({"row_number": pa.array(numbers, pa.int64())}))
    kinds = {name: kind for name, kind, *_ in session.sql("DESCRIBE numbered").fetchall()}
    cells = ", ".join(_as_text(column, kinds[column]) for column in columns.values())
    found = session.execute(
        f"SELECT {ROW}, {cells} FROM numbered SEMI JOIN asked_rows ON row_number = {ROW}"
    ).fetchall()
    session.unregister("asked_rows")
    marks = str.maketrans({MARK: "�", NO_VALUE: "=?"})
    return {
        number: {field: text and text.translate(marks) for field, text in zip(columns, texts, strict=True)}
        for number, *texts in found
    }


def column_looks_like_phones(opened: OpenedFile, column: str) -> bool:
    """Whether most of its values are Chinese mobile numbers, however they are spelled."""
    name = '"' + column.replace('"', '""') + '"'
    phones, filled = opened.session.sql(
        "SELECT count(*) FILTER (regexp_matches(regexp_replace(v, '[^0-9]', '', 'g'), '^(00)?(86)?1[3-9][0-9]{9}$')), "
        f"count(*) FROM (SELECT {name}::VARCHAR AS v FROM numbered) WHERE trim(v) <> ''"
    ).fetchall()[0]
    return 2 * phones > filled


def _as_said(cell: str, holds: Holds | None, reading: Reading) -> str:
    """SQL: a date or a number that stands as somebody has said it does, as it is read without saying; others as they
    are."""
    if holds is Holds.TIME and reading.date_format:
        read = local_time(f"trim({cell})", reading.date_format)
        return f"coalesce(replace(strftime({read}, '%Y-%m-%d %H:%M:%S'), ' 00:00:00', ''), {cell})"
    if holds is Holds.NUMBER and reading.decimal == ",":
        # 12.80 among such numbers is another way to write, and not 1280: it is not read at all.
        plain = f"replace(replace({cell}, '.', ''), ',', '.')"
        return f"CASE WHEN regexp_matches({cell}, '\\.\\d{{1,2}}\\D*$') THEN {cell} || ' ?' ELSE {plain} END"
    if holds is Holds.NUMBER and reading.decimal == ".":
        return f"replace({cell}, ',', '')"
    return cell


def _as_text(column: str, kind: str, *, code: bool = False) -> str:
    """The cell as text; a number that a program kept as a binary fraction as people write it: `17850`, `12.8`."""
    name = '"' + column.replace('"', '""') + '"'
    if kind in ("DOUBLE", "FLOAT") and code:
        return binary_code(name, kind)
    if kind in ("DOUBLE", "FLOAT"):
        exact = f"try_cast({name} AS DECIMAL(38, 9))::VARCHAR"
        return f"coalesce(rtrim(rtrim({exact}, '0'), '.'), {name}::VARCHAR)"
    return f"{name}::VARCHAR"
