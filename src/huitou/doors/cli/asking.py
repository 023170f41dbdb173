"""What a file leaves open, asked: in a terminal as questions, elsewhere as a refusal that names the flag."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, Question

if TYPE_CHECKING:
    from huitou.lake.service import Guess, OpenedFile
    from huitou.lake.terms import Reading, Said

NO_COLUMN = "-"


@contextmanager
def opened_and_mapped(
    path: Path, kind: str, reading: Reading, given: Mapping[str, str], *, quiet: bool, as_before: bool = False
) -> Iterator[tuple[OpenedFile, dict[str, str]]]:
    """The file opened, and the column of each field: given, guessed where that is sure, or answered by the person.
    `as_before`: the given ones are kept from the source's last file.

    Raises the first question that nobody answers.
    """
    from huitou.lake import service as lake

    said: dict[str, str | None] = {field: None if column == NO_COLUMN else column for field, column in given.items()}
    kept = set(given) if as_before else set()
    while True:
        with lake.open_file(path, reading=reading) as opened:
            guess = lake.guess_mapping(lake.KINDS[kind], opened, given=said, kept=kept)
            if not quiet:
                show(opened, guess)
            if not (opened.questions or guess.questions):
                yield opened, guess.columns
                return
            question = (*opened.questions, *guess.questions)[0]
        if quiet or not sys.stdin.isatty():
            raise question
        reading, said = _answered(question, ask(question), reading, said)
        kept.discard(str(question.facts.get("field")))


def ask(question: Question) -> str:
    """Ask the person. An answer is one of the choices, or its number."""
    say(question.message, **question.facts)
    for number, choice in enumerate(question.choices, start=1):
        say("  {number}. {choice}", number=number, choice=choice)
    answer = str(typer.prompt(translate(question.next_step).format(**question.facts), err=True))
    if answer.isdigit() and 1 <= int(answer) <= len(question.choices) and question.flag != "--header-row":
        return question.choices[int(answer) - 1].value
    return answer


def _answered(
    question: Question, answer: str, reading: Reading, said: dict[str, str | None]
) -> tuple[Reading, dict[str, str | None]]:
    if question.flag == "--map":
        return reading, {**said, str(question.facts["field"]): None if answer == NO_COLUMN else answer}
    name = question.flag.removeprefix("--").replace("-", "_")
    return replace(reading, **{name: int(answer) if name == "header_row" else answer}), said


def show(opened: OpenedFile, guess: Guess) -> None:
    """What was found of the file, and the mapping with its reasons."""
    found = opened.found
    parts = (found.format, found.encoding, found.sheet)
    say(N_("{file}: {found}"), file=opened.path.name, found=", ".join(part for part in parts if part))
    for note in found.notes:
        say(note.template, **note.facts)
    for field in guess.fields:
        if field.column is not None:
            why = "; ".join(_said(reason) for reason in field.why)
            say(N_("  {field} is {column}: {why}"), field=field.field, column=field.column, why=why)


def _said(reason: Said) -> str:
    return translate(reason.template).format(**reason.facts)
