"""What a file is before anything of it is taken: how it was read, what must be asked, its first rows, its columns."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError, Question
from huitou.kernel.rows import Cells, Unfit
from huitou.lake import service as lake
from huitou.lake.terms import ENCODINGS, Field, Layout, Reading, Said
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.privacy import service as privacy
from huitou.usecases.at_fault import fields_at_fault
from huitou.usecases.cut_over.brought import brought_reasons
from huitou.usecases.import_described import REASONS, stores_as_written
from huitou.usecases.refused_cells import NUL_SHOWN

ROWS_SHOWN = 100
_ROWS_OF_A_CHOICE, _CELLS_OF_A_CHOICE = 3, 8
_HEAD_BYTES = 1 << 20
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
    """The kind that explains most of the columns, less what it needs and does not find."""
    return sum((guess.percent if guess.column else 0) - (60 if guess.unclear else 0) for guess in guesses)


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


def _real(text: str) -> str:
    """The text of a kept look as the file has it."""
    return text.replace(NUL_SHOWN, "\x00")


@dataclass(frozen=True, slots=True)
class RowUnderstood:
    """One row as an import would read it: text by field, as it stands in the file and as it was read; what is wrong.

    `at_fault` is the field that the reason speaks of, None where it speaks of the whole row.
    """

    number: int
    raw: Mapping[str, str | None]
    read: Mapping[str, str | None]
    code: str | None
    reason: str
    at_fault: str | None


def understand_others(
    look: Mapping[str, Any],
    kind: str,
    columns: Mapping[str, str],
    *,
    now: datetime,
    first_day: str | None,
    weighed_unit: str | None = None,
    reading: Reading | None = None,
) -> list[RowUnderstood]:
    """The first rows of a look at a file of another kind, each judged by itself: what only the whole file or the books
    can tell, as a card of two people, a trial finds."""
    place = {column: at for at, column in enumerate(look["columns"])}
    rows = [
        (number, {field: row[place[column]] for field, column in columns.items()})
        for number, row in zip(look["row_numbers"], look["rows"], strict=True)
    ]
    said = _as_said(look, kind, columns, reading) if reading and (reading.date_format or reading.decimal) else {}
    real = [
        (number, said.get(at) or {field: text and _real(text) for field, text in cells.items()})
        for at, (number, cells) in enumerate(rows)
    ]
    unfit = {one.row_number: one for one in judge_rows(kind, real, now, first_day, weighed_unit=weighed_unit)}
    return [_understood(number, cells, unfit.get(number)) for number, cells in rows]


def _understood(number: int, cells: Cells, unfit: Unfit | None) -> RowUnderstood:
    if unfit is None:
        return RowUnderstood(number, cells, {}, None, "", None)
    at_fault = next((field for field in fields_at_fault(unfit.code, unfit.facts) if cells.get(field)), None)
    return RowUnderstood(number, cells, {}, unfit.code, "", at_fault)


def _as_said(look: Mapping[str, Any], kind: str, columns: Mapping[str, str], reading: Reading) -> dict[int, Cells]:
    """The first rows, by their place, with dates and numbers read as somebody has said they are written."""
    with _as_file(look) as path:
        how = Reading("utf-8", ",", None, 1, reading.date_format, reading.decimal)
        with lake.open_file(path, reading=how) as opened:
            pieces = lake.DescribedRows(opened, lake.KINDS[kind], columns)
            return {number - 2: cells for piece in pieces for number, cells in piece}  # row 1 names the columns


@contextmanager
def _as_file(look: Mapping[str, Any]) -> Iterator[Path]:
    """The first rows as a file of ours; gone when the block ends."""
    with tempfile.TemporaryDirectory(dir=settings.LAKE_PATH.parent) as folder:
        path = Path(folder) / "head.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(
                [look["columns"], *([text and _real(text) for text in row] for row in look["rows"])]
            )
        yield path


def judge_rows(
    kind: str,
    rows: Sequence[tuple[int, Cells]],
    now: datetime,
    first_day: str | None,
    *,
    weighed_unit: str | None = None,
) -> list[Unfit]:
    """Which rows of members, products, stores, balances, tiers or coupons say nothing that can be taken, and why."""
    if kind == "members":
        zone = ZoneInfo(settings.TIME_ZONE)
        return members.judge_rows(rows, stores=stores_as_written(), today=now.astimezone(zone).date(), zone=zone)
    if kind in ("products", "stores"):
        return catalogue.judge_rows(kind, rows, weighed_unit=weighed_unit)
    if first_day is None:
        return []
    judges: dict[str, Callable[..., Any]] = {
        "balances": loyalty.read_balances,
        "tiers": loyalty.read_tiers,
        "coupons": offers.read_coupons,
    }
    return list(judges[kind](rows, date.fromisoformat(first_day))[1])


def reasons(kind: str) -> Mapping[str, str]:
    """Why rows of that kind of file are refused: English templates by code."""
    return {**lake.REASONS, **REASONS.get(kind, {}), **brought_reasons(kind)}


def understand_receipts(
    look: Mapping[str, Any],
    columns: Mapping[str, str],
    *,
    now: datetime,
    member_kind: str,
    date_format: str | None,
    decimal: str | None,
) -> list[RowUnderstood]:
    """The first rows of a look as `import_receipts` would read them. Raises a refusal where the mapping is wrong."""
    layout = Layout({Field(f): c for f, c in columns.items()}, settings.TIME_ZONE, now, date_format)
    reading = Reading("utf-8", ",", None, 1, date_format, decimal)
    spell = privacy.spelled_phone if member_kind == "phone" else None
    with _as_file(look) as path, lake.read_file(path, layout, reading=reading, spell_member=spell) as session:
        understood = lake.understood(session)
    numbers, rows = look["row_numbers"], look["rows"]
    place = {column: at for at, column in enumerate(look["columns"])}
    found = []
    for at, (number, row) in enumerate(zip(numbers, rows, strict=True)):
        seen = understood.get(at + 2)  # row 1 of the file of ours names the columns
        raw = {field: row[place[column]] for field, column in columns.items()}
        if seen is None:
            found.append(RowUnderstood(number, raw, {}, None, "", None))
        else:
            found.append(RowUnderstood(number, raw, seen.values, seen.code, seen.reason, seen.at_fault))
    return found
