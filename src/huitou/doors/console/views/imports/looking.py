"""What was found in a file, and what it leaves open: every choice shown on its own rows."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access.terms import Right
from huitou.doors.console.gate import is_fragment, needs
from huitou.doors.console.refusals import said
from huitou.doors.console.views.imports import answers, words
from huitou.doors.console.views.imports.answers import Answers
from huitou.doors.console.views.imports.steps import steps
from huitou.inbox import service as inbox
from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.lake.terms import ENCODINGS, Reading
from huitou.uploads import service as uploads
from huitou.uploads.terms import UploadSeen
from huitou.usecases import look_into_file, run_jobs

_LONGEST_ANSWER = 100
_ROWS_FIRST = 5
_PARTS = tuple(part.name for part in fields(Reading))


def page(request: HttpRequest, upload: UploadSeen, kept: Answers, refused: HuitouError | None = None) -> HttpResponse:
    facts: dict[str, Any] = {"steps": steps("look"), "upload": upload, "kept": kept, "look": kept.look}
    if refused is not None:
        message, next_step = said(_without_place(refused, upload))
        facts["refused"] = {"title": message, "text": next_step, "code": refused.code}
    if kept.look:
        facts |= {
            "how": words.how_it_was_read(kept.look),
            "notes": [words.sentence(note) for note in kept.look["notes"]],
            "asked": [_question(asked, kept) for asked in kept.look["asked"]],
            "first_rows": list(zip(kept.look["row_numbers"], kept.look["rows"], strict=True))[:_ROWS_FIRST],
            "encodings": [(name, words.ENCODINGS[name]) for name in ENCODINGS],
            "delimiters": [(sign, gettext(name)) for sign, name in words.DELIMITERS.items()],
        }
    return render(request, "console/imports/look.html", facts, status=200 if refused is None else refused.status)


@require_POST
@needs(Right.READ_FILES_IN)
def look(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Look into the file, as far as anything was said about it; what was found before is forgotten."""
    upload = uploads.one(upload_id, request.user.pk)
    kept = answers.of(upload)
    try:
        reading = _reading(request, kept)
        found = look_into_file.as_json(look_into_file.look_into(uploads.path_of(upload), reading, run_jobs.RUNNERS))
    except HuitouError as refused:
        if is_fragment(request):
            message, next_step = said(_without_place(refused, upload))
            note = {"tone": "e", "title": message, "text": next_step, "code": refused.code, "upload": upload}
            return render(request, "console/imports/_not_readable.html", note)
        return page(request, upload, replace(kept, look={}), refused)
    answers.keep(request, upload, _known(found, kept), reading=asdict(reading), look=found)
    there = reverse("console:import_trip", args=[upload.id])
    if is_fragment(request):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = there
        return answer
    return redirect(there)


def _known(found: dict[str, Any], kept: Answers) -> Answers:
    """What is known of such a file before anybody says more: a file with the columns of an earlier one, the very same
    or more of them, is read as that one was."""
    kept_ones = [saved for saved in inbox.saved_mappings() if saved.kind in run_jobs.RUNNERS]
    same = [saved for saved in kept_ones if list(saved.headers) == list(found["columns"])]
    more = [saved for saved in kept_ones if saved.headers and set(saved.headers) < set(found["columns"])]
    # Of several the one with the most columns, and of these the latest, says the most about this file.
    for saved in (*same, *sorted(more, key=lambda saved: (-len(saved.headers), -saved.saved_at.timestamp()))):
        columns = dict.fromkeys((field.name for field in lake.KINDS[saved.kind].fields), "") | dict(saved.columns)
        return Answers(
            kind=saved.kind,
            source=saved.source,
            columns=columns,
            member_kind=str(saved.reading.get("member_kind", "")),
            remembered=True,
            new_columns=list(inbox.fit(saved, found["columns"]).new),
        )
    return Answers(source=kept.source, member_kind=kept.member_kind, kind=kept.kind or found["kind"])


def _reading(request: HttpRequest, kept: Answers) -> Reading:
    """What was said before, and what the form says now; an empty answer leaves the part to be found."""
    reading = kept.as_reading
    for part in _PARTS:
        if part not in request.POST:
            continue
        value = request.POST[part][:_LONGEST_ANSWER]
        if not value.strip() and value != "\t":
            reading = replace(reading, **{part: None})
        else:
            reading = look_into_file.read_as(reading, part, value)
    return reading


def _question(asked: dict[str, Any], kept: Answers) -> dict[str, Any]:
    title = words.PARTS.get(asked["part"], "")
    options = [
        {
            "value": option["value"],
            "name": words.answer_name(asked["part"], option["value"]),
            "shown": option["shown"],
            "head": option["rows"][0] if option["rows"] else [],
            "rows": option["rows"][1:],
        }
        for option in asked["options"]
    ]
    return {
        "part": asked["part"],
        "title": gettext(title) if title else "",
        "text": words.sentence(asked["says"]),
        "options": options,
        "code": asked["code"],
    }


def _without_place(refused: HuitouError, upload: UploadSeen) -> HuitouError:
    """Where the file lies on the server is nobody's business: it is called as its owner called it."""
    if "path" in refused.facts:
        refused.facts["path"] = upload.file_name
    return refused
