"""What is done with an import afterwards: it is taken back, or its mended rows are taken in. First what would change is
found by going the whole way and taking it back; then, said yes to, it happens."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import jobs, reports, trying
from huitou.doors.console.views.imports.listing import row_of
from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.receipts.service import import_life
from huitou.usecases import import_words, run_jobs

_JOBS_LOOKED_AT = 100
_START: dict[str, Callable[..., int]] = {"undo": run_jobs.start_undo, "mend": run_jobs.start_take}
_RIGHTS = {"undo": Right.UNDO_IMPORTS, "mend": Right.READ_FILES_IN}


@require_POST
@needs(Right.UNDO_IMPORTS)
def look(request: HttpRequest, number: int) -> HttpResponse:
    """Find out what an undo would take away."""
    return _begin(request, number, "undo", dry_run=True)


@require_POST
@needs(Right.UNDO_IMPORTS)
def go(request: HttpRequest, number: int) -> HttpResponse:
    return _begin(request, number, "undo", dry_run=False)


@require_POST
@needs(Right.READ_FILES_IN)
def judge(request: HttpRequest, number: int) -> HttpResponse:
    """Find out which of the rows that wait can be taken now."""
    return _begin(request, number, "mend", dry_run=True)


@require_POST
@needs(Right.READ_FILES_IN)
def take(request: HttpRequest, number: int) -> HttpResponse:
    return _begin(request, number, "mend", dry_run=False)


def _begin(request: HttpRequest, number: int, what: str, *, dry_run: bool) -> HttpResponse:
    """Start the job, once: a second click finds the job of the first."""
    job = _open(number, what, dry_run=dry_run)
    if job is None:
        job = _START[what](number, dry_run=dry_run, actor=request.user.username)
        if not dry_run:
            access.note(request.user, f"import_{what}_started", f"import:{number}", job=job)
    return redirect("console:import_afterwards", number, job)


def _open(number: int, what: str, *, dry_run: bool) -> int | None:
    """The job of that kind on this import that waits or runs."""
    inbox.hold_asking(number)
    for job in inbox.jobs_without_import(_JOBS_LOOKED_AT):
        if (job.what, job.target, job.dry_run) == (what, number, dry_run) and not job.ended:
            return job.id
    return None


@require_safe
@needs(Right.SEE_IMPORTS)
def page(request: HttpRequest, number: int, job_number: int) -> HttpResponse:
    """What would change, or how it goes."""
    seen = import_life.import_seen(number)
    job = run_jobs.progress(job_number)
    access.require(request.user, _RIGHTS.get(job.what, Right.UNDO_IMPORTS))
    facts = {"seen": seen, "row": row_of(seen), "job": job}
    if not job.ended:
        return render(request, "console/imports/afterwards.html", facts | jobs.seen_running(job) | {"working": True})
    if job.state == "done" and not job.dry_run:
        return redirect("console:import", job.batch or number)
    return render(request, "console/imports/afterwards.html", facts | _found(job))


def _found(job: JobSeen) -> dict[str, object]:
    if job.what == "undo":
        figures = reports.figures_of_undo(job.report)
        stays = reports.stays_of(job.report)
        more = int(job.report.get("staying", 0)) - len(stays)
        return {"failed": jobs.failure_of(job), "figures": figures, "report": job.report, "stays": stays, "more": more}
    return {
        "failed": jobs.failure_of(job),
        "figures": reports.figures_of(job.report),
        "finding": reports.finding(job.report, taken=False) if job.report else "",
        "reasons": trying.reasons_of(job.kind, job.report.get("refused", [])),
        "radius": reports.blast_radius(job.report) if job.report else "",
        "nothing_new": not import_words.takes(job.report) and not job.report.get("rows_repeated"),
    }
