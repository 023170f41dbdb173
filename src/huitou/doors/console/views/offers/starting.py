"""Starters: a small shop answers a few questions, looks at what comes of them, and is live."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.offering import said
from huitou.doors.console.refusals import said as refusal_said
from huitou.kernel.cells import read_fen
from huitou.kernel.errors import HuitouError
from huitou.offers.service import advice
from huitou.offers.terms.starting import Ask, Made, Starter
from huitou.usecases import begin_with_starter


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    label: str
    unit: str
    value: str
    choices: Sequence[tuple[str, str]] = ()
    """Of what is chosen, and not typed: value and name."""


@needs(Right.EDIT_OFFERS)
def starters(request: HttpRequest) -> HttpResponse:
    """All of them, with whom they suit."""
    facts = {
        "starters": [
            (one.key, gettext(one.title), gettext(one.about), gettext(one.for_whom)) for one in advice.starters()
        ]
    }
    return render(request, "console/offers/starters.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def starter(request: HttpRequest, key: str) -> HttpResponse:
    """The questions, and under them what they make; `do=begin` switches it on."""
    one = begin_with_starter.starter(key)
    typed = {ask.key: request.POST.get(ask.key, _text(ask)).strip()[:20] for ask in one.asks}
    refusal, made, answers = None, None, _answers(one, typed)
    typing = request.method == "POST"
    try:
        made = begin_with_starter.make(one, answers)
        if typing and request.POST.get("do") == "begin":
            on, waiting = begin_with_starter.begin(one, answers, actor=request.user.username, number=_number(request))
            told = (
                gettext("It is on: every till prices by it within two seconds.") if on else gettext("It is handed in.")
            )
            toasts.say(request, told)
            return redirect("console:offer", code=(on or waiting)[0])
    except HuitouError as refused:
        refusal = refused
    number, there = 1, None
    if made:
        # That another offer has this code is nobody's fault: it is said, and the next free code stands ready.
        number, there = begin_with_starter.free_number(made)
        made = advice.under_number(made, number)
    message, next_step = refusal_said(refusal) if refusal else ("", "")
    facts: dict[str, Any] = {
        "starter": one,
        "title": gettext(one.title),
        "about": gettext(one.about),
        "questions": [
            Question(ask.key, gettext(ask.label), _unit(ask), typed[ask.key], _choices(ask)) for ask in one.asks
        ],
        "refusal": {"message": message, "next_step": next_step, "code": refusal.code} if refusal else None,
        "offer_there": there,
        "codes": ("、" if figures.chinese() else ", ").join(str(offer.document["id"]) for offer in made.offers)
        if made
        else "",
        "number": number,
        "startable": made is not None and (refusal is None or there is not None),
        "sentences": _sentences(made) if made else [],
        "coupons": [(one.title, one.terms, one.valid_days) for one in made.coupons] if made else [],
    }
    return render(request, "console/offers/starter.html", facts, status=refusal.status if refusal and typing else 200)


def _number(request: HttpRequest) -> int:
    """Under which number the page offered it; what is none is the first."""
    text = request.POST.get("number", "")
    return int(text) if re.fullmatch("[1-9][0-9]?", text) else 1


def _text(ask: Ask) -> str:
    return f"{ask.usual // 100}" if ask.unit == "fen" else str(ask.usual)


def _choices(ask: Ask) -> Sequence[tuple[str, str]]:
    return [(str(day), figures.weekday(day)) for day in range(1, 8)] if ask.unit == "weekday" else ()


def _unit(ask: Ask) -> str:
    return {"fen": figures.currency(), "percent": "%"}.get(ask.unit, "")


def _answers(one: Starter, typed: dict[str, str]) -> dict[str, int]:
    """What was typed, as numbers; what is none is below every least one, and refused by its name."""
    found = {}
    for ask in one.asks:
        text = typed[ask.key].replace(",", "")
        value = read_fen(text) if ask.unit == "fen" else int(text) if text.isdecimal() else None
        found[ask.key] = -1 if value is None else value
    return found


def _sentences(made: Made) -> Sequence[tuple[str, said.Both]]:
    names = said.names_now()
    titles = {**names.coupons, **{one.code: one.title for one in made.coupons}}
    found = []
    for offer in made.offers:
        told = said.names_now(begin_with_starter.terms_of(offer), coupons=titles)
        found.append((str(offer.document["name"]), said.both(advice.read_offer(offer.document), told)))
    return found
