"""The first run, in four steps that can be left and gone back in: the chain, its targets, its stores, its data."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import ChainUnfit, StoresUnfit
from huitou.doors.console import figures
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.refusals import said
from huitou.doors.console.views import targets
from huitou.doors.console.views.imports import jobs
from huitou.insight.errors import GoalsSame, GoalUnfit
from huitou.insight.service import goals as kpi_goals
from huitou.kernel.currencies import CURRENCIES
from huitou.kernel.errors import N_, HuitouError
from huitou.usecases.goals import set_goals
from huitou.usecases.sample_chain import asking
from huitou.usecases.sample_chain.errors import SampleNoteUnreadable
from huitou.usecases.start import finish_start, is_asked, take_typed_stores, tell_chain

STEPS = (("chain", N_("The chain")), ("targets", N_("Targets")), ("stores", N_("Stores")), ("bring", N_("Data")))
FIELDS = {
    "name": N_("Name of the chain"),
    "language": N_("Language"),
    "currency": N_("Currency"),
    "zone": N_("Time zone"),
}
ZONES_FIRST = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Europe/London")
STORES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_TARGETS)
def start(request: HttpRequest, step: str = "chain") -> HttpResponse:
    """A chain that has data is never asked again; only a sample chain that is on its way is looked after here."""
    if not is_asked():
        if not asking.is_begun():
            return redirect("console:overview")
        step = "bring"
    if step not in _STEPS:
        raise Http404
    catalogue.follow_chain()  # another process may have been told, and every step shows the currency
    show, take = _STEPS[step]
    refusal: HuitouError | None = None
    if request.method == "POST":
        try:
            take(request)
        except (ChainUnfit, StoresUnfit, GoalUnfit) as refused:
            refusal = refused
        else:
            return _onward(step)
    facts = {"steps": _way(step), "step": step, "before": _neighbour(step, -1), "refusal": _refused(refusal)}
    page = render(request, f"console/start/{step}.html", facts | show(request, refusal))
    page.status_code = refusal.status if refusal else 200
    return page


def _onward(step: str) -> HttpResponse:
    after = _neighbour(step, 1)
    return redirect("console:start_step", after) if after else redirect("console:overview")


def _way(step: str) -> list[dict[str, object]]:
    names = [name for name, _ in STEPS]
    here = names.index(step)
    return [
        {"name": name, "title": gettext(title), "done": place < here, "current": place == here}
        for place, (name, title) in enumerate(STEPS)
    ]


def _neighbour(step: str, by: int) -> str:
    names = [name for name, _ in STEPS]
    place = names.index(step) + by
    return names[place] if 0 <= place < len(names) else ""


def _refused(refusal: HuitouError | None) -> dict[str, str] | None:
    if isinstance(refusal, GoalUnfit):
        return targets.refusal_shown(refusal)
    if refusal is None:
        return None
    if isinstance(refusal, ChainUnfit):
        refusal = ChainUnfit(field=gettext(FIELDS[str(refusal.facts["field"])]), given=refusal.facts["given"])
    message, next_step = said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}


def _show_chain(request: HttpRequest, refusal: HuitouError | None) -> dict[str, object]:
    told = catalogue.chain()
    typed = {
        "name": told.name if told else settings.CHAIN_NAME if "CHAIN_NAME" in settings.TOLD_BY_OPERATOR else "",
        "language": told.language if told else translation.get_language(),
        "currency": told.currency if told else settings.CURRENCY,
        "zone": told.zone if told else settings.TIME_ZONE,
    }
    if refusal is not None:
        typed |= {name: request.POST.get(name, "") for name in typed}
    zones = [*ZONES_FIRST, *sorted(available_timezones() - set(ZONES_FIRST))]
    currencies = [(code, figures.currency(code)) for code in CURRENCIES]
    return {"typed": typed, "zones": zones, "currencies": currencies}


def _take_chain(request: HttpRequest) -> None:
    asked = {name: request.POST.get(name, "").strip() for name in FIELDS}
    tell_chain(**asked, actor=request.user.username)
    transaction.on_commit(catalogue.follow_chain)
    access.set_language(request.user.pk, asked["language"])


def _show_targets(request: HttpRequest, refusal: HuitouError | None) -> dict[str, object]:
    typed = targets.typed_goals(request.POST) if refusal is not None else targets.texts_of(kpi_goals.standing())
    return {"rows": targets.form_rows(typed, refusal)}


def _take_targets(request: HttpRequest) -> None:
    try:
        set_goals(targets.read_goals(targets.typed_goals(request.POST)), note="", actor=request.user.username)
    except GoalsSame:
        return  # whoever comes back and goes on changes nothing


def _show_stores(request: HttpRequest, refusal: HuitouError | None) -> dict[str, object]:
    stores = list(every_store(request).values())
    typed = request.POST.get("stores", "") if refusal is not None else ""
    return {
        "offered": not stores and _sample_is_offered(),
        "stores": stores[:STORES_SHOWN],
        "store_count": len(stores),
        "typed": typed,
    }


def _sample_is_offered() -> bool:
    try:
        sample = asking.offer(now=timezone.localtime())
    except SampleNoteUnreadable:  # said where the sample chain is asked for
        return False
    return not (sample.refused or sample.begun)


def _take_stores(request: HttpRequest) -> None:
    take_typed_stores(request.POST.get("stores", ""), actor=request.user.username)


def _show_bring(request: HttpRequest, refusal: HuitouError | None) -> dict[str, object]:
    job = asking.newest_job()
    going = job is not None and not job.ended
    return {
        "store_count": len(every_store(request)),
        "chain": catalogue.chain(),
        "sample": asking.offer(now=timezone.localtime()),
        "working": going,
        "failed": jobs.failure_of(job) if job is not None and not going else None,
    } | (jobs.seen_running(job) if job is not None and going else {})


@require_POST
@needs(Right.SET_TARGETS)
def lay_sample(request: HttpRequest) -> HttpResponse:
    """The page shows how far it is. Raises OtherDataHere or NotEnoughRoom."""
    if not is_asked() and not asking.is_begun():
        return redirect("console:overview")
    job = asking.start_sample(now=timezone.localtime(), actor=request.user.username)
    access.note(request.user, "sample.lay", f"job:{job}")
    return redirect("console:start_step", "bring")


@require_POST
@needs(Right.SET_TARGETS)
def clear_sample(request: HttpRequest) -> HttpResponse:
    """Take away one that was stopped half way. Raises NoSampleChain, SampleChainWhole or SampleChainBusy."""
    job = asking.start_clearing(actor=request.user.username)
    access.note(request.user, "sample.clear", f"job:{job}")
    return redirect("console:start_step", "bring")


def _take_bring(request: HttpRequest) -> None:
    finish_start(actor=request.user.username)


Show = Callable[[HttpRequest, HuitouError | None], dict[str, object]]
Take = Callable[[HttpRequest], None]
_STEPS: dict[str, tuple[Show, Take]] = {
    "chain": (_show_chain, _take_chain),
    "targets": (_show_targets, _take_targets),
    "stores": (_show_stores, _take_stores),
    "bring": (_show_bring, _take_bring),
}
