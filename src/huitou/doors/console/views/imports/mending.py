"""Refused rows: seen by reason, mended cell by cell or everywhere, judged anew at once, dismissed with a word."""

from __future__ import annotations

from collections.abc import Sequence
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
from huitou.lake.terms import Field
from huitou.receipts.service import import_life, quarantine
from huitou.receipts.terms import ImportSeen, RefusedRow
from huitou.usecases import look_into_file, mend_rows

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
        "rows": [_shown(seen, row, now) for row, now in zip(found, _judged(seen, found), strict=True)],
        "code": code,
        "codes": [(one, words.reason(seen.kind, one), count) for one, count in counts.items()],
        "waiting": sum(counts.values()),
        "after": found[-1].row_number if more else None,
        "fields": [(str(field), words.field_name(seen.kind, field)) for field in _fields(seen)],
        "may_mend": _may_mend(request, seen),
        "done": request.GET.get("done", ""),
    }
    return render(request, "console/imports/rows.html", facts)


def _may_mend(request: HttpRequest, seen: ImportSeen) -> bool:
    return access.may(request.user, Right.READ_FILES_IN) and seen.kind == "receipts" and seen.undone_at is None


@require_POST
@needs(Right.READ_FILES_IN)
def mend(request: HttpRequest, number: int, row_number: int) -> HttpResponse:
    """Write the cells that the form names over those of one row, and judge it anew."""
    seen = import_life.import_seen(number)
    cells = {
        field: request.POST[f"cell-{field}"].strip()[:_LONGEST_CELL]
        for field in map(str, Field)
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
        shown = [_shown(seen, row, now) for row, now in zip(family, _judged(seen, family), strict=True)]
        facts = {"rows": shown, "mended": row_number, "seen": seen, "may_mend": True}
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


def _fields(seen: ImportSeen) -> list[Field]:
    return [field for field in Field if field in seen.mapping]


def _shown(seen: ImportSeen, row: RefusedRow, now: look_into_file.RowUnderstood | None) -> dict[str, Any]:
    """A row with what is wrong with it now: as it stood, or as it stands after mending."""
    code = now.code if now else row.code
    at_fault = now.at_fault if now else None
    cells = [
        {
            "field": str(field),
            "name": words.field_name(seen.kind, field),
            "text": row.mended.get(field, row.cells.get(field, "")),
            "was": row.cells.get(field, "") if field in row.mended else None,
            "fault": code is not None and at_fault == field,
            "sealed": row.sealed and field is Field.MEMBER,
        }
        for field in _fields(seen)
    ]
    detail = row.detail
    reason = gettext(detail).format(**row.facts) if now is None else gettext(now.reason) if now.reason else ""
    raw = row.cells.get("raw") if not any(cell["text"] for cell in cells) else None
    return {"number": row.row_number, "cells": cells, "code": code, "reason": reason, "raw": raw, "whole": code is None}


def _judged(seen: ImportSeen, found: Sequence[RefusedRow]) -> list[look_into_file.RowUnderstood | None]:
    """The rows as they would be judged now, together; None for those that have no cells, and of other kinds of file.

    A phone is masked here, so its row is judged without it: whether the number is one was settled when it was kept.
    """
    if seen.kind != "receipts" or not found:
        return [None] * len(found)
    fields = [str(field) for field in Field]
    with_cells = [row for row in found if set(row.cells) - {"raw"}]
    look = {
        "columns": fields,
        "row_numbers": [row.row_number for row in with_cells],
        "rows": [[_cell(row, field) for field in fields] for row in with_cells],
    }
    understood = look_into_file.understand_receipts(
        look,
        {str(field): str(field) for field in mend_rows.judged_fields(seen.mapping)},
        now=timezone.now(),
        member_kind="card",
        date_format=seen.reading.get("date_format"),
        decimal=None,
    )
    by_number = {row.number: row for row in understood}
    return [by_number.get(row.row_number) for row in found]


def _cell(row: RefusedRow, field: str) -> str:
    text = row.mended.get(field, row.cells.get(field, "")) or ""
    return "" if field == Field.MEMBER and "*" in text else text


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and int(text[:18]) < _LARGEST_ROW else 0
