"""Refused rows: seen by reason, mended cell by cell or everywhere, judged anew at once, dismissed with a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import is_fragment, needs
from huitou.doors.console.views.imports import words
from huitou.doors.console.views.imports.listing import row_of
from huitou.lake import service as lake
from huitou.lake.terms import Field, Reading
from huitou.receipts.service import import_life, quarantine
from huitou.receipts.terms.imports import ImportSeen, RefusedRow
from huitou.usecases import mend_rows, understand_rows
from huitou.usecases.refused_now import RefusedNow, refused_now

A_PAGE = 30
_LONGEST_CELL, _LONGEST_REASON = 200, 200
_LARGEST_ROW = 10**15
_AROUND = 50


@require_safe
@needs(Right.SEE_IMPORTS)
def rows(request: HttpRequest, number: int) -> HttpResponse:
    """The refused rows of an import that wait, some at a time, of one reason or of all."""
    seen = import_life.import_seen(number)
    code = request.GET.get("code") or None
    found = quarantine.refused_rows(number, code=code, after=_number(request.GET.get("after", "")), limit=A_PAGE + 1)
    more, found = len(found) > A_PAGE, found[:A_PAGE]
    counts = import_life.refused_by_code(number)
    facts = {
        "seen": seen,
        "row": row_of(seen),
        "rows": _all_shown(seen, found),
        "code": code,
        "codes": [(one, words.reason(seen.kind, one), count) for one, count in counts.items()],
        "waiting": sum(counts.values()),
        "after": found[-1].row_number if more else None,
        "fields": [(field, words.field_name(seen.kind, field)) for field in _fields(seen)],
        "may_mend": _may_mend(request, seen),
        "done": request.GET.get("done", ""),
    }
    return render(request, "console/imports/rows.html", facts)


def _may_mend(request: HttpRequest, seen: ImportSeen) -> bool:
    return access.may(request.user, Right.READ_FILES_IN) and seen.undone_at is None


@require_POST
@needs(Right.READ_FILES_IN)
def mend(request: HttpRequest, number: int, row_number: int) -> HttpResponse:
    """Write the cells that the form names over those of one row, and judge it anew."""
    seen = import_life.import_seen(number)
    cells = {
        field: request.POST[f"cell-{field}"].strip()[:_LONGEST_CELL]
        for field in _fields(seen)
        if f"cell-{field}" in request.POST
    }
    before = _row(number, row_number)
    had = dict(before.cells) | dict(before.mended) if before else {}
    changed = {field: text for field, text in cells.items() if text != had.get(field, "")}
    if changed:
        mend_rows.mend_cells(number, [row_number], changed)
        access.note(request.user, "refused_row_mended", f"import:{number}", row=row_number, fields=sorted(changed))
    family = _with_its_receipt(number, row_number)
    if is_fragment(request) and family:
        facts = {"rows": _all_shown(seen, family), "mended": row_number, "seen": seen, "may_mend": True}
        return render(request, "console/imports/_mended.html", facts)
    return _back(request, number)


@require_POST
@needs(Right.READ_FILES_IN)
def replace(request: HttpRequest, number: int) -> HttpResponse:
    """The same wrong value of a field in every row that waits."""
    field, old, new = (request.POST.get(name, "").strip()[:_LONGEST_CELL] for name in ("field", "old", "new"))
    changed = mend_rows.replace_everywhere(number, field, old, new)
    access.note(request.user, "refused_rows_replaced", f"import:{number}", field=field, rows=changed)
    return _back(request, number, f"replaced-{changed}")


@require_POST
@needs(Right.READ_FILES_IN)
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """The rows that are ticked, or all of a reason, are not wanted, and why."""
    because = request.POST.get("because", "").strip()[:_LONGEST_REASON]
    code = request.POST.get("of_code") or None
    ticked = [n for n in (_number(text) for text in request.POST.getlist("row")) if n]
    if because and (ticked or code):
        changed = quarantine.dismiss_rows(
            number,
            row_numbers=None if code else ticked,
            code=code,
            because=because,
            actor=request.user.username,
        )
        access.note(request.user, "refused_rows_dismissed", f"import:{number}", rows=changed, because=because)
        return _back(request, number, f"dismissed-{changed}")
    return _back(request, number, "nothing-chosen")


def _back(request: HttpRequest, number: int, done: str = "") -> HttpResponse:
    code = request.POST.get("code", "")
    asked = {name: text for name, text in (("code", code if code.isidentifier() else ""), ("done", done)) if text}
    return redirect(reverse("console:import_rows", args=[number]) + (f"?{urlencode(asked)}" if asked else ""))


def _row(number: int, row_number: int) -> RefusedRow | None:
    found = quarantine.refused_rows(number, after=row_number - 1, limit=1)
    return found[0] if found and found[0].row_number == row_number else None


def _with_its_receipt(number: int, row_number: int) -> list[RefusedRow]:
    """A row and the waiting ones of its receipt around it: what is mended in one may make all of them whole."""
    near = quarantine.refused_rows(number, after=max(0, row_number - _AROUND), limit=2 * _AROUND)
    row = next((row for row in near if row.row_number == row_number), None)
    if row is None:
        return []
    receipt = _cell(row, Field.RECEIPT)
    return [other for other in near if other is row or (receipt and _cell(other, Field.RECEIPT) == receipt)]


def _fields(seen: ImportSeen) -> list[str]:
    """The fields that the file had, in the order of its kind."""
    return [str(field.name) for field in lake.KINDS[seen.kind].fields if field.name in seen.mapping]


@dataclass(frozen=True, slots=True)
class _Now:
    """How a row stands now: why it is refused, None where it reads well; which cells are at fault, and of hidden ones
    what is shown all the same. `surely`: it can be taken as it is, and not only after a look at the whole file."""

    code: str | None
    reason: str
    at_fault: Sequence[str] = ()
    clear: Mapping[str, str] = field(default_factory=dict)
    surely: bool = True


def _all_shown(seen: ImportSeen, found: Sequence[RefusedRow]) -> list[dict[str, Any]]:
    if not found:
        return []
    judge = _judged_of_till if seen.kind == "receipts" else _judged
    return [_shown(seen, row, now) for row, now in zip(found, judge(seen, found), strict=True)]


def _shown(seen: ImportSeen, row: RefusedRow, now: _Now) -> dict[str, Any]:
    """A row with what is wrong with it now: as it stood, or as it stands after mending."""
    cells = [
        {
            "field": name,
            "name": words.field_name(seen.kind, name),
            "text": now.clear.get(name, row.mended.get(name, row.cells.get(name, ""))),
            "was": row.cells.get(name, "") if name in row.mended else None,
            "fault": now.code is not None and name in now.at_fault,
        }
        for name in _fields(seen)
    ]
    uncut = not any(row.cells.get(cell["field"]) for cell in cells)
    return {
        "number": row.row_number,
        "cells": cells,
        "code": now.code,
        "reason": now.reason,
        "raw": row.cells.get("raw"),
        "uncut": uncut,
        "whole": now.code is None,
        "surely": now.surely,
    }


def _judged(seen: ImportSeen, found: Sequence[RefusedRow]) -> list[_Now]:
    """Rows of any other kind of file: what nobody has touched stands as it was refused."""
    judged = refused_now(seen, [row.row_number for row in found], timezone.now())
    return [_as_now(seen.kind, row, judged[row.row_number]) for row in found]


def _as_now(kind: str, row: RefusedRow, now: RefusedNow) -> _Now:
    template, facts = (now.template, now.facts) if now.template else (row.detail, row.facts)
    reason = words.sentence({"template": template, "facts": facts}, kind) if now.code is not None else ""
    return _Now(now.code, reason, now.at_fault or tuple(filter(None, [row.facts.get("field")])), now.clear, False)


def _judged_of_till(seen: ImportSeen, found: Sequence[RefusedRow]) -> list[_Now]:
    """The rows as they would be judged now, together; those that have no cells as they were refused.

    A phone is masked here, so its row is judged without it: whether the number is one was settled when it was kept.
    """
    fields = [str(field) for field in Field]
    with_cells = [row for row in found if (set(row.cells) | set(row.mended)) - {"raw"}]
    look = {
        "columns": fields,
        "row_numbers": [row.row_number for row in with_cells],
        "rows": [[_cell(row, field) for field in fields] for row in with_cells],
    }
    understood = understand_rows.understand_receipts(
        look,
        {field: field for field in mend_rows.judged_fields(seen, [])},
        now=timezone.now(),
        member_kind="card",
        reading=Reading(
            date_format=seen.reading.get("date_format"),
            decimal=seen.reading.get("decimal"),
            statuses=seen.reading.get("statuses"),
        ),
    )
    by_number = {row.number: row for row in understood}
    return [_of_till(row, by_number.get(row.row_number)) for row in found]


def _of_till(row: RefusedRow, now: understand_rows.RowUnderstood | None) -> _Now:
    if now is None:
        return _Now(row.code, gettext(row.detail).format(**row.facts))
    reason = gettext(now.reason) if now.reason else ""
    return _Now(now.code, reason, tuple(filter(None, [now.at_fault])))


def _cell(row: RefusedRow, field: str) -> str:
    text = row.mended.get(field, row.cells.get(field, "")) or ""
    return "" if field == Field.MEMBER and "*" in text else text


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and int(text[:18]) < _LARGEST_ROW else 0
