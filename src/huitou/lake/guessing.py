"""The mapping of an opened file, guessed with reasons, and the questions that are left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from huitou.kernel.errors import Choice, Question
from huitou.lake.errors import ColumnUnclear
from huitou.lake.formats.spooled import NO_VALUE
from huitou.lake.opening import OpenedFile
from huitou.lake.rules import guessing
from huitou.lake.rules.statuses import may_say_status
from huitou.lake.settling import ask_values
from huitou.lake.statuses import says_statuses
from huitou.lake.terms import FieldGuess, FileKind, Holds
from huitou.lake.values_sql import narrow, quoted, trimmed

_LOOKED_AT = 2000
_COLUMNS_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Guess:
    """Which column is which field, as far as it is sure; what is not is a question."""

    fields: tuple[FieldGuess, ...]
    questions: tuple[Question, ...]

    @property
    def columns(self) -> dict[str, str]:
        """The mapping: column by field, of the fields that have one."""
        return {guess.field: guess.column for guess in self.fields if guess.column is not None}


def guess_mapping(
    kind: FileKind,
    opened: OpenedFile,
    *,
    given: Mapping[str, str | None] | None = None,
    kept: Collection[str] = (),
) -> Guess:
    """Guess the column of each field of `kind`. `given` is what a person has said; None there says that no column is.
    `kept` are those of the given fields that nobody said now: an earlier file of the source was read so.

    A field is asked about where it is needed and nothing is sure, and where it is optional and something is likely.
    """
    with opened.refusing_damage():
        looks = _looks(opened)
        looks |= _looks_at_statuses(kind, opened, looks)
    guesses = guessing.guess(kind, looks, given or {}, kept)
    missing = {group[0] for group in kind.one_of if not any(g.column for g in guesses if g.field in group)}
    questions = tuple(
        ColumnUnclear([Choice(column) for column in found.others or opened.columns], field=found.field)
        for found in guesses
        if not found.sure or (found.field in missing and found.column is None)
    )
    columns = {guess.field: guess.column for guess in guesses if guess.column is not None}
    with opened.refusing_damage():
        return Guess(guesses, (*questions, *ask_values(kind, columns, opened)))


def _looks(opened: OpenedFile) -> dict[str, guessing.Looks]:
    """What the first values of each column look like."""
    found: dict[str, guessing.Looks] = {}
    for begin in range(0, len(opened.columns), _COLUMNS_AT_ONCE):
        found |= _look_at(opened.session, opened.columns[begin : begin + _COLUMNS_AT_ONCE])
    return found


def _looks_at_statuses(
    kind: FileKind, opened: OpenedFile, looks: Mapping[str, guessing.Looks]
) -> dict[str, guessing.Looks]:
    """The columns that may say by their header what became of an order, with whether their values can."""
    if not any(field.holds is Holds.STATUS for field in kind.fields):
        return {}
    return {
        column: replace(seen, statuses=says_statuses(opened, column))
        for column, seen in looks.items()
        if may_say_status(column.rsplit("#", 1)[0])
    }


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

_COUNTS = (
    "count(@)",
    f"count(*) FILTER (regexp_matches(@, '{_TIME}'))",
    f"count(*) FILTER (regexp_matches(@, '{_NUMBER}', 'i'))",
    "count(*) FILTER (regexp_matches(@, '^\\d{1,9}$'))",
    "count(*) FILTER (regexp_matches(@, '^(\\+?86)?1[3-9]\\d{9}$'))",
    "count(DISTINCT @)",
    f"count(*) FILTER (regexp_matches(@, '{_CLOCK}'))",
    f"count(*) FILTER (regexp_matches(@, '{_DAY}'))",
)
"""Of a column's values @ the parts of `Looks`, in its order."""


def _look_at(session: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> dict[str, guessing.Looks]:
    texts, values, counts = [], [], []
    for place, column in enumerate(columns):
        texts.append(f"{trimmed(f'{quoted(column)}::VARCHAR')} AS t{place}")
        values.append(f"nullif({narrow(f't{place}')}, '{NO_VALUE}') AS v{place}")
        counts += [count.replace("@", f"v{place}") for count in _COUNTS]
    # One step upon the other, and planned once: planning is what the first rows of a file cost.
    (told,) = session.execute(
        f"SELECT {', '.join(counts)} FROM (SELECT {', '.join(values)} FROM ("
        f"SELECT {', '.join(texts)} FROM arrived LIMIT {_LOOKED_AT}))"
    ).fetchall()
    found = {}
    for place, column in enumerate(columns):
        filled, *seen = told[place * len(_COUNTS) : (place + 1) * len(_COUNTS)]
        found[column] = guessing.Looks(filled, *(count * 100 // max(filled, 1) for count in seen))
    return found
