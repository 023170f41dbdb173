"""All members together: the flow between layers, the map of recency and frequency, cohorts, stages, new members.

Each view is one chart with its finding, and stands in the address (`?view=cohorts&store=3`).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.parts import Tab
from huitou.doors.console.views.crowd.cohorts import cohorts
from huitou.doors.console.views.crowd.layers import layers
from huitou.doors.console.views.crowd.newcomers import newcomers
from huitou.doors.console.views.crowd.rfm import rfm
from huitou.doors.console.views.crowd.stages import stages
from huitou.doors.console.views.crowd.view import address
from huitou.kernel.errors import N_

VIEWS = {
    "layers": N_("Layers and their flow"),
    "rfm": N_("Recency and frequency"),
    "cohorts": N_("Coming back"),
    "stages": N_("Lifecycle"),
    "new": N_("New members"),
}


_BUILT = {"layers": layers, "rfm": rfm, "cohorts": cohorts, "stages": stages, "new": newcomers}


@require_safe
@needs(Right.SEE_OVERVIEW)
def crowd(request: HttpRequest) -> HttpResponse:
    seen, store = asked_place(request)
    name = request.GET.get("view", "")
    name = name if name in VIEWS else "layers"
    refreshed = last_refresh(request)
    shown = _BUILT[name](request, store) if refreshed else None
    facts = {
        "stores": seen.values(),
        "store": store,
        "whole_chain": access.scope_of(request.user).everything,
        "refreshed": refreshed,
        "view": name,
        "views": [
            Tab(gettext(title), address(view=key, store=store), current=key == name) for key, title in VIEWS.items()
        ],
        "shown": shown,
        "chart": shown.chart if shown else None,
        "empty": shown is None or shown.chart is None,
    }
    return render(request, "console/crowd.html", facts)
