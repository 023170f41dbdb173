"""How the refresh stands: the last runs, step by step, what was restated, what waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huitou.access.terms import Right
from huitou.doors.console.findings import refresh_finding
from huitou.doors.console.gate import needs
from huitou.insight.terms import RefreshSeen
from huitou.kernel.errors import N_
from huitou.usecases.refresh_status import refresh_status

STEP_NAMES = {
    "lake": N_("Bring receipts into the lake"),
    "days": N_("Count the days that changed"),
    "rfm": N_("RFM and layers"),
    "preferences": N_("Preferences"),
    "kpis": N_("KPIs"),
    "shelf": N_("Products, cohorts and layers"),
    "facts": N_("Write to the members"),
    "history": N_("History of layers"),
    "figures": N_("Write the figures"),
    "pictures": N_("Write products, cohorts and flows"),
}
STATE_NAMES = {"done": N_("Done"), "running": N_("Running"), "stopped": N_("Stopped")}
WAIT_NAMES = {
    "imports": N_("imports"),
    "undone_imports": N_("imports that were undone"),
    "receipts": N_("receipts of tills"),
    "bundles": N_("bundles of receipts"),
    "claims": N_("claims"),
}
RUNS_SHOWN = 15


@needs(Right.RUN_REFRESH)
def refreshing(request: HttpRequest) -> HttpResponse:
    status = refresh_status(RUNS_SHOWN)
    newest = status.runs[0] if status.runs else None
    facts = {
        "runs": [(run, STATE_NAMES[run.state], sum(run.restated.values())) for run in status.runs],
        "newest": newest,
        "steps": _steps(newest) if newest else [],
        "restated": sorted(newest.restated.items()) if newest else [],
        "waiting": [(WAIT_NAMES[what], count) for what, count in status.waiting.items() if count],
        "pending": list(status.pending.items()),
        "finding": refresh_finding(newest) if newest else "",
    }
    return render(request, "console/refresh.html", facts)


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
