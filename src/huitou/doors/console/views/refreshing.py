"""How the refresh stands: the last runs, step by step, what was restated, what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.findings import refresh_finding
from huitou.doors.console.gate import needs
from huitou.doors.console.views.imports import jobs
from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.insight.terms import RefreshSeen
from huitou.kernel.errors import N_
from huitou.usecases import run_jobs
from huitou.usecases.refresh_status import refresh_status

STEP_NAMES = jobs.STEPS["refresh"]
STATE_NAMES = {"done": N_("Done"), "running": N_("Running"), "stopped": N_("Stopped")}
_STOPPED = N_("Stopped at “{step}”: {why}")
_INTERRUPTED = N_("Was stopped at “{step}” and gone on with: {why}")
_KILLED = N_("its process was killed, or the machine went down")
WAIT_NAMES = {
    "imports": N_("imports"),
    "undone_imports": N_("imports that were undone"),
    "receipts": N_("receipts of tills"),
    "bundles": N_("bundles of receipts"),
    "claims": N_("claims"),
}
RUNS_SHOWN = 15
_JOBS_LOOKED_AT = 100


@needs(Right.RUN_REFRESH)
def refreshing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@needs(Right.RUN_REFRESH)
def refresh_now(request: HttpRequest) -> HttpResponse:
    """First what a refresh does; said yes to, it begins, and the page shows how far it is."""
    if "sure" not in request.POST:
        return _page(request, asks=True)
    job = run_jobs.start_refresh(actor=request.user.username)
    access.note(request.user, "refresh_started", f"job:{job}")
    return redirect("console:refresh")


def _open_job() -> JobSeen | None:
    """The refresh that somebody asked for and that waits or runs; else the newest one, where it failed."""
    asked = [job for job in inbox.jobs_without_import(_JOBS_LOOKED_AT) if job.what == "refresh"]
    return next((job for job in asked if not job.ended), None) or (asked[0] if asked else None)


def _page(request: HttpRequest, *, asks: bool = False) -> HttpResponse:
    status = refresh_status(RUNS_SHOWN)
    newest = status.runs[0] if status.runs else None
    job = _open_job()
    running = job is not None and not job.ended
    failed = job is not None and job.state == "failed" and (newest is None or job.asked_at > newest.started_at)
    facts = {
        "asks": asks,
        "may_start": not running and (newest is None or newest.state != "running"),
        "working": running,
        "failed": jobs.failure_of(job) if job is not None and failed else None,
    } | (jobs.seen_running(job) if job is not None and running else {})
    facts |= {
        "runs": [(run, STATE_NAMES[run.state], sum(run.restated.values())) for run in status.runs],
        "newest": newest,
        "stops": _stops(newest) if newest else [],
        "steps": _steps(newest) if newest else [],
        "restated": sorted(newest.restated.items()) if newest else [],
        "waiting": [(WAIT_NAMES[what], count) for what, count in status.waiting.items() if count],
        "pending": list(status.pending.items()),
        "finding": refresh_finding(newest) if newest else "",
    }
    return render(request, "console/refresh.html", facts)


def _stops(run: RefreshSeen) -> list[str]:
    """Where and why it was stopped, a sentence each: the times that it was gone on with, and where it stands now."""
    found = [(_INTERRUPTED, one["step"], one["by"]) for one in run.interrupted]
    if run.state == "stopped":
        found.append((_STOPPED, run.steps[-1]["step"] if run.steps else "lake", run.stopped_by))
    names = [(said, STEP_NAMES[step], by) for said, step, by in found]
    return [gettext(said).format(step=gettext(name), why=by or gettext(_KILLED)) for said, name, by in names]


def _steps(run: RefreshSeen) -> list[dict[str, object]]:
    """Each step with its bar; those that have not begun are there without one."""
    done = {step["step"]: step for step in run.steps}
    longest = max((step["seconds"] for step in run.steps), default=0) or 1
    return [
        {
            "name": title,
            "seconds": f"{done[name]['seconds']:.1f}" if name in done else "",
            "width": f"{max(0.5, done[name]['seconds'] * 100 / longest):.1f}" if name in done else "0",
            "days": done.get(name, {}).get("days"),
            "left": done.get(name, {}).get("months_left"),
        }
        for name, title in STEP_NAMES.items()
    ]
