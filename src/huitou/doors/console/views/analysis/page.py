"""The analysis: when customers come, what they buy, where, what a segment asks for by hour, what lies in one basket,
who goes on from looking to paying. Each view can be cut to a segment and a store, and stands in the address
(`?view=categories&segment=7&weeks=13`).

Counting takes seconds in a large chain, so the page comes at once and asks for the answer (`&counted=1`) by itself.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.parts import Tab
from huitou.doors.console.periods import asked_day
from huitou.doors.console.refusals import said
from huitou.doors.console.views.analysis.categories import categories
from huitou.doors.console.views.analysis.demand import demand
from huitou.doors.console.views.analysis.funnel import funnel
from huitou.doors.console.views.analysis.hours import hours
from huitou.doors.console.views.analysis.stores import stores
from huitou.doors.console.views.analysis.together import together
from huitou.doors.console.views.analysis.view import DEEPEST, LONGEST_PATH, Question, View
from huitou.doors.console.whose import asked_whose, kept_in, picking
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.analyse import USUAL_WEEKS, WEEKS, Asked
from huitou.usecases.kpis_of_chosen import PAGE_SECONDS

VIEWS = {
    "hours": N_("When they come"),
    "categories": N_("What they buy"),
    "stores": N_("Where they buy"),
    "demand": N_("Demand by hour"),
    "together": N_("In one basket"),
    "funnel": N_("From looking to paying"),
}
_BUILT = {
    "hours": hours,
    "categories": categories,
    "stores": stores,
    "demand": demand,
    "together": together,
    "funnel": funnel,
}


_DRAWN_BY = {"hours": "hours", "demand": "squares", "funnel": "stack"}


@require_safe
@needs(Right.SEE_OVERVIEW)
def analysis(request: HttpRequest) -> HttpResponse:
    seen, store = asked_place(request)
    name = request.GET.get("view", "")
    name = name if name in VIEWS else "hours"
    refreshed = last_refresh(request)
    whole = access.scope_of(request.user).everything
    facts = {"stores": seen.values(), "store": store, "whole_chain": whole, "refreshed": refreshed, "view": name}
    if refreshed is None:
        return render(request, "console/analysis.html", facts | {"empty": True})
    whose, weeks, within = asked_whose(request), _weeks(request), _within(request)
    ends = asked_day(request.GET)
    until = min(ends, refreshed.as_of) if ends else refreshed.as_of
    places = [store] if store is not None else None if whole else []
    asked = Asked(whose.chosen if whose else None, places, weeks, until, PAGE_SECONDS)
    level = request.GET.get("level", "")
    kept = {**kept_in(whose, store=store, weeks=weeks, within=within, level=level, ends=ends), "view": name}
    question = Question(asked, whose, seen, kept, within, level)
    crumbs = within.split("/") if within else []
    facts |= {
        "views": [Tab(gettext(title), question.address(view=key), current=key == name) for key, title in VIEWS.items()],
        "shown": _shown(name, question) if "counted" in request.GET else None,
        "counted_at": question.address(counted=1),
        "drawn_by": _DRAWN_BY.get(name, ""),
        "weeks": [
            (one, ngettext("{count} week", "{count} weeks", one).format(count=one), one == weeks) for one in WEEKS
        ],
        "weeks_kept": [(key, value) for key, value in kept.items() if key != "weeks"],
        "crumbs": [(part, question.address(within="/".join(crumbs[: place + 1]))) for place, part in enumerate(crumbs)],
        "top": question.address(within=""),
        "trees": name in ("categories", "demand"),
        **picking(request, whose),
    }
    return render(request, "console/analysis.html", facts)


def _shown(name: str, question: Question) -> View:
    try:
        return _BUILT[name](question)
    except HuitouError as refusal:  # in the answer's place: the page around it stands already
        return View(blank=figures.sentences(*said(refusal)))


def _weeks(request: HttpRequest) -> int:
    text = request.GET.get("weeks", "")
    return int(text) if text in [str(one) for one in WEEKS] else USUAL_WEEKS


def _within(request: HttpRequest) -> str:
    path = request.GET.get("within", "")
    if len(path) > LONGEST_PATH or path.count("/") >= DEEPEST or "\x00" in path:
        raise Http404
    return path
