"""One offer: what it says, how it stands, its versions; and every step from the draft to the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.doors.console.offering.fields import KINDS
from huitou.doors.console.views.offers.editing import meetings_shown
from huitou.doors.console.views.offers.listing import when
from huitou.kernel.errors import N_
from huitou.offers.service import advice, programmes
from huitou.offers.terms.kept import OfferSeen, OfferState, VersionSeen, VersionState
from huitou.usecases import offer_desk, promotions

DONE = {
    "submit": N_("It is handed in."),
    "approve": N_("It is approved."),
    "send_back": N_("It is sent back."),
    "on": N_("It is on: every till prices by it within two seconds."),
    "pause": N_("It is stopped in every till within two seconds."),
    "end": N_("It has ended for good."),
}
ASKED_TWICE = frozenset({"pause", "end"})


@dataclass(frozen=True, slots=True)
class VersionRow:
    seen: VersionSeen
    state: str
    sentence: str
    inside: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Radius:
    """What stops with an offer."""

    stores: str
    products: int
    coupons: int
    uses: int
    spent_fen: int


@needs(Right.SEE_OFFERS)
def offer(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _page(request: HttpRequest, code: str, asks: str = "") -> HttpResponse:
    seen = programmes.offer(code, timezone.now())
    versions = programmes.versions_of(code)
    newest = versions[0]
    standing = next((one for one in versions if one.number == seen.standing), None)
    shown = standing or newest
    engine = programmes.engine_offer(shown)
    met, more_met = meetings_shown(engine)
    state, tone = said.STATES[seen.state]
    facts: dict[str, Any] = {
        "seen": seen,
        "state": gettext(state),
        "tone": tone,
        "kind": gettext(KINDS.get(seen.kind, seen.kind)),
        "when": when(seen),
        "both": said.both(engine, said.names_now(shown.terms)),
        "newest": newest,
        "pending": newest if standing is not None and newest.number != seen.standing else None,
        "versions": [_version_row(one, seen.standing) for one in versions],
        "met": met,
        "more_met": more_met,
        "stage": gettext(said.STAGES.get(advice.stage(engine) or "", said.BESIDE_THE_PRICE)),
        "left_fen": None if seen.terms.budget_fen is None else max(0, seen.terms.budget_fen - seen.spent_fen),
        "budget_share": _share(seen),
        "may": _may(request, seen, newest),
        "asks": asks,
        "radius": _radius(seen) if asks in ASKED_TWICE else None,
        "above": programmes.approval_above(),
    }
    return render(request, "console/offers/one.html", facts)


def _version_row(one: VersionSeen, standing: int | None) -> VersionRow:
    spoken = said.both(programmes.engine_offer(one), said.names_now(one.terms)).first
    state = gettext(said.VERSION_STATES[one.state])
    return VersionRow(one, state, spoken.customer, spoken.inside, one.number == standing)


def _share(seen: OfferSeen) -> str:
    if not seen.terms.budget_fen:
        return ""
    return figures.rate_of(min(seen.spent_fen, seen.terms.budget_fen), seen.terms.budget_fen)


def _may(request: HttpRequest, seen: OfferSeen, newest: VersionSeen) -> dict[str, bool]:
    """Which steps the page shows. What is not allowed is refused by the room as well."""
    edits = access.may(request.user, Right.EDIT_OFFERS)
    waiting = newest.state == VersionState.WAITING
    own = request.user.username in (newest.made_by, newest.submitted_by)
    alive = seen.state != OfferState.ENDED or seen.standing is not None
    newer = seen.standing != newest.number
    return {
        "edit": edits and alive,
        "submit": edits and alive and newest.state == VersionState.DRAFT and newer,
        "approve": access.may(request.user, Right.APPROVE_OFFERS) and waiting and not own,
        "waits_for_other": waiting and own,
        "on": edits and alive and newest.state == VersionState.APPROVED and newer,
        "pause": edits and seen.standing is not None,
        "end": edits and alive,
        "bench": True,
    }


def _radius(seen: OfferSeen) -> Radius:
    engine = programmes.engine_offer(programmes.shown_version(seen))
    names = said.names_now().stores
    stores = engine.valid.stores
    told = gettext("all {count} stores").format(count=len(names))
    if stores:
        told = ("、" if figures.chinese() else ", ").join(names.get(one, one) for one in stores[:6])
    products = advice.count_goods(engine, offer_desk.shelf().lines)
    coupons = offer_desk.live_coupons(engine.valid.coupon) if engine.valid.coupon else 0
    return Radius(told, products, coupons, seen.uses, seen.spent_fen)


# ---- steps


@require_POST
@needs(Right.SEE_OFFERS)
def act(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """One step; what stops tills is asked twice."""
    if step not in _STEPS:
        raise Http404
    approving = step in ("approve", "send_back")
    access.require(request.user, Right.APPROVE_OFFERS if approving else Right.EDIT_OFFERS)
    if step in ASKED_TWICE and "sure" not in request.POST:
        return _page(request, code, asks=step)
    _STEPS[step](request, code)
    toasts.say(request, gettext(DONE[step]))
    return redirect("console:offer", code=code)


def _number(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _why(request: HttpRequest) -> str:
    return request.POST.get("why", "").replace("\x00", "").strip()[:200]


_STEPS: dict[str, Callable[[HttpRequest, str], Any]] = {
    "submit": lambda request, code: promotions.submit_offer(code, actor=request.user.username),
    "approve": lambda request, code: promotions.approve_offer(code, _number(request), actor=request.user.username),
    "send_back": lambda request, code: promotions.send_back_offer(
        code, _number(request), actor=request.user.username, why=_why(request)
    ),
    "on": lambda request, code: promotions.switch_on(
        code, actor=request.user.username, version=_number(request) or None
    ),
    "pause": lambda request, code: promotions.pause_offer(code, actor=request.user.username, why=_why(request)),
    "end": lambda request, code: promotions.end_offer(code, actor=request.user.username, why=_why(request)),
}
