"""Write an offer: a form for each kind; the sentence, what is wrong and whom it meets follow every key."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import fields, lines, said
from huitou.doors.console.offering.form import Typed, read_form, read_terms, typed_of
from huitou.doors.console.refusals import said as refusal_said
from huitou.kernel.errors import N_, HuitouError
from huitou.offers.service import advice, programmes
from huitou.offers.terms import Offer
from huitou.offers.terms.rehearsed import Meeting
from huitou.usecases import offer_desk, promotions
from huitou.usecases.rehearse_offer import standing_offers

HITS = 12
MEETINGS_SHOWN = 6


class NotANumber(HuitouError):
    """A limit of the form that reads as no number."""

    code = "offer_limit_no_number"
    message = N_("{field} is no number.")
    next_step = N_("Write digits, such as 200 or 5000.00, or leave it empty.")
    status = 422


class NotADocument(HuitouError):
    """The text of an offer that is no JSON object."""

    code = "offer_not_json"
    message = N_("The text is no JSON object: {why}.")
    next_step = N_("Correct it there; the form fills it in again when you go back to it.")
    status = 422


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def new(request: HttpRequest) -> HttpResponse:
    """A new offer; `kind` says of which kind, `like` a copy of which one."""
    if request.method == "POST":
        return _posted(request, "")
    kind = request.GET.get("kind", "threshold")
    typed = Typed({"id": "", "get": {"kind": kind if kind in fields.KINDS else "threshold"}}, {}, 0)
    like = request.GET.get("like", "")
    if like:
        version = programmes.versions_of(like)[0]
        copy = {
            **version.document,
            "id": "",
            "name": gettext("{name}, a copy").format(name=version.document.get("name") or like),
        }
        typed = replace(typed_of(copy, version.terms), on_top_of=0)
    return _page(request, typed, "")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The newest version of an offer; what is kept becomes the next one."""
    if request.method == "POST":
        return _posted(request, code)
    version = programmes.versions_of(code)[0]
    return _page(request, typed_of(version.document, version.terms, on_top_of=version.number), code)


def _posted(request: HttpRequest, code: str) -> HttpResponse:
    try:
        typed = _typed(request, code)
    except NotADocument as refusal:
        return _page(request, read_form(request.POST), code, refusal=refusal, text=request.POST.get("document", ""))
    if request.POST.get("do") != "keep":
        return _page(request, typed, code, more=request.POST.get("more", ""))
    terms, wrong = read_terms(typed)
    try:
        if wrong:
            raise NotANumber(field=gettext(fields.LABELS[wrong]))
        drafted = promotions.draft_offer(
            typed.document,
            terms,
            actor=request.user.username,
            on_top_of=typed.on_top_of,
            note=typed.note,
            person=request.user,
        )
    except HuitouError as refusal:
        return _page(request, typed, code, refusal=refusal)
    kept = (
        gettext("Version {version} is kept.")
        if drafted.new
        else gettext("Nothing was changed: it says what version {version} says.")
    )
    toasts.say(request, kept.format(version=drafted.version))
    return redirect("console:offer", code=typed.document["id"])


def _typed(request: HttpRequest, code: str) -> Typed:
    """What was typed, in the form or as JSON. Raises NotADocument."""
    typed = read_form(request.POST)
    if request.POST.get("by") == "text":
        try:
            document = json.loads(request.POST.get("document", "")[:200_000])
        except (ValueError, RecursionError) as error:
            raise NotADocument(why=str(error)[:100]) from error
        if not isinstance(document, dict) or not isinstance(document.get("get"), dict):
            raise NotADocument(why=gettext("an offer is an object with `get`"))
        typed = replace(typed, document=document)
    if code:
        typed.document["id"] = code
    return typed


def _page(
    request: HttpRequest, typed: Typed, code: str, *, more: str = "", refusal: HuitouError | None = None, text: str = ""
) -> HttpResponse:
    names = said.names_now()
    wanted = request.POST.get("kind") or typed.kind
    kinds = [(kind, gettext(title), kind == wanted) for kind, title in fields.KINDS.items()]
    facts: dict[str, Any] = {
        "typed": typed,
        "code": code,
        "kinds": kinds,
        "sections": lines.sections(typed, said.known_now(names), more),
        "by_text": request.POST.get("by") == "text",
        "document": text or json.dumps(typed.document, ensure_ascii=False, indent=2),
        "refusal": _refusal(refusal),
        "address": reverse("console:offer_edit", args=[code]) if code else reverse("console:offer_new"),
        "live": _live(typed) if request.method == "POST" or code or typed.document["id"] else _pristine(typed),
    }
    return render(request, "console/offers/edit.html", facts, status=refusal.status if refusal else 200)


def _refusal(refusal: HuitouError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    message, next_step = refusal_said(refusal)
    where = str(refusal.facts.get("where", ""))
    label = _label(where)
    if label and where in message:  # a path of the document means nothing to who fills a form in
        room = " ?" if figures.chinese() else ""
        message, next_step = re.sub(f"{room}{re.escape(where)}{room}", lambda _: label, message), ""
    elif label:
        message, next_step = f"{label}：{message}" if figures.chinese() else f"{label}: {message}", ""
    return {"message": message, "next_step": next_step, "code": refusal.code}


def _label(where: str) -> str:
    """What the form calls the field at `get.steps[0].amount`; empty for what it has no blank for."""
    named = [fields.LABELS[word] for word in re.findall("[a-z_]+", where) if word in fields.LABELS]
    return gettext(named[-1]) if named else ""


@require_POST
@needs(Right.EDIT_OFFERS)
def live(request: HttpRequest, code: str = "") -> HttpResponse:
    """What the form says while it is written: the sentence, what is wrong, whom the offer meets."""
    try:
        return render(
            request, "console/offers/_live.html", {"live": _live(_typed(request, request.POST.get("code", "")))}
        )
    except NotADocument as refusal:
        return render(request, "console/offers/_live.html", {"live": Live(refusal=_refusal(refusal))})


# ---- what follows every key


@dataclass(frozen=True, slots=True)
class Met:
    """An offer that meets this one, as the form shows it."""

    code: str
    name: str
    verdict: str
    tone: str
    way: str
    products: int
    example: str


@dataclass(frozen=True, slots=True)
class Live:
    both: said.Both | None = None
    refusal: dict[str, str] | None = None
    warnings: Sequence[tuple[str, str]] = ()
    met: Sequence[Met] = ()
    more_met: Sequence[tuple[str, str]] = ()
    goods: str = ""
    document: str = ""


def _live(typed: Typed) -> Live:
    """Everything of it is reckoned from what was typed; nothing is written."""
    document = typed.document | {"id": typed.document.get("id") or gettext("new-offer")}
    terms, wrong = read_terms(typed)
    refusal = _refusal(NotANumber(field=gettext(fields.LABELS[wrong]))) if wrong else None
    try:
        offer = advice.read_offer(document)
    except HuitouError as unreadable:
        return Live(refusal=_refusal(unreadable))
    both = said.both(offer, said.names_now(terms))
    text = json.dumps(typed.document, ensure_ascii=False, indent=2)
    try:
        promotions.require_promotable(document)
        warnings = said.findings_said(promotions.check_offer(document, terms))
    except HuitouError as unfit:
        return Live(both, _refusal(unfit), document=text)
    met, more = meetings_shown(offer)
    return Live(both, refusal, warnings, met, more, _goods_said(offer), text)


def _pristine(typed: Typed) -> Live:
    """Nothing was typed yet: what lacks is nobody's fault."""
    return replace(_live(typed), refusal=None)


def meetings_shown(offer: Offer) -> tuple[list[Met], list[tuple[str, str]]]:
    """Offers that stand and meet this one: the first with an example, of the others code and name."""
    found = advice.meetings(offer, standing_offers(), offer_desk.shelf().lines)
    by_code = {one.id: one for one in standing_offers()}
    shown = [_met(one, by_code[one.offer], offer) for one in found[:MEETINGS_SHOWN]]
    return shown, [(one.offer, by_code[one.offer].name or one.offer) for one in found[MEETINGS_SHOWN:]]


def _met(one: Meeting, other: Offer, draft: Offer) -> Met:
    either, tried = one.verdict == "one_of", one.beside
    # What may be combined need not be on every basket: a badge says nothing that the example beside it denies.
    told = N_("either") if either else N_("both")
    if not either and tried is not None and not (tried.applied and tried.other_applied):
        told = N_("by basket")
    return Met(
        one.offer,
        other.name or other.id,
        gettext(told),
        "o" if either else "q",
        gettext(advice.way_text(one.way)),
        one.products,
        _example(one, other.name or other.id, draft.name or draft.id),
    )


def _example(one: Meeting, other: str, draft: str) -> str:
    """Who wins on the smallest basket on which both would give something."""
    tried = one.beside
    if tried is None:
        return ""
    names = offer_desk.shelf().names
    if tried.applied and tried.other_applied:
        wins = gettext("both apply, {off} off").format(off=_yuan(tried.off_both))
    elif tried.applied:
        wins = gettext("this one wins: {off} off instead of {other}").format(
            off=_yuan(tried.off_alone), other=_yuan(tried.off_other)
        )
    else:
        wins = gettext("{offer} wins: {off} off instead of {other}").format(
            offer=other, off=_yuan(tried.off_other), other=_yuan(tried.off_alone)
        )
    return gettext("With {pieces} × {product}: {wins}.").format(
        pieces=tried.pieces, product=names.get(tried.sku, tried.sku), wins=wins
    )


def _yuan(fen: int) -> str:
    return f"{figures.money(fen)} {figures.currency()}"


def _goods_said(offer: Offer) -> str:
    """How many products the offer covers."""
    known = offer_desk.shelf()
    count = advice.count_goods(offer, known.lines)
    return gettext("It covers {count} of {all} products.").format(count=f"{count:,}", all=f"{len(known.lines):,}")


# ---- goods to choose from


@require_safe
@needs(Right.EDIT_OFFERS)
def goods(request: HttpRequest) -> HttpResponse:
    """Categories, brands and products that hold these words, for a chip of the form."""
    words = request.GET.get("q", "").strip()[:80].casefold()
    found = _goods_like(words) if words else []
    facts = {"hits": found[:HITS], "more": max(0, len(found) - HITS), "words": words}
    return render(request, "console/offers/_goods.html", facts)


def _goods_like(words: str) -> list[tuple[str, str, str, str]]:
    """(list of the engine, code, text, what it is)."""
    known = offer_desk.shelf()
    category, brand = gettext("category, {count} products"), gettext("brand, {count} products")
    found = [
        ("categories", path, path.rpartition("/")[2], category.format(count=count))
        for path, count in known.categories.items()
        if words in path.casefold()
    ]
    found += [
        ("brands", name, name, brand.format(count=count))
        for name, count in known.brands.items()
        if words in name.casefold()
    ]
    return found + [
        ("skus", one.sku, one.name, one.sku)
        for one in known.goods
        if words in one.name.casefold() or one.sku.casefold().startswith(words)
    ]
