"""What a whole column says about how its times and numbers are written, and the question where it says two things."""

from __future__ import annotations

import re
from collections.abc import Mapping

from huitou.kernel.errors import Choice, Question
from huitou.lake.errors import DatesUnclear, DecimalUnclear
from huitou.lake.opening import OpenedFile
from huitou.lake.statuses import ask_statuses
from huitou.lake.terms import Field, FileKind, Holds
from huitou.lake.values_sql import (
    DAY_OR_MONTH_FIRST,
    SAYS_COMMA,
    SAYS_EITHER,
    SAYS_POINT,
    local_time,
    narrow,
    quoted,
    trimmed,
)

_FIRST_ROWS = 2000
_ASKED_FROM = 10
"""Percent of a column's cells. Fewer are refused row by row, each with its reason, and hold nobody up."""


def ask_values(kind: FileKind, columns: Mapping[str, str], opened: OpenedFile) -> list[Question]:
    """What the mapped columns leave open and `opened.reading` does not answer."""
    reading = opened.reading
    questions: list[Question] = []
    for field in kind.fields:
        column = columns.get(field.name)
        if column is None:
            continue
        if field.holds is Holds.TIME and reading.date_format is None:
            questions += _ask_dates(opened, column)
        elif field.holds is Holds.NUMBER and reading.decimal is None:
            questions += _ask_decimal(opened, column)
        elif field.holds is Holds.STATUS:
            questions += ask_statuses(opened, column, columns.get(Field.QUANTITY))
    return questions


def _ask_dates(opened: OpenedFile, column: str) -> list[Question]:
    if not _seen(opened, column, DAY_OR_MONTH_FIRST):
        return []
    filled, unclear, example = opened.session.sql(
        f"SELECT count(v), count(*) FILTER (regexp_matches(v, '{DAY_OR_MONTH_FIRST}')), "
        f"min(v) FILTER (regexp_matches(v, '{DAY_OR_MONTH_FIRST}')) FROM {_values(column)}"
    ).fetchall()[0]
    if unclear * 100 < filled * _ASKED_FROM or not unclear:
        return []
    others = f"count(*) FILTER ({local_time('v', None)} IS NOT NULL)"
    (iso,) = opened.session.sql(f"SELECT {others} FROM {_values(column)}").fetchall()[0]
    choices = [Choice(one + (" | %Y-%m-%d %H:%M:%S" if iso else ""), example) for one in _formats(example)]
    return [DatesUnclear(choices, column=column)]


def _formats(example: str) -> list[str]:
    """`01/02/2026 9:05` as it could be meant: the day first, or the month."""
    mark = re.sub(r"\d", "", example)[0]
    year = "%Y" if re.match(r"\d{1,2}\D\d{1,2}\D\d{4}", example) else "%y"
    clock = {0: "", 1: " %H:%M", 2: " %H:%M:%S"}[min(2, example.count(":"))]
    return [mark.join((*first, year)) + clock for first in (("%d", "%m"), ("%m", "%d"))]


def _ask_decimal(opened: OpenedFile, column: str) -> list[Question]:
    if not _seen(opened, column, ","):
        return []
    says = (SAYS_POINT, SAYS_COMMA, SAYS_EITHER)
    counts = ", ".join(f"count(*) FILTER (regexp_matches(v, '{one}'))" for one in says)
    filled, point, comma, either, example = opened.session.sql(
        f"SELECT count(v), {counts}, min(v) FILTER (contains(v, ',')) FROM "
        f"(SELECT {narrow('v')} AS v FROM {_values(column)})"
    ).fetchall()[0]
    if (comma + either) * 100 < filled * _ASKED_FROM or not comma + either:
        return []
    likely = [".", ","] if point >= comma else [",", "."]
    return [DecimalUnclear([Choice(one, example) for one in likely], column=column)]


def _seen(opened: OpenedFile, column: str, pattern: str) -> bool:
    """Whether the first rows have such a value; where they have none, the whole file is not read for the question."""
    found = f"SELECT count(*) FROM {_values(column, f'(FROM arrived LIMIT {_FIRST_ROWS})')}"
    return bool(opened.session.sql(f"{found} WHERE regexp_matches(v, '{pattern}')").fetchall()[0][0])


def _values(column: str, source: str = "arrived") -> str:
    text = trimmed(f"{quoted(column)}::VARCHAR")
    return f"(SELECT {text} AS v FROM {source})"
