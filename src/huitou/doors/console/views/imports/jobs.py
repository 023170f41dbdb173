"""A job as a page shows it while it runs: which step, how far, and how to stop it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import is_fragment, needs
from huitou.inbox.terms import JobSeen
from huitou.kernel.errors import N_
from huitou.usecases import import_words, run_jobs

STEPS = {
    "import": import_words.STEPS,
    "undo": import_words.UNDO_STEPS,
    "rehearse": {"receipts": N_("Price receipts with it and without")},
    "refresh": {
        "lake": N_("Bring receipts into the lake"),
        "days": N_("Count the days that changed"),
        "rfm": N_("RFM and layers"),
        "preferences": N_("Preferences"),
        "kpis": N_("KPIs"),
        "shelf": N_("Products, cohorts and layers"),
        "facts": N_("Write into the members' records"),
        "history": N_("History of layers"),
        "figures": N_("Write the figures"),
        "stages": N_("Move members between stages"),
        "moves": N_("Write down who moved"),
        "pictures": N_("Write products, cohorts and flows"),
    },
    "sample": {
        "people": N_("Drawing the members"),
        "months": N_("Month by month: receipts, points, the lake"),
        "refresh": N_("Layers, RFM and KPIs"),
    },
    "clear": {"clear": N_("Books, lake and note, all of it or nothing")},
}
STOPPED_BY = {"refresh": Right.RUN_REFRESH, "rehearse": Right.EDIT_OFFERS}
BACK_TO = ("/imports/", "/refresh", "/start/", "/offers/")
_DOES = {
    ("refresh", False): N_("Refreshing"),
    ("sample", False): N_("Laying the sample chain"),
    ("clear", False): N_("Taking the sample chain away"),
    ("rehearse", False): N_("Rehearsing"),
    ("import", True): N_("Trying it: nothing is taken in"),
    ("import", False): N_("Taking it in"),
    ("undo", True): N_("Looking at what would go away"),
    ("undo", False): N_("Taking it away again"),
    ("mend", True): N_("Judging the rows anew"),
    ("mend", False): N_("Taking the mended rows in"),
}
_WAITS = N_("It waits for its turn: imports go one after the other.")
_STOPPING = N_("Stopping: what was done so far is taken back.")
_LEAVING_HALF = N_("Stopping: it can be finished later, or taken away.")


def seen_running(job: JobSeen) -> dict[str, Any]:
    """What the progress of a job shows."""
    what = _what(job)
    names = STEPS.get(what, STEPS["import"])
    keys = list(names)
    place = keys.index(job.step) if job.step in keys else (len(keys) if job.step == "done" else -1)
    does = _DOES[what, job.dry_run]
    return {
        "job": job,
        "does": gettext(does),
        "said": gettext((_LEAVING_HALF if what == "sample" else _STOPPING) if job.cancel_asked else _WAITS)
        if job.cancel_asked or place < 0
        else "",
        "job_steps": [
            {"name": gettext(name), "state": "done" if at < place else "now" if at == place else ""}
            for at, name in enumerate(names.values())
        ],
        "step_name": gettext(names[keys[place]]) if 0 <= place < len(keys) else "",
        # Of a step that does not tell how far it is, the bar shows the step's place.
        "bar_value": job.rows_done if job.rows_total else max(0, place),
        "bar_most": job.rows_total or len(keys),
        "mark": mark_of(job),
    }


def _what(job: JobSeen) -> str:
    return job.kind if job.what == "sample" and job.kind else job.what


def mark_of(job: JobSeen) -> str:
    """What a page that polls has shown: only a change is sent, so nothing flickers and nothing is read out twice."""
    return f"{job.state}-{job.step}-{job.rows_done}-{int(job.cancel_asked)}"


def failure_of(job: JobSeen) -> dict[str, str] | None:
    """Why a job did not do what it should, in the language of the request; None where it did."""
    if job.state == "cancelled":
        title, text = gettext("It was stopped."), gettext("Nothing was changed.")
        if _what(job) == "sample":
            text = gettext("It is not whole: it can be finished, or taken away.")
        return {"title": title, "text": text, "code": "job_cancelled"}
    if job.state != "failed":
        return None
    return told(job.failure, path=job.file_name)


def told(failure: Mapping[str, Any], **more: str) -> dict[str, str]:
    """A failure as it is kept, in the language of the request."""
    message, next_step = failure["message"], failure["next_step"]
    facts = {**failure["facts"], **more}
    return {
        "title": gettext(message).format(**facts),
        "text": gettext(next_step).format(**facts),
        "code": failure["code"],
    }


@require_safe
@needs(Right.SEE_IMPORTS)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Asked every second by the page that shows the job; the page comes anew when the job has ended."""
    job = run_jobs.progress(number)
    if job.ended:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    if request.GET.get("seen") == mark_of(job):
        return HttpResponse(status=204)
    return render(request, "console/imports/_working.html", seen_running(job))


@require_POST
@needs(Right.SEE_IMPORTS)
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the job's end; back to the page that shows it."""
    job = run_jobs.progress(number)
    access.require(request.user, STOPPED_BY.get(job.what, Right.READ_FILES_IN))
    run_jobs.cancel(number)
    if is_fragment(request):
        return render(request, "console/imports/_working.html", seen_running(run_jobs.progress(number)))
    back = request.POST.get("back", "")
    return redirect(back if back.startswith(BACK_TO) else reverse("console:imports"))
