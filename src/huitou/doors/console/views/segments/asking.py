"""What the builder asks while somebody types. Each answer is a part of the page; nothing is written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.parts import Step
from huitou.doors.console.segmenting import facts, said
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_number
from huitou.members import service as members
from huitou.members.errors import MemberNotFound
from huitou.segments import service as segments
from huitou.segments.terms import All, Node
from huitou.usecases import segment_desk
from huitou.usecases.segment_desk import Looked, Question
from huitou.usecases.segments import BecauseSaid, known, read_whole, warnings_said, why_member

LONGEST_TREE = 200_000


def question(request: HttpRequest, about: str) -> Question:
    """Who asks, about what; a newer number of the same page ends the older."""
    page = re.sub(r"[^a-z0-9]", "", request.POST.get("page", ""))[:32]
    number = request.POST.get("number", "")
    return Question(
        person=request.user,
        page=f"{page}:{about}",
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0,
        at=timezone.now(),
    )


def tree_of(request: HttpRequest) -> str:
    return request.POST.get("tree", "")[: LONGEST_TREE + 1]


@require_POST
@needs(Right.EDIT_SEGMENTS)
def check(request: HttpRequest) -> HttpResponse:
    """The sentence in both languages, everything in the tree that cannot be, and what counting it will read."""
    text, name = tree_of(request), request.POST.get("called", "")
    try:
        segment = segments.parsed(text)
        wrong = [said.wrong_of(one, text) for one in segments.look_over(segment, known())]
        if not wrong:
            read_whole(text, name=name, person=request.user)
    except HuitouError as refusal:
        return JsonResponse({"wrong": [said.refused(refusal, text)]})
    mine, other, _ = said.both(segment)
    return JsonResponse({"wrong": wrong, "sentence": mine, "other": other})


@require_POST
@needs(Right.SEE_SEGMENTS)
def count(request: HttpRequest) -> HttpResponse:
    """How many, at each step and for each reason; ended by the next question of the same page."""
    text = tree_of(request)
    try:
        looked = segment_desk.look(text, question(request, "count"), name=request.POST.get("called", ""))
    except HuitouError as refusal:
        return _refused(refusal, text)
    html = render_to_string("console/segments/_live.html", _live(looked, text), request=request)
    doubts = [one["message"] for one in warnings_said(looked.unheard, gettext)]
    return JsonResponse({"html": html, "members": looked.members, "rows": _rows(looked), "doubts": doubts})


def _rows(looked: Looked) -> dict[str, dict[str, str]]:
    """Beside each condition: how many are left after it, or how many meet it alone."""
    before, rows = looked.all, {}
    for place, alone in looked.alone.items():
        if place not in looked.left:
            rows[place] = {"count": figures.rounded(alone, 0), "note": gettext("meet it")}
            continue
        left = looked.left[place]
        gone = before - left
        rows[place] = {"count": figures.rounded(left, 0), "note": f"−{figures.rounded(gone, 0)}"}
        before = left
    return rows


def _live(looked: Looked, text: str) -> dict[str, Any]:
    channel = said.channel_of(text)
    tree = segments.parsed(text).where
    reached = looked.reach[channel]["reachable"]
    share = Fraction(reached, looked.members) if looked.members else Fraction(0)
    return {
        "looked": looked,
        "as_of": said.as_of_shown(looked.as_of),
        "channel": gettext(said.CHANNELS[channel]),
        "reachable": reached,
        "unreachable": looked.members - reached,
        "reach_share": figures.rate(share) + "%",
        "reach_width": figures.rounded(share * 100, 1),
        "reach": [(gettext(said.CHANNELS[one]), reasons) for one, reasons in looked.reach.items()],
        "steps": _steps(looked, tree),
        **_way_out(looked, tree),
    }


def _steps(looked: Looked, tree: Node) -> Sequence[Step]:
    """From everybody down to those who are left; bars are as long as the first condition's."""
    if not isinstance(tree, All) or len(tree.of) < 2:
        return ()
    counts = list(looked.left.values())
    first = counts[0] or 1
    steps = [Step(gettext("Everybody"), figures.rounded(looked.all, 0), "0")]
    before = looked.all
    for part, left in zip(tree.of, counts, strict=True):
        width = figures.rounded(Fraction(left, first) * 100, 1)
        steps.append(
            Step(
                segments.clause(part, gettext),
                figures.rounded(left, 0),
                width,
                f"−{figures.rounded(before - left, 0)}",
                "end" if part is tree.of[-1] else "",
            )
        )
        before = left
    return steps


def _way_out(looked: Looked, tree: Node) -> Mapping[str, Any]:
    """Where nobody is left: the condition that took the last of them away, and how many there were before it."""
    if looked.members or not isinstance(tree, All):
        return {}
    before = looked.all
    for number, left in enumerate(looked.left.values(), 1):
        if left == 0:
            return {"drop": number, "drop_count": figures.rounded(before, 0)} if number > 1 else {}
        before = left
    return {}


@require_POST
@needs(Right.SEE_SEGMENTS)
def cost(request: HttpRequest) -> HttpResponse:
    """What counting it reads at most, for whoever waits."""
    try:
        lines = segment_desk.estimate_lines(tree_of(request), timezone.now())
    except HuitouError as refusal:
        return _refused(refusal, tree_of(request))
    says = gettext("Still counting. It reads at most {lines} lines of receipts.")
    return JsonResponse({"says": says.format(lines=figures.rounded(lines, 0))})


@require_POST
@needs(Right.SEE_SEGMENTS)
def profile(request: HttpRequest) -> HttpResponse:
    """A sample with reasons, what is over-represented, and the overlap with other segments."""
    text, name = tree_of(request), request.POST.get("called", "")
    seed = request.POST.get("seed", "")
    try:
        found = segment_desk.profile(
            text,
            question(request, "profile"),
            name=name,
            seed=int(seed) if seed.isascii() and seed.isdigit() and len(seed) < 9 else 0,
            say=gettext,
        )
    except HuitouError as refusal:
        return _refused(refusal, text)
    shown = {
        "drawn": [_drawn(one) for one in found.drawn],
        "traits": said.traits_shown(found.traits),
        "overlaps": [
            {
                "name": one.name,
                "segment_id": one.segment_id,
                "both": one.both,
                "share": figures.rate_of(one.both, found.members) + "%",
                "width": figures.rounded(Fraction(one.both * 100, found.members), 1),
            }
            for one in found.overlaps
        ],
    }
    return JsonResponse({"html": render_to_string("console/segments/_profile.html", shown, request=request)})


def _drawn(one: segment_desk.Drawn) -> dict[str, Any]:
    seen = members.member(one.member_id)
    return {
        "id": seen.id,
        "name": seen.name or seen.code,
        "code": seen.code,
        "phone": seen.masked_phone,
        "parts": _outermost(one.because),
    }


def _outermost(because: BecauseSaid) -> Sequence[BecauseSaid]:
    return because.parts or (because,)


@require_POST
@needs(Right.SEE_SEGMENTS)
def why(request: HttpRequest) -> HttpResponse:
    """Whether one member is in it, condition by condition. A member of another store is nobody here."""
    text, code = tree_of(request), request.POST.get("who", "").strip()[:20]
    try:
        seen = members.member(member_number(code) or 0)
        because = why_member(
            text,
            seen.id,
            at=timezone.now(),
            say=gettext,
            whole=True,
            hear=segment_desk.hear_apart,
            person=request.user,
        )
    except MemberNotFound:
        return JsonResponse({"wrong": [{"at": "", "says": gettext("Nobody here has this member number.")}]})
    except HuitouError as refusal:
        return _refused(refusal, text)
    answer = {"name": seen.name or seen.code, "holds": because.holds, "parts": _outermost(because)}
    return JsonResponse({"html": render_to_string("console/segments/_one_because.html", answer, request=request)})


@require_POST
@needs(Right.SEE_SEGMENTS)
def stop(request: HttpRequest) -> HttpResponse:
    """End what this page counts."""
    for about in ("count", "profile"):
        segment_desk.stop(question(request, about))
    return HttpResponse(status=204)


@require_safe
@needs(Right.EDIT_SEGMENTS)
def choices(request: HttpRequest) -> HttpResponse:
    """What of a kind (`of`) is called like these words."""
    words = request.GET.get("q", "")[:80].replace("\x00", "")
    sensitive = access.may(request.user, Right.SEE_SENSITIVE_TAGS)
    found = facts.choices(request.GET.get("of", ""), words, but=request.GET.get("but", ""), sensitive=sensitive)
    shown = {"hits": found[: facts.HITS], "more": max(0, len(found) - facts.HITS), "words": words.strip()}
    return render(request, "console/segments/_choices.html", shown)


def _refused(refusal: HuitouError, text: str) -> HttpResponse:
    stopped = refusal.code == "segment_stopped"
    told = said.refused(refusal, text)
    return JsonResponse({"wrong": [told], "stopped": stopped}, status=409 if stopped else 200)
