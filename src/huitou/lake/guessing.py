"""The mapping of an opened file, guessed with reasons, and the questions that are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from huitou.kernel.errors import Choice, Question
from huitou.lake.errors import ColumnUnclear
from huitou.lake.formats.spooled import NO_VALUE
from huitou.lake.opening import OpenedFile
from huitou.lake.rules import guessing
from huitou.lake.settling import ask_values
from huitou.lake.terms import FieldGuess, FileKind
from huitou.lake.values_sql import narrow, quoted, trimmed

_LOOKED_AT = 2000


@dataclass(frozen=True, slots=True)
class Guess:
    """Which column is which field, as far as it is sure; what is not is a question."""

    fields: tuple[FieldGuess, ...]
    questions: tuple[Question, ...]

    @property
    def columns(self) -> dict[str, str]:
        """The mapping: column by field, of the fields that have one."""
        return {guess.field: guess.column for guess in self.fields if guess.column is not None}


def guess_mapping(kind: FileKind, opened: OpenedFile, *, given: Mapping[str, str | None] | None = None) -> Guess:
    """Guess the column of each field of `kind`. `given` is what a person has said; None there says that no column is.

    A field is asked about where it is needed and nothing is sure, and where it is optional and something is likely.
    """
    guesses = guessing.guess(kind, _looks(opened), given or {})
    missing = {group[0] for group in kind.one_of if not any(g.column for g in guesses if g.field in group)}
    questions = tuple(
        ColumnUnclear([Choice(column) for column in found.others or opened.columns], field=found.field)
        for found in guesses
        if not found.sure or (found.field in missing and found.column is None)
    )
    columns = {guess.field: guess.column for guess in guesses if guess.column is not None}
    return Guess(guesses, (*questions, *ask_values(kind, columns, opened)))


def _looks(opened: OpenedFile) -> dict[str, guessing.Looks]:
    """What the first values of each column look like."""
    return {column: _look_at(opened.session, column) for column in opened.columns}


_TIME = (
    r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(19|20)\d{6}(\d{4,6})?$|[3-7]\d{4}(\.\d+)?$)"
)
_CLOCK = (
    r"^((上午|下午) ?)?\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?$|^\d{1,2}时\d{1,2}分?(\d{1,2}秒?)?$|"
    r"^([01]?\d|2[0-3])[0-5]\d[0-5]\d$"
)
_DAY = (
    r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(19|20)\d{6}|[3-7]\d{4})"
    r"([ T]0{1,2}:00(:00(\.0+)?)?)?$"
)
_NUMBER = r"^[-+]?[¥￥$€£]?\s*[-+]?\d[\d,.]*(e-?\d+)?元?$"


def _look_at(session: duckdb.DuckDBPyConnection, column: str) -> guessing.Looks:
    name = quoted(column)
    filled, *seen = session.sql(
        f"SELECT count(v), count(*) FILTER (regexp_matches(v, '{_TIME}')), "
        f"count(*) FILTER (regexp_matches(v, '{_NUMBER}', 'i')), count(*) FILTER (regexp_matches(v, '^\\d{{1,9}}$')), "
        "count(*) FILTER (regexp_matches(v, '^(\\+?86)?1[3-9]\\d{9}$')), count(DISTINCT v), "
        f"count(*) FILTER (regexp_matches(v, '{_CLOCK}')), count(*) FILTER (regexp_matches(v, '{_DAY}')) FROM "
        f"(SELECT {narrow(trimmed(f'{name}::VARCHAR'))} AS v FROM arrived LIMIT {_LOOKED_AT}) "
        f"WHERE v <> '{NO_VALUE}'"
    ).fetchall()[0]
    return guessing.Looks(filled, *(count * 100 // max(filled, 1) for count in seen))
