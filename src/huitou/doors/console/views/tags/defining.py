"""The form of a tag: a new one, or the next version of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.refusals import said as refusal_said
from huitou.doors.console.tags_said import ABOUT, SOURCES
from huitou.doors.console.views.tags.sight import require_sight
from huitou.kernel.errors import HuitouError
from huitou.members.terms import ConsentAbout
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSeen, TagSource
from huitou.usecases.segments import known
from huitou.usecases.tags import define_tag, find_tag

FIELDS = ("name", "owner", "purpose", "evidence", "source", "segment", "rule", "category", "least", "half_life_days",
          "expires_days", "sensitive")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_TAGS)
def new(request: HttpRequest) -> HttpResponse:
    """A new tag."""
    if request.method == "POST":
        return _posted(request, None)
    return _page(request, None, {"owner": request.user.name or request.user.username, "least": "1", "source": "hand"})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.EDIT_TAGS)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The newest version; what is kept becomes the next one."""
    seen = find_tag(number, timezone.now()).seen
    require_sight(request, seen.tag.name)
    return _posted(request, seen) if request.method == "POST" else _page(request, seen, _typed_of(seen.tag))


def _typed_of(tag: Tag) -> dict[str, str]:
    days = {name: str(getattr(tag, name) or "") for name in ("half_life_days", "expires_days")}
    of = {TagSource.SEGMENT: "segment", TagSource.RULE: "rule", TagSource.TASTE: "category"}.get(tag.source)
    plain = {"name": tag.name, "owner": tag.owner, "purpose": tag.purpose, "evidence": tag.evidence}
    more = {"source": str(tag.source), "least": str(tag.least), "sensitive": str(tag.sensitive or "")}
    return plain | days | more | ({of: tag.of} if of else {})


def _posted(request: HttpRequest, seen: TagSeen | None) -> HttpResponse:
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip()[:600] for name in FIELDS}
    on_top_of = request.POST.get("on_top_of", "")
    known_version = int(on_top_of) if on_top_of.isascii() and on_top_of.isdigit() and len(on_top_of) < 9 else 0
    require_sight(request, typed["name"])  # a form for a new tag may bear the name and the version of one
    try:
        with access.beyond_scope(request.user):
            define_tag(_tag(typed, seen), made_by=request.user.username, on_top_of=known_version)
    except HuitouError as refusal:
        return _page(request, seen, typed, refusal=refusal)
    name = seen.tag.name if seen else typed["name"]
    toasts.say(request, gettext("The tag is kept. Who bears it is known within a minute."))
    return redirect("console:tag", number=tags.find(name).id)


def _tag(typed: dict[str, str], seen: TagSeen | None) -> Tag:
    source = TagSource(typed["source"]) if typed["source"] in set(TagSource) else TagSource.HAND
    of = {TagSource.SEGMENT: "segment", TagSource.RULE: "rule", TagSource.TASTE: "category"}.get(source)
    return Tag(
        name=seen.tag.name if seen else typed["name"],
        owner=typed["owner"],
        purpose=typed["purpose"],
        evidence=typed["evidence"],
        source=source,
        of=typed[of] if of else "",
        least=_number(typed["least"]) or 0,
        half_life_days=_number(typed["half_life_days"]),
        expires_days=_number(typed["expires_days"]),
        sensitive=ConsentAbout(typed["sensitive"]) if typed["sensitive"] in set(ConsentAbout) else None,
    )


def _number(text: str) -> int | None:
    """What is no number is refused by the tag itself."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _page(
    request: HttpRequest, seen: TagSeen | None, typed: dict[str, str], *, refusal: HuitouError | None = None
) -> HttpResponse:
    facts: dict[str, Any] = {
        "seen": seen,
        "typed": typed,
        "on_top_of": request.POST.get("on_top_of", "") or (seen.version if seen else 0),
        "sources": [(str(one), gettext(text)) for one, text in SOURCES.items()],
        "abouts": [(str(one), gettext(text)) for one, text in ABOUT.items()],
        "rules": [(name, gettext(one.title), gettext(one.goes_by)) for name, one in tags.SCENES.items()],
        "segments": [one.name for one in segments.listed()],
        "categories": sorted(known().categories),
        "wrong": str(refusal.facts.get("field", "")) if refusal else "",
        "refusal": None,
    }
    if refusal is not None:
        message, next_step = refusal_said(refusal)
        facts["refusal"] = {"message": message, "next_step": next_step, "code": refusal.code}
    return render(request, "console/tags/edit.html", facts, status=refusal.status if refusal else 200)
