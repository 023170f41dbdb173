"""The test bench: a member and a basket, or a past receipt. Who wins, what was not applied and why, what lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.doors.console.refusals import said as refusal_said
from huitou.kernel.errors import N_, HuitouError
from huitou.offers import service as offers
from huitou.offers.terms import Answer, PriceRequest
from huitou.usecases import offer_desk, try_basket
from huitou.usecases.rehearse_offer import standing_offers
from huitou.usecases.try_basket import Tried

LINES = 6
BENEFITS = {
    "points": N_("{count} points"),
    "stamps": N_("{count} stamps"),
    "delivery": N_("free delivery"),
}


class MomentUnreadable(HuitouError):
    code = "bench_moment_unreadable"
    message = N_("{words} is no moment.")
    next_step = N_("Write it as 2026-11-28T18:30, or leave it empty for now.")
    status = 422


@dataclass(frozen=True, slots=True)
class Typed:
    """The bench as it stands."""

    offer: str
    member: str
    receipt: str
    at: str
    store: str
    channel: str
    lines: Sequence[tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_OFFERS)
def bench(request: HttpRequest) -> HttpResponse:
    """A phone or a name is typed, so that it is asked by POST; a receipt may stand in the address."""
    asked = request.POST if request.method == "POST" else request.GET
    rows = list(zip(asked.getlist("sku"), asked.getlist("pieces"), strict=False))
    typed = Typed(*(asked.get(name, "").replace("\x00", "").strip()[:80] for name in _NAMES), rows)
    refusal, tried = None, None
    if request.method == "POST" or typed.receipt:
        try:
            tried = _try(typed, request.user)
        except HuitouError as refused:
            refusal = refused
    blank = [("", "1")] * max(1, LINES - len(rows))
    facts: dict[str, Any] = {
        "typed": typed,
        "rows": [*((sku, pieces) for sku, pieces in rows if sku), *blank][:60],
        "stores": offer_desk.store_names(),
        "offers": [(one.id, one.name or one.id, one.id == typed.offer) for one in _offered(typed.offer)],
        "refusal": _refusal(refusal),
        "shown": _shown(tried, typed) if tried else None,
    }
    return render(request, "console/offers/bench.html", facts, status=refusal.status if refusal else 200)


_NAMES = ("offer", "member", "receipt", "at", "store", "channel")


def _offered(chosen: str) -> list[Any]:
    """What can be looked at beside what stands: every offer that is there, drafts too."""
    standing = standing_offers()
    if chosen and chosen not in {one.id for one in standing}:
        standing = [try_basket.draft_of(chosen), *standing]
    return standing


def _refusal(refusal: HuitouError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    message, next_step = refusal_said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}


def _try(typed: Typed, person: access.Person) -> Tried:
    """A past receipt without limits: what was left of them on its day nobody knows any more."""
    draft = try_basket.draft_of(typed.offer) if typed.offer else None
    if typed.receipt:
        name, request = try_basket.past_request(typed.receipt, person)
        return replace(try_basket.try_request(request, draft), receipt_name=name)
    basket = try_basket.basket_of([(sku.strip()[:80], _pieces(count)) for sku, count in typed.lines if sku.strip()])
    at = _moment(typed.at)
    request = PriceRequest(
        basket=basket, at=at, store=typed.store, channel=typed.channel or "store", currency=settings.CURRENCY
    )
    name, number = "", None
    if typed.member:
        number, seen, name = try_basket.member_of(typed.member, at, person)
        request = replace(request, member=seen, coupons=try_basket.wallet_of(number))
    left = try_basket.left_of(number, typed.store, at.date())
    return replace(try_basket.try_request(request, draft, left), member_name=name)


def _pieces(text: str) -> int:
    return int(text) if text.strip().isdecimal() and len(text) < 5 else 1


def _moment(text: str) -> datetime:
    if not text:
        return timezone.localtime()
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise MomentUnreadable(words=text[:40]) from error
    return at if at.tzinfo else timezone.make_aware(at)


# ---- what came of it


def _shown(tried: Tried, typed: Typed) -> dict[str, Any]:
    answer = tried.answer
    names = {one.id: one.name or one.id for one in _offered(typed.offer)}
    products = offer_desk.shelf().names
    sentences = said.names_now()
    return {
        "answer": answer,
        "who": tried.member_name,
        "receipt": tried.receipt_name,
        "at": tried.request.at,
        "saves": (tried.without.total - answer.total) if tried.without else None,
        "draft": names.get(typed.offer, "") if typed.offer else "",
        "lines": [_line(one, names, products) for one in answer.units],
        "applied": [
            (names.get(one.offer, one.offer), one.offer, gettext(said.STAGES[one.stage]), one.applications, one.off)
            for one in answer.applied
        ],
        "benefits": [
            (names.get(one.offer, one.offer), one.offer, _given(one.given, products, sentences.coupons))
            for one in answer.benefits
        ],
        "not_applied": _not_applied(answer, names, typed.offer),
        "suggestions": [(names.get(one.offer, one.offer), one.saves) for one in answer.suggestions if one.saves],
    }


def _line(one: Any, names: dict[str, str], products: dict[str, str]) -> dict[str, Any]:
    takings = [(names.get(took.offer, took.offer), took.off) for took in one.takings]
    return {"name": products.get(one.sku, one.sku), "sku": one.sku, "pieces": one.pieces, "before": one.before,
            "after": one.after, "sum": one.after * one.pieces, "takings": takings}  # fmt: skip


def _not_applied(answer: Answer, names: dict[str, str], first: str) -> list[dict[str, Any]]:
    """The one that is looked at first, then those that lack little."""
    rows = [
        {
            "offer": one.offer,
            "name": names.get(one.offer, one.offer),
            "reason": gettext(offers.reason_text(_reason(one.offer, one.reason))),
            "code": _reason(one.offer, one.reason),
            "amount": one.missing_amount,
            "pieces": one.missing_pieces,
        }
        for one in answer.not_applied
    ]
    return sorted(rows, key=lambda row: (row["offer"] != first, row["amount"] is None and row["pieces"] is None))


def _reason(offer: str, reason: str) -> str:
    return "quota_spent" if reason == "budget_spent" and try_basket.has_quota_alone(offer) else reason


def _given(given: dict[str, Any], products: dict[str, str], coupons: Any) -> str:
    parts = []
    for what, value in given.items():
        if what in BENEFITS:
            parts.append(gettext(BENEFITS[what]).format(count=value))
        elif what == "gifts":
            parts += [f"{products.get(one['sku'], one['sku'])} × {one['pieces']}" for one in value]
        elif what == "coupons":
            parts += [f"{coupons.get(one['kind'], one['kind'])} × {one['count']}" for one in value]
    return ", ".join(parts)
