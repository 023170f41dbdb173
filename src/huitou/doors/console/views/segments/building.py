"""Build a segment: a new one, a copy, or the next version of one."""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.refusals import said as refusal_said
from huitou.doors.console.segmenting import facts, said
from huitou.doors.console.segmenting.pieces import drawn_forms
from huitou.doors.console.views.segments.asking import tree_of
from huitou.kernel.errors import HuitouError
from huitou.segments import service as segments
from huitou.segments.terms import SegmentSeen
from huitou.usecases.segments import define_segment

SCRIPTS = (
    "console/finder.js",
    *(f"console/segments/{name}.js" for name in ("values", "picks", "tree", "drag", "look", "build")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_SEGMENTS)
def new(request: HttpRequest) -> HttpResponse:
    """A new segment; `like` says of which one it begins as a copy."""
    if request.method == "POST":
        return _posted(request, None)
    like = request.GET.get("like", "")
    if like.isascii() and like.isdigit() and len(like) < 18:
        seen = segments.find_by_id(int(like))
        name = gettext("{name}, a copy").format(name=seen.name)
        return _page(request, None, json.dumps(seen.body, ensure_ascii=False), name=name)
    return _page(request, None, "")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_SEGMENTS)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The newest version of a segment; what is kept becomes the next one."""
    seen = segments.find_by_id(number)
    if request.method == "POST":
        return _posted(request, seen)
    return _page(request, seen, json.dumps(seen.body, ensure_ascii=False))


def _posted(request: HttpRequest, seen: SegmentSeen | None) -> HttpResponse:
    text = tree_of(request)
    name = seen.name if seen else request.POST.get("name", "").replace("\x00", "")
    on_top_of = request.POST.get("on_top_of", "")
    try:
        with access.beyond_scope(request.user):
            version = define_segment(
                name,
                text,
                made_by=request.user.username,
                person=request.user,
                on_top_of=int(on_top_of) if on_top_of.isascii() and on_top_of.isdigit() and len(on_top_of) < 9 else 0,
            )
    except HuitouError as refusal:
        return _page(request, seen, text, name=name, refusal=refusal)
    kept = (
        gettext("Nothing was changed: it says what version {version} says.")
        if seen and seen.version == version
        else gettext("Version {version} is kept.")
    )
    toasts.say(request, kept.format(version=version))
    return redirect("console:segment", number=segments.find(name.strip()).segment_id)


def _page(
    request: HttpRequest,
    seen: SegmentSeen | None,
    text: str,
    *,
    name: str = "",
    refusal: HuitouError | None = None,
) -> HttpResponse:
    drawn = drawn_forms()
    told = facts.facts_for(drawn) | {"products": {}}
    sentence, other, other_lang = "", "", ""
    try:
        segment = segments.parsed(text) if text else None
    except HuitouError:
        segment = None
    if segment is not None:
        sentence, other, other_lang = said.both(segment)
        told["products"] = facts.product_names(segments.write_segment(segment))
    shown: dict[str, Any] = {
        "seen": seen,
        "name": name,
        "tree": text,
        "on_top_of": request.POST.get("on_top_of", "") or (seen.version if seen else 0),
        "page": secrets.token_hex(8),
        "forms": sorted(drawn, key=lambda one: one.group),
        "facts": told,
        "scripts": SCRIPTS,
        "address": request.path,
        "sentence": sentence,
        "other_sentence": other,
        "other_lang": other_lang or "en",
        "refusal": _refusal(refusal, text) if refusal else None,
    }
    return render(request, "console/segments/edit.html", shown, status=refusal.status if refusal else 200)


def _refusal(refusal: HuitouError, text: str) -> dict[str, str]:
    message, next_step = refusal_said(refusal)
    return {"message": said.refused(refusal, text)["says"] or message, "next_step": next_step, "code": refusal.code}
