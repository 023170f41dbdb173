"""Coupons: kinds, batches that are issued while one looks, codes for whom may spend them, one coupon's life."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.honoured import why
from huitou.doors.console.offering import said
from huitou.doors.console.refusals import said as refusal_said
from huitou.kernel.cells import read_fen
from huitou.kernel.errors import N_, HuitouError
from huitou.members import service as members
from huitou.offers.errors import CouponKindUnfit, OfferUnknown
from huitou.offers.service import coupons as room
from huitou.offers.service import programmes
from huitou.offers.terms.coupons import BatchSeen, KindSeen
from huitou.receipts import service as receipts
from huitou.usecases import coupons, offer_desk

FIELDS = {
    "code": N_("Code"),
    "title": N_("Name"),
    "terms": N_("What it says"),
    "worth_fen": N_("It takes off"),
    "threshold_fen": N_("From this spend on"),
    "valid_days": N_("Days from the grant"),
    "valid_until": N_("Last day"),
    "transferable": N_("and may be given away"),
    "name": N_("Name of the batch"),
    "count": N_("How many coupons"),
}
"""What a refusal calls a field, as the form does."""
STATES: Mapping[str, tuple[str, str]] = {
    "live": (N_("Live"), "q"),
    "held": (N_("Held by a basket"), "o"),
    "used": (N_("Used"), "line"),
    "expired": (N_("Expired"), "line"),
    "void": (N_("Void"), "e"),
}
LIFE = ("live", "held", "used", "expired", "void")
LABELS = {
    "code": N_("Code"),
    "title": N_("Name"),
    "terms": N_("What it says"),
    "worth_fen": N_("It takes off"),
    "threshold_fen": N_("From this spend on"),
    "valid_days": N_("Days from the grant"),
    "valid_until": N_("Last day"),
    "count": N_("How many coupons"),
    "name": N_("Name of the batch"),
}


class NotReadable(HuitouError):
    """A field of a form that reads as no number or day."""

    code = "coupon_field_unreadable"
    message = N_("{field}: {words} cannot be read.")
    next_step = N_("Write digits, such as 30 or 10.00, and days as 2026-12-31; or leave it empty.")
    status = 422


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: KindSeen
    issued: int
    valid: str
    parts: Sequence[tuple[str, str, int, str, str]]
    """(state, name, count, width, where it begins): of a bar, in per cent."""

    @property
    def coded(self) -> bool:
        """Whether the code says anything beside the name; spaces alone say nothing."""
        return "".join(self.kind.code.split()) != "".join(self.kind.title.split())


@needs(Right.SEE_OFFERS)
def kinds(request: HttpRequest, refusal: HuitouError | None = None) -> HttpResponse:
    """Every kind, and how many of its coupons are in which state."""
    rows = [_row(one) for one in room.kinds()]
    facts = {
        "rows": rows,
        "legend": [(state, gettext(name)) for state, (name, _) in STATES.items()],
        "may_edit": access.may(request.user, Right.EDIT_OFFERS),
        "refusal": _refusal(refusal),
        "finding": _finding(rows, whole_chain=access.scope_of(request.user).everything),
    }
    return render(request, "console/offers/coupons.html", facts, status=refusal.status if refusal else 200)


def _row(one: KindSeen) -> KindRow:
    counts = {state: int(getattr(one, state)) for state in LIFE}
    issued, begins, parts = sum(counts.values()), Fraction(0), []
    for state, count in counts.items():
        width = Fraction(count * 100, issued) if issued else Fraction(0)
        parts.append((state, gettext(STATES[state][0]), count, figures.rounded(width, 2), figures.rounded(begins, 2)))
        begins += width
    return KindRow(one, issued, validity(one), parts)


def validity(one: KindSeen) -> str:
    """How long a coupon of the kind is good."""
    if one.valid_days is not None:
        return gettext("{days} days from the grant").format(days=one.valid_days)
    if one.valid_from and one.valid_until:
        return figures.span(one.valid_from, one.valid_until)
    if one.valid_until:
        return gettext("until {day}").format(day=figures.day(one.valid_until))
    return gettext("from {day}").format(day=figures.day(one.valid_from)) if one.valid_from else gettext("for ever")


def _finding(rows: Sequence[KindRow], *, whole_chain: bool) -> str:
    live, used = sum(row.kind.live for row in rows), sum(row.kind.used for row in rows)
    issued = sum(row.issued for row in rows)
    if not issued:
        return gettext("No coupon has been issued yet.") if whole_chain else gettext("No member of yours has a coupon.")
    if not used:
        return gettext("{live} coupons can be used; none of {issued} that were issued has been used yet.").format(
            live=f"{live:,}", issued=f"{issued:,}"
        )
    return gettext("{live} coupons can be used; of {issued} that were issued {used} were, {share}%.").format(
        live=f"{live:,}", issued=f"{issued:,}", used=f"{used:,}", share=figures.rate_of(used, issued)
    )


def _refusal(refusal: HuitouError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    if isinstance(refusal, CouponKindUnfit):
        label = gettext(FIELDS.get(str(refusal.facts["field"]), str(refusal.facts["field"])))
        message = gettext("“{field}” is missing or does not fit.").format(field=label)
        return {"message": message, "next_step": gettext("Correct it and try again."), "code": refusal.code}
    message, next_step = refusal_said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}


# ---- a kind


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def new_kind(request: HttpRequest) -> HttpResponse:
    """A kind never changes once it is there: coupons of it are in people's hands."""
    names = (
        "code",
        "title",
        "terms",
        "worth_fen",
        "threshold_fen",
        "valid_days",
        "valid_until",
        "personal",
        "transferable",
    )
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip()[:500] for name in names}
    refusal = None
    if request.method == "POST":
        try:
            wanted = _kind(typed)
            coupons.make_kind(wanted, actor=request.user.username)
            toasts.say(request, gettext("The kind is there. Now issue coupons of it, or let an offer hand them out."))
            return redirect("console:coupon_kind", code=wanted.code)
        except HuitouError as refused:
            refusal = refused
    facts = {"typed": typed, "refusal": _refusal(refusal)}
    return render(request, "console/offers/coupon_new.html", facts, status=refusal.status if refusal else 200)


def _kind(typed: Mapping[str, str]) -> KindSeen:
    """Raises NotReadable."""
    until = typed["valid_until"]
    try:
        last = date.fromisoformat(until) if until else None
    except ValueError as error:
        raise NotReadable(field=gettext(LABELS["valid_until"]), words=until[:40]) from error
    return KindSeen(
        code=typed["code"],
        title=typed["title"],
        terms=typed["terms"],
        worth_fen=_fen(typed, "worth_fen"),
        threshold_fen=_fen(typed, "threshold_fen"),
        personal=bool(typed["personal"]),
        transferable=bool(typed["transferable"]),
        valid_until=last,
        valid_days=_number(typed, "valid_days"),
    )


def _fen(typed: Mapping[str, str], name: str) -> int | None:
    text = typed[name].replace(",", "")
    value = read_fen(text) if text else None
    if text and value is None:
        raise NotReadable(field=gettext(LABELS[name]), words=text[:40])
    return value


def _number(typed: Mapping[str, str], name: str) -> int | None:
    text = typed[name].replace(",", "")
    if text and not (text.isdecimal() and len(text) < 10):
        raise NotReadable(field=gettext(LABELS[name]), words=text[:40])
    return int(text) if text else None


@needs(Right.SEE_OFFERS)
def kind(request: HttpRequest, code: str, refusal: HuitouError | None = None) -> HttpResponse:
    """One kind: its batches, and the offers that ask for it or hand it out."""
    seen = room.kind(code)
    stores = dict(offer_desk.stores_by_id())
    facts: dict[str, Any] = {
        "row": _row(seen),
        "kind": seen,
        "legend": [(state, gettext(name)) for state, (name, _) in STATES.items()],
        "batches": [batch_shown(one) for one in room.batches(code)],
        "stores": [stores.get(one, str(one)) for one in seen.store_ids],
        "asked_by": _offers_with(code),
        "may_edit": access.may(request.user, Right.EDIT_OFFERS),
        "may_export": access.may(request.user, Right.EXPORT_COUPONS),
        "refusal": _refusal(refusal),
        "typed": {name: request.POST.get(name, "")[:200] for name in ("count", "name")},
    }
    return render(request, "console/offers/coupon_kind.html", facts, status=refusal.status if refusal else 200)


def batch_shown(one: BatchSeen) -> dict[str, Any]:
    return {"seen": one, "done": one.issued >= one.wanted, "mark": f"{one.id}-{one.issued}"}


def _offers_with(code: str) -> list[tuple[str, str, str]]:
    """(code, name, sentence) of offers that take the kind or hand it out."""
    found = []
    for seen in programmes.offers(timezone.now()):
        engine = programmes.engine_offer(programmes.shown_version(seen))
        if code in (engine.valid.coupon, getattr(engine.get, "coupon", None)):
            found.append((seen.code, seen.name or seen.code, said.one_line(engine, said.names_now(seen.terms))))
    return found


# ---- batches


@require_POST
@needs(Right.EDIT_OFFERS)
def issue(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a batch; the worker issues it, and the page shows how far it is."""
    typed = {"count": request.POST.get("count", "").strip()[:12]}
    name = request.POST.get("name", "").replace("\x00", "").strip()[:200]
    try:
        count = _number(typed, "count") or 0
        coupons.begin_batch(code, name, actor=request.user.username, today=timezone.localdate(), count=count)
    except HuitouError as refusal:
        return kind(request, code, refusal)
    return redirect("console:coupon_kind", code=code)


@require_safe
@needs(Right.SEE_OFFERS)
def batch_progress(request: HttpRequest, number: int) -> HttpResponse:
    """Asked every second while a batch is issued; the page comes anew when it is done."""
    one = batch_shown(room.batch(number))
    if one["done"]:
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    if request.GET.get("seen") == one["mark"]:
        return HttpResponse(status=204)
    return render(request, "console/offers/_batch.html", {"batch": one})


@require_POST
@needs(Right.EXPORT_COUPONS)
def export(request: HttpRequest, number: int) -> HttpResponse | StreamingHttpResponse:
    """The codes as a file. Whoever has them can spend them: who read them stands in the audit trail."""
    rows = coupons.export_codes(number, actor=request.user.username)
    response = HttpResponse("\ufeff" + "".join(_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="coupons-{number}.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Read inside the request: its transaction is the person's scope, and ends with it."""
    sink = StringIO()
    writer = csv.writer(sink)
    writer.writerow(("code", "state", "member"))
    for row in rows:
        writer.writerow((row["code"], row["state"], row["member"] or ""))
        if sink.tell() > 1 << 16:
            yield sink.getvalue()
            sink.seek(0)
            sink.truncate()
    yield sink.getvalue()


@require_POST
@needs(Right.EDIT_OFFERS)
def void_batch(request: HttpRequest, number: int) -> HttpResponse:
    """Make a batch worthless; asked twice."""
    one = room.batch(number)
    if "sure" not in request.POST:
        return render(request, "console/offers/coupon_void.html", {"batch": one, "kind": room.kind(one.kind)})
    why = request.POST.get("why", "").replace("\x00", "").strip()[:200]
    voided, staying = coupons.void_batch(number, actor=request.user.username, today=timezone.localdate(), why=why)
    told = gettext("{voided} coupons are void; {staying} stay, used or promised to a basket.")
    toasts.say(request, told.format(voided=f"{voided:,}", staying=f"{staying:,}"))
    return redirect("console:coupon_kind", code=one.kind)


# ---- a single coupon


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_OFFERS)
def find(request: HttpRequest) -> HttpResponse:
    """One coupon by its code, which is worth money and stands in no address: whoever comes by the address asks anew."""
    if request.method != "POST":
        return redirect("console:coupons")
    code = request.POST.get("code", "").replace("\x00", "").strip()[:80]
    try:
        return _life(request, code)
    except HuitouError as refusal:
        return kinds(request, refusal)


def offer_named(code: str) -> str:
    """As people call it; its code where it has no name, or is gone."""
    try:
        return programmes.offer(code, timezone.now()).name or code
    except OfferUnknown:
        return code


def _life(request: HttpRequest, code: str) -> HttpResponse:
    seen, member, uses = room.coupon(code)
    shown = members.at_the_till([member]) if member is not None else []
    state, tone = STATES[seen.state]
    numbers = receipts.numbers_of(
        [one.receipt_id for one in uses] + [one.given_back_by for one in uses if one.given_back_by]
    )
    life = room.life_of(seen)
    numbers |= receipts.numbers_of([one for one in (life.brought_by, life.gone_by) if one is not None])
    days = receipts.business_dates([one.given_back_by for one in uses if one.given_back_by])
    whole_chain, voided = access.scope_of(request.user).everything, None
    if seen.state == "void" and whole_chain:
        with access.beyond_scope(request.user):
            voided = coupons.voided_by(seen.code, life.batch_id)
    honoured = receipts.honoured_coupon(seen.code)
    numbers |= receipts.numbers_of(one.receipt_id for one in honoured if one.receipt_id)
    facts = {
        "seen": seen,
        "code": room.shown_code(seen.code),
        "kind": room.kind(seen.kind),
        "state": gettext(state),
        "tone": tone,
        "life": life,
        "brought_by": numbers.get(life.brought_by or 0, ""),
        "offer": offer_named(life.offer) if life.offer else "",
        "gone_by": numbers.get(life.gone_by or 0, ""),
        "member": shown[0] if shown else None,
        "uses": [
            (
                one,
                numbers.get(one.receipt_id, ""),
                numbers.get(one.given_back_by or 0, ""),
                days.get(one.given_back_by or 0),
            )
            for one in uses
        ],
        "honoured": [(one, numbers.get(one.receipt_id or 0, ""), why(one.body.get("code"))) for one in honoured],
        "may_edit": access.may(request.user, Right.EDIT_OFFERS) and seen.state == "live",
        "whole_chain": whole_chain,
        "voided": voided,
    }
    return render(request, "console/offers/coupon.html", facts)


@require_POST
@needs(Right.EDIT_OFFERS)
def void(request: HttpRequest) -> HttpResponse:
    """Make one coupon worthless."""
    code = request.POST.get("code", "").replace("\x00", "").strip()[:80]
    why = request.POST.get("why", "").replace("\x00", "").strip()[:200]
    voided, _ = coupons.void_coupon(code, actor=request.user.username, today=timezone.localdate(), why=why)
    shown = room.shown_code(room.coupon(code)[0].code)
    # Between the page and the button a till may have used it.
    told = gettext("Coupon {code} is void.") if voided else gettext("Coupon {code} stays as it is: it is not live.")
    toasts.say(request, told.format(code=shown))
    return _life(request, code)
