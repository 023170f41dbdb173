"""Every file that was read in, newest first."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import answers, jobs, words
from huitou.inbox import service as inbox
from huitou.kernel.errors import N_
from huitou.receipts.service import import_life
from huitou.receipts.terms.imports import ImportSeen
from huitou.uploads import service as uploads
from huitou.uploads.terms import KEPT_HOURS, UploadSeen

_A_PAGE = 30
_LONGEST_QUERY = 80
_DAYS_TOLD, _JOBS_LOOKED_AT, _FAILED_SHOWN = 7, 100, 5
STATES = {"taken": N_("taken in"), "undone": N_("undone"), "waiting": N_("with rows to mend")}


@require_safe
@needs(Right.SEE_IMPORTS)
def imports(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:_LONGEST_QUERY]
    state = request.GET.get("state", "")
    found = import_life.imports_found(query, state=state, before=_number(request, "before"), limit=_A_PAGE + 1)
    more = len(found) > _A_PAGE
    found = found[:_A_PAGE]
    may_read_in = access.may(request.user, Right.READ_FILES_IN)
    facts = {
        "may_read_in": may_read_in,
        "waiting": waiting_files(request) if may_read_in else [],
        "kept_hours": KEPT_HOURS,
        "failed": failed_drops() if may_read_in and not query and not state else [],
        "rows": [row_of(seen) for seen in found],
        "more_before": found[-1].id if more else None,
        "query": query,
        "state": state,
        "states": [(key, gettext(name)) for key, name in STATES.items()],
        "filtered": bool(query or state or "before" in request.GET),
    }
    return render(request, "console/imports/list.html", facts)


def waiting_files(request: HttpRequest) -> list[UploadSeen]:
    """The person's own files that have not been taken in yet."""
    return [upload for upload in uploads.of_owner(request.user.pk) if answers.of(upload).taking is None]


def failed_drops() -> list[dict[str, object]]:
    """Files of drops that did not come in of late, and why: nobody looks into their folders."""
    since = timezone.now() - timedelta(days=_DAYS_TOLD)
    return [
        {"job": job, **jobs.told(job.failure, path=job.file_name)}
        for job in inbox.jobs_without_import(_JOBS_LOOKED_AT)
        if job.state == "failed" and job.what == "import" and job.actor.startswith("drop ") and job.asked_at > since
    ][:_FAILED_SHOWN]


def row_of(seen: ImportSeen) -> dict[str, object]:
    """An import with its counts, as lists and its own page show it."""
    refused = seen.report.get("rows_refused", 0)
    read = seen.report.get("rows_read")
    return {
        "seen": seen,
        "kind": gettext(words.KINDS.get(seen.kind, seen.kind)),
        "read": read,
        "taken": seen.report.get("rows_taken", None if read is None else read - refused),
        "known": seen.report.get("rows_repeated"),
        "refused": refused,
        "name": seen.file_name.rpartition("/")[2] or seen.file_name,
    }


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
