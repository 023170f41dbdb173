"""All members together: the flow between layers, the map of recency and frequency, cohorts, stages and who moved
between them, the loyalty index, new members.

Each view is one chart with its finding, and stands in the address (`?view=cohorts&store=3`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.parts import Chart, Tab
from huitou.doors.console.periods import asked_day
from huitou.doors.console.views.crowd.cohorts import cohorts
from huitou.doors.console.views.crowd.layers import layers
from huitou.doors.console.views.crowd.loyalty import loyalty
from huitou.doors.console.views.crowd.moves import moves
from huitou.doors.console.views.crowd.newcomers import newcomers
from huitou.doors.console.views.crowd.rfm import rfm
from huitou.doors.console.views.crowd.stages import stages
from huitou.doors.console.views.crowd.view import address
from huitou.doors.console.whose import asked_whose, kept_in, picking
from huitou.insight import service as insight
from huitou.insight.terms import RefreshSeen
from huitou.kernel.errors import N_

VIEWS = {
    "layers": N_("Layers and their flow"),
    "rfm": N_("Recency and frequency"),
    "cohorts": N_("Coming back"),
    "stages": N_("Lifecycle"),
    "moves": N_("Moves between stages"),
    "loyalty": N_("Loyalty index"),
    "new": N_("New members"),
}


_BUILT = {
    "layers": layers,
    "rfm": rfm,
    "cohorts": cohorts,
    "stages": stages,
    "moves": moves,
    "loyalty": loyalty,
    "new": newcomers,
}


@require_safe
@needs(Right.SEE_OVERVIEW)
def crowd(request: HttpRequest) -> HttpResponse:
    seen, store = asked_place(request)
    name = request.GET.get("view", "")
    name = name if name in VIEWS else "layers"
    refreshed = last_refresh(request)
    day = _asked_day(request, refreshed) if refreshed else None
    shown = _BUILT[name](request, store, day) if refreshed else None
    chart = _pinned(request, shown.chart, name, store, day or refreshed.as_of) if shown and refreshed else None
    facts = {
        "stores": seen.values(),
        "store": store,
        "whole_chain": access.scope_of(request.user).everything,
        "refreshed": refreshed,
        "view": name,
        "views": [
            Tab(gettext(title), address(view=key, store=store, ends=day), current=key == name)
            for key, title in VIEWS.items()
        ],
        "shown": shown,
        "chart": chart,
        "day": day,
        "empty": chart is None,
        **(picking(request, asked_whose(request)) if name == "cohorts" else {}),
    }
    return render(request, "console/crowd.html", facts)


def _asked_day(request: HttpRequest, refreshed: RefreshSeen) -> date | None:
    """The day of which the pictures are shown as they were then; None: as they are now."""
    asked = asked_day(request.GET)
    return insight.picture_of(asked) if asked is not None and asked < refreshed.as_of else None


def _pinned(request: HttpRequest, chart: Chart | None, view: str, store: int | None, day: date) -> Chart | None:
    """With the address that shows it as it is now for ever."""
    by = request.GET.get("by", "") if view == "new" else ""
    whose = kept_in(asked_whose(request)) if view == "cohorts" else {}
    return replace(chart, link=address(view=view, store=store, by=by, ends=day, **whose)) if chart else None
