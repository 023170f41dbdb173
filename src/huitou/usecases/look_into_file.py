"""What a file is before anything of it is taken: how it was read, what must be asked, its first rows, its columns."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from huitou.kernel.errors import HuitouError, Question
from huitou.lake import service as lake
from huitou.lake.terms import ENCODINGS, Reading, Said

ROWS_SHOWN = 100
_ROWS_OF_A_CHOICE, _CELLS_OF_A_CHOICE = 3, 8
_HEAD_BYTES = 1 << 20
_MOST_STATUSES = 30
_BY_BYTES = (".csv", ".txt", ".tsv", ".ndjson", ".jsonl")


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English template, marked for the translators, and its facts."""

    template: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Option:
    """A possible answer, and what the first rows would be with it."""

    value: str
    shown: str
    rows: Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the file leaves open. `part` is the part of a `Reading` that carries the answer."""

    code: str
    part: str
    says: Sentence
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """Which column a field is. `percent` of how sure; `unclear`: a person must say."""

    field: str
    column: str | None
    percent: int
    unclear: bool
    why: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class Look:
    """Of plain values throughout, so that a door can keep it as JSON. `row_numbers` are those that a spreadsheet shows;
    `guesses` are by kind of file, `kind` the likeliest one."""

    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    header_row: int | None
    notes: Sequence[Sentence]
    row_count: int
    columns: Sequence[str]
    row_numbers: Sequence[int]
    rows: Sequence[Sequence[str | None]]
    asked: Sequence[Asked]
    kind: str
    guesses: Mapping[str, Sequence[ColumnGuess]]
    statuses: Mapping[str, Sequence[str]]
    """By column, of those that may say by their header what became of an order, their values."""


def look_into(path: Path, reading: Reading, kinds: Collection[str]) -> Look:
    """Open the file and look. Raises a refusal where it cannot be read at all; what is open stands in `asked`.

    `kinds` of files are those that it may be.
    """
    with lake.open_file(path, reading=reading) as opened:
        count, numbers = lake.numbers(opened)
        guesses = {
            name: _guesses(lake.guess_mapping(kind, opened)) for name, kind in lake.KINDS.items() if name in kinds
        }
        found = opened.found
        asked = [_ask(question, path, reading) for question in opened.questions]
        return Look(
            format=str(found.format),
            encoding=found.encoding,
            delimiter=found.delimiter,
            sheet=found.sheet,
            header_row=found.header_row,
            notes=[_sentence(note) for note in found.notes],
            row_count=count,
            columns=list(opened.columns),
            row_numbers=numbers,
            rows=[list(row) for row in opened.preview[:ROWS_SHOWN]],
            asked=asked,
            kind=max(guesses, key=lambda name: _likeliness(guesses[name])),
            guesses=guesses,
            statuses={
                column: lake.values_of(opened, column)[:_MOST_STATUSES]
                for column in opened.columns
                if lake.may_say_status(column.rsplit("#", 1)[0])
            },
        )


def as_json(look: Look) -> dict[str, Any]:
    return asdict(look)


def _sentence(said: Said) -> Sentence:
    return Sentence(said.template, {name: str(fact) for name, fact in said.facts.items()})


def _guesses(guess: lake.Guess) -> list[ColumnGuess]:
    # How the values of a column are to be read is asked once its field is settled.
    unclear = {str(question.facts["field"]) for question in guess.questions if "field" in question.facts}
    return [
        ColumnGuess(str(g.field), g.column, g.percent, g.field in unclear, [_sentence(why) for why in g.why])
        for g in guess.fields
    ]


def _likeliness(guesses: Iterable[ColumnGuess]) -> int:
    """The kind that explains most of the columns, less what it needs and does not find.

    A kind that explains no column at all is less likely than any that does: else a file without telling headers would
    be of the kind that needs least.
    """
    explained, lacking = sum(guess.percent for guess in guesses if guess.column), sum(one.unclear for one in guesses)
    return explained - 60 * lacking if explained else -60 * len(guesses)


def _ask(question: Question, path: Path, reading: Reading) -> Asked:
    part = question.flag.removeprefix("--").replace("-", "_")
    with _head_of(path) as head:
        options = [
            Option(choice.value, choice.shown, _first_rows(head, reading, part, choice.value))
            for choice in question.choices
        ]
    facts = {name: str(fact) for name, fact in question.facts.items()} | {"path": path.name}
    return Asked(question.code, part, Sentence(question.message, facts), options)


def read_as(reading: Reading, part: str, value: str) -> Reading:
    """The reading with one more answer; what is no answer changes nothing."""
    value = SIGNS.get(value, value) if part == "delimiter" else value
    if not _ANSWERS[part](value):
        return reading
    return replace(reading, **{part: int(value) if part == "header_row" else value})


SIGNS = {"tab": "\t", "comma": ",", "semicolon": ";", "bar": "|"}
"""Delimiters by the names under which they are asked for."""
_ANSWERS: dict[str, Callable[[str], bool]] = {
    "encoding": lambda value: value in ENCODINGS,
    "delimiter": lambda value: len(value) == 1 and value not in '"\r\n\0',
    "sheet": lambda value: "\0" not in value,
    "header_row": lambda value: value.isascii() and value.isdigit() and len(value) < 7,
    "date_format": lambda value: "\0" not in value,
    "decimal": lambda value: value in (".", ","),
    "statuses": lambda value: "\0" not in value,
}


def _first_rows(path: Path, reading: Reading, part: str, value: str) -> list[list[str | None]]:
    """The first rows under that answer, their columns first; none where the file cannot be read so."""
    try:
        with lake.open_file(path, reading=read_as(reading, part, value)) as opened:
            rows = [opened.columns, *opened.preview[:_ROWS_OF_A_CHOICE]]
            return [list(row[:_CELLS_OF_A_CHOICE]) for row in rows]
    except HuitouError:
        return []


@contextmanager
def _head_of(path: Path) -> Iterator[Path]:
    """The beginning of a large file of texts, so that each choice is shown at once; of any other the file itself."""
    if path.suffix.lower() not in _BY_BYTES or path.stat().st_size <= _HEAD_BYTES:
        yield path
        return
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    with tempfile.TemporaryDirectory(dir=settings.LAKE_PATH.parent) as folder:
        cut = Path(folder) / path.name
        cut.write_bytes(head[: head.rfind(b"\n") + 1] or head)
        yield cut
