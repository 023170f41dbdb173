"""Which column is which field: guessed with reasons, changed by drag or by choice, shown on the first rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.doors.console.gate import is_fragment, needs
from huitou.doors.console.refusals import said
from huitou.doors.console.views.imports import answers, old_programme, words
from huitou.doors.console.views.imports.answers import Answers
from huitou.doors.console.views.imports.steps import steps
from huitou.inbox import service as inbox
from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.lake.terms import Holds
from huitou.uploads import service as uploads
from huitou.uploads.terms import UploadSeen
from huitou.usecases import kept_mappings, run_jobs, understand_rows

_SAMPLES = 3
_LONGEST_SOURCE = 60
USUAL_SOURCE = "till"


def page(request: HttpRequest, upload: UploadSeen, kept: Answers) -> HttpResponse:
    return render(request, "console/imports/match.html", _facts(upload, kept))


@require_POST
@needs(Right.READ_FILES_IN)
def match(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Keep what the form says and show it on the rows again."""
    upload = uploads.one(upload_id, request.user.pk)
    kept = keep(request, upload, answers.of(upload))
    if is_fragment(request) and kept.look:
        return render(request, "console/imports/_match.html", _facts(upload, kept))
    return redirect("console:import_trip", upload.id)


def keep(request: HttpRequest, upload: UploadSeen, kept: Answers) -> Answers:
    """Write down what the form says; a trial of another mapping is no trial any more. Of a file into which nobody has
    looked, or that was refused when somebody did, there is nothing to say yet."""
    if not kept.look:
        return kept
    kind = request.POST.get("kind", kept.kind)
    kind = kind if kind in run_jobs.RUNNERS else kept.kind
    columns: Mapping[str, str] = {}
    if kind == kept.kind:
        known = set(kept.look["columns"]) | {""}
        columns = {
            field.name: column
            for field in lake.KINDS[kind].fields
            if (column := request.POST.get(f"column-{field.name}")) in known
        }
    member_kind = request.POST.get("member_kind", kept.member_kind)
    reading = dict(kept.reading)
    if request.POST.get("decimal") in (".", ",", ""):
        reading["decimal"] = request.POST["decimal"] or None
    if "date_format" in request.POST:
        reading["date_format"] = request.POST["date_format"].strip()[:_LONGEST_SOURCE] or None
    if kind == kept.kind:
        reading["statuses"] = _statuses_said(request, kept)
    return answers.keep(
        request,
        upload,
        kept,
        kind=kind,
        reading=reading,
        columns={str(name): column for name, column in columns.items()},
        source=request.POST.get("source", kept.source).strip()[:_LONGEST_SOURCE],
        member_kind=member_kind if member_kind in words.MEMBER_KINDS else kept.member_kind,
        more=_more(request, kind, kept),
        trial=None,
    )


def _statuses_said(request: HttpRequest, kept: Answers) -> str | None:
    """What the form says of statuses that nobody knows here, beside what was said before."""
    said = kept.reading.get("statuses")
    for place, value in enumerate(_status_values(kept, chosen(kept))):
        if (answer := request.POST.get(f"status-{place}")) is not None:
            settled = answer in (lake.Meaning.SALE, lake.Meaning.NO_SALE)
            said = lake.write_said(said, value, lake.Meaning(answer) if settled else None)
    return said or None


def _status_values(kept: Answers, columns: Mapping[str, str]) -> list[str]:
    """The values of the column that says what became of an order; none where no column does."""
    values: list[str] = kept.look.get("statuses", {}).get(columns.get("status", ""), [])
    return values


def _more(request: HttpRequest, kind: str, kept: Answers) -> dict[str, Any]:
    """What is said of such a file besides its columns."""
    if kind in old_programme.KINDS:
        return old_programme.said(request, kept)
    unit = request.POST.get("weighed_unit", kept.more.get("weighed_unit", ""))
    return {"weighed_unit": unit} if kind == "products" and unit in catalogue.WEIGHED_UNITS else {}


def chosen(kept: Answers) -> dict[str, str]:
    """Column by field: as the person said, else as it was guessed where that is sure; empty where it is no column."""
    guessed = {
        guess["field"]: guess["column"] or ""
        for guess in kept.look["guesses"].get(kept.kind, [])
        if not guess["unclear"]
    }
    return {
        str(field.name): kept.columns.get(field.name, guessed.get(field.name, ""))
        for field in lake.KINDS[kept.kind].fields
    }


def mapping_of(kept: Answers) -> dict[str, str]:
    """Column by field, for the import."""
    return {name: column for name, column in chosen(kept).items() if column}


def is_whole(kept: Answers) -> bool:
    """Whether everything that is needed is said: each field that has to has its column, and all questions an answer."""
    if not kept.look:
        return False
    return not (_missing(lake.KINDS[kept.kind], chosen(kept)) or old_programme.missing(kept) or _asked(kept))


def member_kind_of(kept: Answers) -> str:
    """What the member column holds: as was said, else what its first values look like."""
    if kept.member_kind:
        return kept.member_kind
    column = chosen(kept).get("member")
    values = [value for value in _values(kept.look, column) if value] if column else []
    phones = sum(value.isdigit() and len(value) == 11 and value.startswith("1") for value in values)
    return "phone" if values and phones * 2 > len(values) else "card"


def _values(look: Mapping[str, Any], column: str) -> list[str]:
    at = look["columns"].index(column)
    return [row[at] or "" for row in look["rows"]]


def _facts(upload: UploadSeen, kept: Answers) -> dict[str, Any]:
    kind = lake.KINDS[kept.kind]
    columns = chosen(kept)
    used = set(columns.values())
    return {
        "steps": steps("match"),
        "upload": upload,
        "kept": kept,
        "how": words.how_it_was_read(kept.look),
        "kinds": [(name, gettext(words.KINDS.get(name, name))) for name in run_jobs.RUNNERS],
        "fields": [_field(field, columns[field.name], kept) for field in kind.fields],
        "columns": kept.look["columns"],
        "unused": [
            {"name": column, "samples": _samples(kept.look, column)}
            for column in kept.look["columns"]
            if column not in used
        ],
        "has_member": bool(columns.get("member")),
        "member_kinds": [(name, gettext(text)) for name, text in words.MEMBER_KINDS.items()],
        "member_kind": member_kind_of(kept),
        "source": kept.source or USUAL_SOURCE,
        "dates": _dates(kept, columns),
        "sources": sorted({saved.source for saved in inbox.saved_mappings()}),
        "missing": [*_missing(kind, columns), *old_programme.missing(kept), *_asked(kept)],
        "old_programme": old_programme.facts(kept) if kept.kind in old_programme.KINDS else None,
        "decimals": _decimals(kept, columns),
        "statuses": _statuses(kept, columns),
        "does_not_fit": _does_not_fit(kept),
        "weighed": _weighed(kept, columns),
    } | _preview(kept, columns)


def _does_not_fit(kept: Answers) -> str:
    """What has changed since the last file of this source, where its columns could not be used; empty where nothing."""
    saved = None if kept.remembered else inbox.mapping_of(kept.source or USUAL_SOURCE, kept.kind)
    fit = inbox.fit(saved, kept.look["columns"]) if saved else None
    if saved is None or fit is None or fit.fits:
        return ""
    said = gettext("The columns kept for {source} do not fit. Missing: {missing}. New: {new}.")
    return said.format(source=saved.source, **kept_mappings.told(fit))


def _weighed(kept: Answers, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """What prices of weighed goods may be for, of a file with prices; none of other files."""
    if kept.kind != "products" or not (columns.get("price") or columns.get("cost")):
        return []
    names = {"kg": gettext("a kilogram"), "jin": gettext("a jin (500 g)"), "liang": gettext("a liang (50 g)"),
             "100g": gettext("100 g")}  # fmt: skip
    said = kept.more.get("weighed_unit", "")
    return [{"value": unit, "name": names.get(unit, unit), "chosen": unit == said} for unit in catalogue.WEIGHED_UNITS]


def _dates(kept: Answers, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """How the dates may be meant, where day and month can be mistaken for each other or somebody has said it."""
    times = [field.name for field in lake.KINDS[kept.kind].fields if field.holds is Holds.TIME and columns[field.name]]
    values = [value for name in times for value in _values(kept.look, columns[name]) if value]
    said = kept.reading.get("date_format") or ""
    # A few such days in a column are refused row by row; of more it is asked.
    mostly = sum(bool(lake.ways_to_read([value])) for value in values) * 10 >= len(values)
    ways = [
        {"format": way, "name": f"{value} → {read}", "chosen": way == said, "asks": mostly}
        for way, value, read in lake.ways_to_read(values)
    ]
    if said and not any(way["chosen"] for way in ways):
        ways.append({"format": said, "name": said, "chosen": True, "asks": False})
    return ways


def _decimals(kept: Answers, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """What may stand before fractions, where the numbers leave it open or somebody has said it."""
    numbers = [field.name for field in lake.KINDS[kept.kind].fields if field.holds is Holds.NUMBER]
    said = kept.reading.get("decimal") or ""
    if not said and not any(_leaves_decimal_open(kept, columns[name]) for name in numbers if columns[name]):
        return []
    names = {".": gettext("a point: 12.80"), ",": gettext("a comma: 12,80")}
    return [{"value": sign, "name": name, "chosen": sign == said} for sign, name in names.items()]


def _leaves_decimal_open(kept: Answers, column: str) -> bool:
    """A few such numbers in a column are refused row by row; of more it is asked."""
    values = [value for value in _values(kept.look, column) if value]
    unclear = sum(lake.decimal_is_unclear(value) for value in values)
    return bool(unclear) and unclear * 10 >= len(values)


def _statuses(kept: Answers, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """The statuses that nobody knows here, or that a sale may have which was given back; with what was said of them."""
    values = _status_values(kept, columns)
    said = lake.read_said(kept.reading.get("statuses"))
    found = []
    for place, (value, meaning) in enumerate(lake.meanings(values, {}).items()):
        told = lake.meanings([value], said)[value] if said else meaning
        if meaning in (lake.Meaning.UNCLEAR, lake.Meaning.GIVEN_BACK):
            asks = meaning is lake.Meaning.UNCLEAR or _is_sold(kept, columns, value)
            found.append({"place": place, "value": value, "said": "" if told is meaning else str(told), "asks": asks})
    return found


def _is_sold(kept: Answers, columns: Mapping[str, str], value: str) -> bool:
    """Whether a row of this status is no return in the rows that are shown, or none of them has it."""
    pairs = (
        list(zip(_values(kept.look, columns["status"]), _values(kept.look, columns["quantity"]), strict=True))
        if columns.get("quantity")
        else []
    )
    mine = [quantity for status, quantity in pairs if status.strip() == value]
    return not mine or any(not quantity.strip().startswith("-") for quantity in mine)


def _asked(kept: Answers) -> list[str]:
    """How values are to be read, where that is open and nobody has said it; also of a mapping that is kept."""
    columns = chosen(kept)
    asked = []
    if not kept.reading.get("date_format") and any(way["asks"] for way in _dates(kept, columns)):
        asked.append(gettext("How are the dates written?"))
    if not kept.reading.get("decimal") and _decimals(kept, columns):
        asked.append(gettext("What stands before the fractions?"))
    open_ones = [one["value"] for one in _statuses(kept, columns) if one["asks"] and not one["said"]]
    if open_ones:
        asked.append(gettext("Are orders of this state sales: {states}?").format(states=", ".join(open_ones)))
    return asked


def _missing(kind: Any, columns: Mapping[str, str]) -> list[str]:
    """What is needed and has no column yet, as people call it."""
    lacking = [field.name for field in kind.fields if field.needed and not columns[field.name]]
    names = [words.field_name(kind.name, name) for name in lacking]
    for group in kind.one_of:
        if not any(columns.get(name) for name in group):
            names.append(gettext(" or ").join(words.field_name(kind.name, name) for name in group))
    return names


def _field(field: Any, column: str, kept: Answers) -> dict[str, Any]:
    guess = next((g for g in kept.look["guesses"][kept.kind] if g["field"] == field.name), None)
    is_guess = guess is not None and guess["column"] == column and column
    return {
        "name": str(field.name),
        "title": words.field_name(kept.kind, field.name),
        "needed": field.needed or any(field.name == group[0] for group in lake.KINDS[kept.kind].one_of),
        "column": column,
        "why": [words.sentence(why, kept.kind) for why in guess["why"]] if is_guess else [],
        "percent": guess["percent"] if is_guess else None,
        "unclear": bool(guess and guess["unclear"] and field.name not in kept.columns),
        "samples": _samples(kept.look, column) if column else [],
    }


def _samples(look: Mapping[str, Any], column: str) -> list[str]:
    """The first few different values of a column."""
    return list(dict.fromkeys(value for value in _values(look, column) if value))[:_SAMPLES]


def _preview(kept: Answers, columns: Mapping[str, str]) -> dict[str, Any]:
    """The first rows as they would be read; without a whole mapping, why they are not."""
    mapping = {name: column for name, column in columns.items() if column}
    if _missing(lake.KINDS[kept.kind], columns) or old_programme.missing(kept):
        return {"shown_fields": [], "shown_rows": []}
    try:
        rows = (
            understand_rows.understand_others(
                kept.look,
                kept.kind,
                mapping,
                now=timezone.now(),
                first_day=kept.more.get("first_day"),
                weighed_unit=kept.more.get("weighed_unit"),
                reading=kept.as_reading,
            )
            if kept.kind != "receipts"
            else _receipts(kept, mapping)
        )
    except HuitouError as refused:
        message, next_step = said(refused)
        return {"preview_refused": {"title": message, "text": next_step, "code": refused.code}}
    return {
        "shown_fields": [(name, words.field_name(kept.kind, name), column) for name, column in mapping.items()],
        "shown_rows": [_row(row, mapping, kept.kind) for row in rows],
        "refused_rows": sum(row.code is not None and row.code not in lake.LEFT_OUT for row in rows),
    }


def _receipts(kept: Answers, mapping: Mapping[str, str]) -> list[understand_rows.RowUnderstood]:
    return understand_rows.understand_receipts(
        kept.look,
        mapping,
        now=timezone.now(),
        member_kind=member_kind_of(kept),
        reading=kept.as_reading,
    )


def _row(row: understand_rows.RowUnderstood, mapping: Mapping[str, str], kind: str) -> dict[str, Any]:
    cells = [
        {
            "raw": row.raw[name],
            "read": row.read.get(name),
            "differs": row.read.get(name) is not None and row.read[name] != row.raw[name],
            "fault": row.code is not None and row.at_fault == name,
        }
        for name in mapping
    ]
    reason = (gettext(row.reason) if row.reason else words.reason(kind, row.code)) if row.code else ""
    return {
        "number": row.number,
        "cells": cells,
        "code": row.code,
        "reason": reason,
        "whole": row.at_fault not in mapping,
    }
