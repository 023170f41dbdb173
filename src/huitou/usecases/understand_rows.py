"""The first rows of a file as an import would read them, and what is wrong with each: before anything is taken."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from huitou.catalogue import service as catalogue
from huitou.kernel.rows import Cells, Unfit
from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout, Reading
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.privacy import service as privacy
from huitou.usecases.at_fault import fields_at_fault
from huitou.usecases.cut_over.brought import brought_reasons
from huitou.usecases.import_described import REASONS, stores_as_written
from huitou.usecases.refused_cells import NUL_SHOWN

_FACT = re.compile(r"\{\w+\}")


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


def understand_receipts(
    look: Mapping[str, Any],
    columns: Mapping[str, str],
    *,
    now: datetime,
    member_kind: str,
    reading: Reading,
) -> list[RowUnderstood]:
    """The first rows of a look as `import_receipts` would read them. Raises a refusal where the mapping is wrong."""
    layout = Layout({Field(f): c for f, c in columns.items()}, settings.TIME_ZONE, now, reading.date_format,
                    statuses=reading.statuses)  # fmt: skip
    reading = Reading("utf-8", ",", None, 1, reading.date_format, reading.decimal)
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


def _real(text: str) -> str:
    """The text of a kept look as the file has it."""
    return text.replace(NUL_SHOWN, "\x00")


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


def without_facts(reason: str) -> str:
    """A reason as it is said where its facts are not at hand, or of many rows: each fact is `…`."""
    return _FACT.sub("…", reason)


def reasons(kind: str) -> Mapping[str, str]:
    """Why rows of that kind of file are refused: English templates by code."""
    return {**lake.REASONS, **lake.LEFT_OUT, **REASONS.get(kind, {}), **brought_reasons(kind)}
