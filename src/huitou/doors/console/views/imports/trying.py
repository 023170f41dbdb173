"""A trial of a file: what would be taken, what refused and why; and the taking itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import answers, days, jobs, matching, reports, words
from huitou.doors.console.views.imports.answers import Answers
from huitou.doors.console.views.imports.steps import steps
from huitou.inbox import service as inbox
from huitou.uploads import service as uploads
from huitou.uploads.terms import UploadSeen
from huitou.usecases import run_jobs

_ROWS_OF_A_REASON = 50


def page(request: HttpRequest, upload: UploadSeen, kept: Answers) -> HttpResponse:
    """The trial or the taking: its progress, its report, or why there is none."""
    number = kept.taking or kept.trial
    assert number is not None
    job = run_jobs.progress(number)
    facts: dict[str, Any] = {"upload": upload, "kept": kept, "job": job}
    if not job.ended:
        facts |= {"steps": steps("take" if kept.taking else "try")} | jobs.seen_running(job)
        return render(request, "console/imports/working.html", facts)
    if kept.taking and job.state == "done":
        return redirect("console:import", job.batch)
    facts["steps"] = steps("try")
    failure = jobs.failure_of(job)
    if failure is not None:
        return render(request, "console/imports/tried.html", facts | {"failed": failure})
    return render(request, "console/imports/tried.html", facts | _report(kept, job.report))


def _report(kept: Answers, report: Mapping[str, Any]) -> dict[str, Any]:
    listed = report.get("refused", [])
    return {
        "report": report,
        "finding": reports.finding(report, taken=False),
        "figures": reports.figures_of(report),
        "reasons": reasons_of(kept.kind, listed),
        "listed": len(listed),
        "not_listed": report.get("rows_refused", 0) - len(listed),
        "radius": reports.blast_radius(report),
        "nothing_new": not reports.changes(report),
        "worth_knowing": reports.worth_knowing(report),
        "newcomers": reports.newcomers(report),
        "days": days.shown(report["days"]) if report.get("days") else None,
    }


def reasons_of(kind: str, refused: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Refused rows by their reason, most frequent first, each with its first rows."""
    counts = Counter(row["code"] for row in refused)
    return [
        {
            "code": code,
            "reason": words.reason(kind, code),
            "count": count,
            "rows": [_line(kind, row) for row in refused if row["code"] == code][:_ROWS_OF_A_REASON],
            "more": max(0, count - _ROWS_OF_A_REASON),
        }
        for code, count in counts.most_common()
    ]


def _line(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    facts = row.get("facts") or {}
    said = {"template": row.get("template") or row.get("detail", ""), "facts": facts}
    return {"number": row["row_number"], "detail": words.sentence(said, kind) if facts else ""}


@require_POST
@needs(Right.READ_FILES_IN)
def try_it(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Begin the trial of the mapping that the form says; one that runs already goes on."""
    upload = uploads.hold(upload_id, request.user.pk)
    kept = answers.of(upload)
    if kept.taking is None:
        kept = matching.keep(request, upload, kept)
        if matching.is_whole(kept):
            answers.keep(request, upload, kept, trial=_start(request, upload, kept, dry_run=True))
    return redirect("console:import_trip", upload.id)


@require_POST
@needs(Right.READ_FILES_IN)
def totals(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Try once more, beside the old system's daily report that the form brings; an empty one is none."""
    upload = uploads.hold(upload_id, request.user.pk)
    kept = answers.of(upload)
    if kept.taking is None and kept.kind == "receipts" and matching.is_whole(kept):
        kept = answers.keep(request, upload, kept, totals=days.report_of(request))
        answers.keep(request, upload, kept, trial=_start(request, upload, kept, dry_run=True))
    return redirect("console:import_trip", upload.id)


@require_POST
@needs(Right.READ_FILES_IN)
def take(request: HttpRequest, upload_id: int) -> HttpResponse:
    """Take the file in, once: a second click finds the job of the first."""
    upload = uploads.hold(upload_id, request.user.pk)
    kept = answers.of(upload)
    again = kept.taking is not None and run_jobs.progress(kept.taking).state in ("failed", "cancelled")
    if kept.trial is not None and (kept.taking is None or again):
        job = _start(request, upload, kept, dry_run=False)
        answers.keep(request, upload, kept, taking=job)
        _remember(request, kept)
        access.note(request.user, "import_started", f"job:{job}", file=upload.file_name, source=kept.source)
    return redirect("console:import_trip", upload.id)


def _remember(request: HttpRequest, kept: Answers) -> None:
    """The next file of this source with these columns needs no typing."""
    inbox.save_mapping(
        kept.source or matching.USUAL_SOURCE,
        kept.kind,
        matching.mapping_of(kept),
        reading=dict(kept.reading) | {"member_kind": matching.member_kind_of(kept)},
        headers=kept.look["columns"],
        actor=request.user.username,
    )


def _start(request: HttpRequest, upload: UploadSeen, kept: Answers, *, dry_run: bool) -> int:
    return run_jobs.start_import(
        uploads.path_of(upload),
        kind=kept.kind,
        mapping=matching.mapping_of(kept),
        reading=kept.as_reading,
        source=kept.source or matching.USUAL_SOURCE,
        member_kind=matching.member_kind_of(kept),
        dry_run=dry_run,
        actor=request.user.username,
        more={"totals": kept.totals} if kept.kind == "receipts" else kept.more,
    )
