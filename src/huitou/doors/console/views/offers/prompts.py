"""Prompts for cashiers: the list with what customers answered, one prompt by store, its form, on and off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.offering import said
from huitou.doors.console.offering.fields import GOODS
from huitou.doors.console.refusals import said as refusal_said
from huitou.kernel.errors import N_, HuitouError
from huitou.members.terms import PromptOutcomes
from huitou.offers.errors import PromptUnfit
from huitou.offers.service import prompts as room
from huitou.offers.terms.prompting import USUAL_REST_DAYS, Prompt, PromptSeen, PromptState
from huitou.offers.terms.said import Names
from huitou.segments.service import live
from huitou.usecases import cashier_prompts

STATES: Mapping[PromptState, tuple[str, str]] = {
    PromptState.ON: (N_("On"), "q"),
    PromptState.SCHEDULED: (N_("Scheduled"), "q"),
    PromptState.OFF: (N_("Switched off"), "line"),
    PromptState.ENDED: (N_("Ended"), "line"),
}
"""Name and tone of each state."""
ORDER = tuple(STATES)
FIELDS = {
    "code": N_("Code"),
    "say_zh": N_("In Chinese"),
    "say_en": N_("In English"),
    "goods": N_("Goods"),
    "segment": N_("Segment"),
    "starts": N_("First day"),
    "ends": N_("Last day"),
    "rest_days": N_("Days of rest"),
}
LISTS = (*GOODS, *(f"not_{one}" for one in GOODS))
TEXT_MOST = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A prompt as pages show it, with what was answered in the last 30 days in the stores of the reader."""

    seen: PromptSeen
    says: str
    goods: str
    whom: str
    when: str
    state: str
    tone: str
    accepted: int
    declined: int

    @property
    def answered(self) -> int:
        return self.accepted + self.declined

    @property
    def share(self) -> str:
        """Of the answers those that were a yes, in per cent; empty without any."""
        return figures.rate_of(self.accepted, self.answered) if self.answered else ""


@needs(Right.SEE_OFFERS)
def prompts(request: HttpRequest) -> HttpResponse:
    """Every prompt: those that are on first."""
    names, counted, today = said.names_now(), cashier_prompts.outcomes(timezone.now()), timezone.localdate()
    rows = [_row(one, names, counted, today) for one in room.prompts()]
    rows.sort(key=lambda row: (ORDER.index(row.seen.state(today)), row.seen.prompt.code))
    facts = {
        "rows": rows,
        "finding": _finding(rows, today),
        "may_edit": access.may(request.user, Right.EDIT_OFFERS),
    }
    return render(request, "console/offers/prompts.html", facts)


def _row(one: PromptSeen, names: Names, counted: Sequence[PromptOutcomes], today: date) -> Row:
    state, tone = STATES[one.state(today)]
    own = [each for each in counted if each.prompt == one.prompt.code]
    return Row(
        one,
        _said(one.prompt, "zh" if figures.chinese() else "en"),
        room.goods_said(one.prompt.goods, "zh" if figures.chinese() else "en", names),
        _whom(one.prompt),
        _when(one.prompt),
        gettext(state),
        tone,
        sum(each.accepted for each in own),
        sum(each.declined for each in own),
    )


def _said(one: Prompt, language: str) -> str:
    return one.say_zh if language == "zh" else one.say_en or one.say_zh


def _whom(one: Prompt) -> str:
    if one.segment:
        return gettext("members of “{segment}”").format(segment=one.segment)
    return gettext("members only") if one.members_only else gettext("anybody")


def _when(one: Prompt) -> str:
    if one.starts and one.ends:
        return figures.span(one.starts, one.ends)
    if one.starts:
        return gettext("from {day}").format(day=figures.day(one.starts))
    return gettext("until {day}").format(day=figures.day(one.ends)) if one.ends else gettext("always")


def _finding(rows: Sequence[Row], today: date) -> str:
    on = sum(row.seen.state(today) == PromptState.ON for row in rows)
    yes, answered = sum(row.accepted for row in rows), sum(row.answered for row in rows)
    if not answered:
        return gettext("Switched on: {count}. Nobody has answered one in the last 30 days.").format(count=on)
    return gettext(
        "Switched on: {count}. Of {answered} answers in the last 30 days {yes} were a yes, {share}%."
    ).format(count=on, answered=f"{answered:,}", yes=f"{yes:,}", share=figures.rate_of(yes, answered))


# ---- one


@needs(Right.SEE_OFFERS)
def prompt(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, code)


def _page(request: HttpRequest, code: str, asks: str = "") -> HttpResponse:
    seen = room.prompt(code)
    counted = [one for one in cashier_prompts.outcomes(timezone.now()) if one.prompt == code]
    row = _row(seen, said.names_now(), counted, timezone.localdate())
    facts = {
        "row": row,
        "prompt": seen.prompt,
        "seen": seen,
        "second": _said(seen.prompt, "en" if figures.chinese() else "zh"),
        "second_language": "en" if figures.chinese() else "zh-Hans-CN",
        "stores": _by_store(request, counted),
        "segment_gone": bool(seen.prompt.segment) and seen.prompt.segment not in live.ids(),
        "may_edit": access.may(request.user, Right.EDIT_OFFERS),
        "asks": asks,
    }
    return render(request, "console/offers/prompt.html", facts)


def _by_store(request: HttpRequest, counted: Sequence[PromptOutcomes]) -> list[tuple[str, int, int, str]]:
    """(store, yes, no, share of yes), the store with the most answers first."""
    known = every_store(request)
    rows = [
        (
            known[one.store_id].name if one.store_id in known else gettext("without a store"),
            one.accepted,
            one.declined,
            figures.rate_of(one.accepted, one.accepted + one.declined),
        )
        for one in counted
        if one.accepted + one.declined
    ]
    return sorted(rows, key=lambda row: (-row[1] - row[2], row[0]))


@require_POST
@needs(Right.EDIT_OFFERS)
def act(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """On or off; asked twice."""
    if step not in ("on", "off"):
        raise Http404
    if "sure" not in request.POST:
        return _page(request, code, asks=step)
    cashier_prompts.switch_prompt(code, on=step == "on", actor=request.user.username)
    done = gettext("Tills tell it within two seconds.") if step == "on" else gettext("No till tells it any more.")
    toasts.say(request, done)
    return redirect("console:prompt", code=code)


# ---- its form


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, "")
    return _form(request, {"rest_days": str(USUAL_REST_DAYS)}, {}, "")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_OFFERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, code)
    seen = room.prompt(code)
    one = seen.prompt
    typed = {name: getattr(one, name) for name in FIELDS if name != "goods"}
    typed |= {"starts": one.starts.isoformat() if one.starts else "", "ends": one.ends.isoformat() if one.ends else ""}
    goods = {name: list(getattr(one.goods, name)) for name in LISTS}
    members_only = "1" if one.members_only else ""
    return _form(request, {**typed, "members_only": members_only, "revision": str(seen.revision)}, goods, code)


def _posted(request: HttpRequest, code: str) -> HttpResponse:
    names = (*(name for name in FIELDS if name != "goods"), "members_only", "revision")
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip()[:TEXT_MOST] for name in names}
    goods = {
        name: [word for one in request.POST.getlist(f"goods.{name}") if (word := one.replace("\x00", "").strip())]
        for name in LISTS
    }
    typed["code"] = code or typed["code"]
    try:
        one = _read(typed, goods)
        if code:
            changed = cashier_prompts.change_prompt(
                one, on_top_of=_number(typed, "revision"), actor=request.user.username, person=request.user
            )
        else:
            changed = cashier_prompts.make_prompt(one, actor=request.user.username, person=request.user)
    except HuitouError as refusal:
        return _form(request, typed, goods, code, refusal)
    kept = gettext("It is kept.") if code else gettext("The prompt is there. Switch it on when it is to be told.")
    toasts.say(request, kept if changed else gettext("Nothing was changed."))
    return redirect("console:prompt", code=one.code)


def _read(typed: Mapping[str, str], goods: Mapping[str, list[str]]) -> Prompt:
    """Raises PromptUnfit, and what reading goods refuses."""
    return Prompt(
        code=typed["code"],
        say_zh=typed["say_zh"],
        say_en=typed["say_en"],
        goods=room.read_goods({name: words for name, words in goods.items() if words}),
        segment=typed["segment"],
        members_only=bool(typed["members_only"]),
        starts=_day(typed, "starts"),
        ends=_day(typed, "ends"),
        rest_days=_number(typed, "rest_days"),
    )


def _day(typed: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(typed[name]) if typed[name] else None
    except ValueError as error:
        raise PromptUnfit(field=name) from error


def _number(typed: Mapping[str, str], name: str) -> int:
    text = typed[name]
    if not (text.isdecimal() and len(text) < 8):
        raise PromptUnfit(field=name)
    return int(text)


def _form(
    request: HttpRequest,
    typed: Mapping[str, Any],
    goods: Mapping[str, list[str]],
    code: str,
    refusal: HuitouError | None = None,
) -> HttpResponse:
    segments = [one.name for one in live.listed()]
    chosen = str(typed.get("segment", ""))
    facts = {
        "typed": typed,
        "code": code,
        "chips": _chips(goods),
        "segments": segments if not chosen or chosen in segments else [chosen, *segments],
        "refusal": _refusal(refusal),
        "address": reverse("console:prompt_edit", args=[code]) if code else reverse("console:prompt_new"),
    }
    return render(request, "console/offers/prompt_edit.html", facts, status=refusal.status if refusal else 200)


def _chips(goods: Mapping[str, list[str]]) -> list[tuple[str, str, bool]]:
    """Goods as chips: (`goods.skus=6901`, text, excluded)."""
    skus = said.names_now().skus
    return [
        (
            f"goods.{name}={word}",
            skus.get(word, word)
            if name.endswith("skus")
            else word.rpartition("/")[2]
            if "categories" in name
            else word,
            name.startswith("not_"),
        )
        for name, words in goods.items()
        for word in words
    ]


def _refusal(refusal: HuitouError | None) -> dict[str, str] | None:
    if refusal is None:
        return None
    if isinstance(refusal, PromptUnfit):
        field = str(refusal.facts["field"])
        refusal = PromptUnfit(field=gettext(FIELDS.get(field, field)))
    message, next_step = refusal_said(refusal)
    return {"message": message, "next_step": next_step, "code": refusal.code}
