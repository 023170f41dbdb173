"""A rehearsal: a draft on the newest 10,000 receipts, as a job; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.views.imports import jobs
from huitou.inbox.terms import JobSeen
from huitou.kernel.errors import N_
from huitou.offers import service as offers
from huitou.offers.service import advice, programmes
from huitou.offers.terms import Offer
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import rehearse_offer, run_jobs
from huitou.usecases.points_rate import rate_now

USUAL_MARGIN = 22
"""Per cent of sales; a supermarket's gross margin, until the reader says theirs."""


@require_POST
@needs(Right.EDIT_OFFERS)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Rehearse the newest version of an offer."""
    version = programmes.versions_of(code)[0]
    job = rehearse_offer.start_rehearsal(version.document, version.terms, actor=request.user.username)
    access.note(request.user, "offer.rehearse", f"offer:{code}", version=version.number, job=job)
    return redirect("console:rehearsal", number=job)


@needs(Right.EDIT_OFFERS)
def rehearsal(request: HttpRequest, number: int) -> HttpResponse:
    """How far it is, or what came of it."""
    job = run_jobs.progress(number)
    if job.what != "rehearse":
        raise Http404
    offer = advice.read_offer(dict(job.reading["document"]))
    terms = OfferTerms(**job.reading["terms"])
    facts: dict[str, Any] = {
        "offer": offer,
        "title": offer.name or offer.id,
        "code": offer.id,
        "sentence": said.one_line(offer, said.names_now(terms)),
        "failed": jobs.failure_of(job),
    }
    if not job.ended:
        facts |= {"working": True} | jobs.seen_running(job)
    elif job.state == "done":
        facts |= came_of(request, job, offer)
    return render(request, "console/offers/rehearsal.html", facts)


@dataclass(frozen=True, slots=True)
class Walked:
    address: str
    name: str
    before: int
    after: int
    why: str
    good: bool


def came_of(request: HttpRequest, job: JobSeen, offer: Offer) -> dict[str, Any]:
    """What the page shows of a rehearsal that is done."""
    came = job.report
    own = _own(came)
    margin = _margin(request)
    return {
        "came": came,
        "takes_off": advice.stage(offer) is not None,
        "points_worth": rate.worth_of(came["points"]) if came["points"] and (rate := rate_now(timezone.now())) else 0,
        "own": own,
        "each": Fraction(came["cost"], came["used"]) if came["used"] else None,
        "spared": came["off"] - came["cost"],
        "seconds": _seconds(job),
        "margin": margin,
        "break_even": _break_even(own, came["sales"], margin),
        "chart": _chart(came, offer),
        "walked": [_walked(one, offer.id) for one in came["walked"]],
        "displaced": _displaced(came["displaced"]),
        "reasons": [(gettext(offers.reason_text(code)), count) for code, count in came["reasons"]],
        "share": figures.rate_of(came["used"], came["receipts"]),
    }


def _own(came: Mapping[str, Any]) -> int:
    """What nobody else pays: shares of `store` or 本店 are the chain's own."""
    others = sum(one["amount"] for one in came["funding"] if one["payer"].casefold() not in ("store", "chain", "本店"))
    return int(came["cost"] - others)


def _margin(request: HttpRequest) -> int:
    text = request.GET.get("margin", "")
    return int(text) if text.isdecimal() and len(text) <= 2 and int(text) else USUAL_MARGIN


def _break_even(own_fen: int, sales_fen: int, margin: int) -> str:
    """By how much those receipts would have to be larger: what it costs ÷ margin ÷ their sales, in per cent; empty
    where it costs nothing that is known."""
    return figures.rate(Fraction(own_fen * 100, margin * sales_fen)) if sales_fen and own_fen else ""


def _seconds(job: JobSeen) -> str:
    if job.started_at is None or job.ended_at is None:
        return ""
    return figures.rounded(Fraction(int((job.ended_at - job.started_at).total_seconds() * 10), 10), 1)


def _chart(came: Mapping[str, Any], offer: Offer) -> Chart | None:
    if not came["touched"]:
        return None
    step, counts = came["step"], came["amounts"]
    last = len(counts) - 1
    names = [f"{figures.money_in_whole(step * n)}{'+' if n == last else ''}" for n in range(len(counts))]
    lines = [
        {
            "at": min(last, amount // step),
            "text": gettext("from {amount}").format(amount=figures.money_in_whole(amount)),
        }
        for amount in _thresholds(offer)
    ]
    unit, currency = gettext("receipts"), figures.currency()
    options = {"names": names, "counts": counts, "tips": [f"{n:,}" for n in counts], "lines": lines, "unit": unit}
    columns = (Column(gettext("From ({currency})").format(currency=currency), True), Column(gettext("Receipts"), True))
    found = gettext("{touched} receipts hold its goods; {near} lack 20 {currency} or less of its next step.")
    if not lines:
        found = gettext("{touched} receipts hold its goods.")
    definition = gettext("Receipts by what their goods of this offer cost at shelf prices, {step} {currency} a bar.")
    return Chart(
        key="amounts",
        builder="steps",
        title=gettext("Where receipts stand"),
        about=gettext("by the amount of its goods, {currency}").format(currency=figures.currency()),
        options=options,
        finding=found.format(touched=f"{came['touched']:,}", near=f"{came['near']:,}", currency=currency),
        definition=definition.format(step=figures.money(step), currency=currency),
        table=Table(columns, [(Cell(name), Cell(f"{n:,}")) for name, n in zip(names, counts, strict=True)]),
        height="mid",
    )


def _thresholds(offer: Offer) -> Sequence[int]:
    amounts = [step.least_amount for step in getattr(offer.get, "steps", ())]
    return sorted({one for one in (*amounts, *(need.least_amount for need in offer.buy)) if one})


def _walked(one: Mapping[str, Any], code: str) -> Walked:
    """One receipt; its link prices it once more on the bench, with the offer that was rehearsed."""
    off = one["before"] - one["after"]
    given = _given_said(one.get("given", {}))
    why = given if given and not off else gettext("{off} off").format(off=figures.money(off))
    if one["reason"]:
        why = gettext(offers.reason_text(one["reason"]))
    if one["missing"]:
        why = gettext("{amount} more are needed").format(amount=figures.money(one["missing"]))
    address = f"{reverse('console:offer_bench')}?{urlencode({'receipt': one['id'], 'offer': code})}"
    return Walked(address, one["name"], one["before"], one["after"], why, not one["reason"])


_GIVEN = {
    "points": N_("+{count} points"),
    "stamps": N_("+{count} stamps"),
    "gifts": N_("{count} × gift"),
    "coupons": N_("{count} × coupon for next time"),
    "deliveries": N_("free delivery"),
}


def _given_said(given: Mapping[str, int]) -> str:
    """What one receipt is given beside the price."""
    return gettext(", ").join(gettext(_GIVEN[name]).format(count=f"{n:,}") for name, n in given.items() if n)


def _displaced(rows: Sequence[Sequence[Any]]) -> list[tuple[str, str, int]]:
    names = {one.id: one.name or one.id for one in rehearse_offer.standing_offers()}
    return [(code, names.get(code, code), off) for code, off in rows[:8]]
