"""Every tag: what it is for, who answers for it, how many bear it, what uses it; and one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.tags_said import (
    ABOUT,
    SOURCES,
    evidence_said,
    growth_chart,
    lasts_said,
    of_said,
    source_said,
    strengths_bars,
    why_open_said,
)
from huitou.doors.console.views.tags.sight import require_sight
from huitou.members import service as members
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.segments.terms.tags import TagSource
from huitou.usecases.tags import TagListed, archive_tag, begin_with_tags, find_tag, listed_tags, restore_tag

SAMPLE = 8


@require_safe
@needs(Right.SEE_SEGMENTS)
def listing(request: HttpRequest) -> HttpResponse:
    """Those in use, or the archive."""
    now = timezone.now()
    put_away = listed_tags(now, archived=True)
    archived = bool(request.GET.get("archived")) and bool(put_away)
    every = put_away if archived else listed_tags(now)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    fits = [one for one in every if words.casefold() in _searched(one)]
    facts = {
        "rows": [_row(one, sensitive=access.may(request.user, Right.SEE_SENSITIVE_TAGS)) for one in fits],
        "any": bool(every or put_away),
        "archived": len(put_away),
        "put_away": archived,
        "words": words,
        "finding": _finding(every),
        "may_edit": access.may(request.user, Right.EDIT_TAGS),
    }
    return render(request, "console/tags/list.html", facts)


def _searched(one: TagListed) -> str:
    tag = one.seen.tag
    return f"{tag.name} {tag.owner} {tag.purpose} {of_said(tag)}".casefold()


def _row(one: TagListed, *, sensitive: bool) -> dict[str, Any]:
    tag = one.seen.tag
    return {
        "one": one,
        "tag": tag,
        "source": gettext(SOURCES[tag.source]),
        "of": of_said(tag),
        "about": gettext(ABOUT[tag.sensitive]) if tag.sensitive else "",
        "hidden": bool(tag.sensitive) and not sensitive,
        "uses": len(one.segments) + len(one.offers),
    }


def _finding(every: Sequence[TagListed]) -> str:
    unused = sum(one.unused for one in every)
    told = ngettext("There is {count} tag.", "There are {count} tags.", len(every)).format(count=len(every))
    if not unused:
        return told
    more = ngettext("{count} of them is used by nothing.", "{count} of them are used by nothing.", unused)
    return figures.sentences(told, more.format(count=unused))


@require_safe
@needs(Right.SEE_SEGMENTS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """What a tag is, how strong it is borne, by whom and why, and what uses it."""
    today, found = timezone.localdate(), find_tag(number, timezone.now())
    seen, tag = found.seen, found.seen.tag
    hidden = bool(tag.sensitive) and not access.may(request.user, Right.SEE_SENSITIVE_TAGS)
    borne = tag.source is not TagSource.TASTE and not hidden and seen.archived_at is None
    bars = tags.strengths(seen, today) if borne else []
    facts = {
        "one": found,
        "seen": seen,
        "tag": tag,
        "hidden": hidden,
        "source": gettext(SOURCES[tag.source]),
        "comes": source_said(tag),
        "evidence": evidence_said(tag),
        "lasts": lasts_said(tag),
        "why_open": why_open_said(tag),
        "about": gettext(ABOUT[tag.sensitive]) if tag.sensitive else "",
        "bars": strengths_bars(bars),
        "is_taste": tag.source is TagSource.TASTE,
        "by_hand": tag.source is TagSource.HAND,
        "sample": _sample(found, today) if borne else [],
        "chart": None if hidden else growth_chart(seen),
        "segments": [(one.name, one.segment_id) for one in segments.listed() if one.name in found.segments],
        "versions": [
            (one, gettext(SOURCES[one.tag.source]), of_said(one.tag), lasts_said(one.tag))
            for one in tags.versions_of(tag.name)
        ],
        "may_edit": access.may(request.user, Right.EDIT_TAGS) and not hidden,
    }
    return render(request, "console/tags/one.html", facts)


def _sample(found: TagListed, today: Any) -> list[dict[str, Any]]:
    rows = []
    for bearer in tags.sample(found.seen, today, SAMPLE):
        person = members.member(bearer.member_id)
        rows.append(
            {
                "id": person.id,
                "name": person.name or person.code,
                "strength": tags.strength_of(bearer, today),
                "since": bearer.since,
                "why": tags.because(bearer.because, gettext),
            }
        )
    return rows


@require_POST
@needs(Right.EDIT_TAGS)
def starters(request: HttpRequest) -> HttpResponse:
    """Make the usual ones, in the language of the page."""
    with access.beyond_scope(request.user):
        made = begin_with_tags(gettext, actor=request.user.username)
    told = ngettext("{count} tag is kept.", "{count} tags are kept.", len(made)).format(count=len(made))
    toasts.say(request, told)
    return redirect("console:tags")


@require_POST
@needs(Right.EDIT_TAGS)
def archive(request: HttpRequest, number: int) -> HttpResponse:
    """Put it away; refused with the names of what uses it."""
    name = find_tag(number, timezone.now()).seen.tag.name
    require_sight(request, name)
    with access.beyond_scope(request.user):
        archive_tag(name, actor=request.user.username)
    undo = reverse("console:tag_restore", args=[number])
    toasts.say(request, gettext("{name} is archived.").format(name=name), undo=undo)
    return redirect("console:tags")


@require_POST
@needs(Right.EDIT_TAGS)
def restore(request: HttpRequest, number: int) -> HttpResponse:
    name = find_tag(number, timezone.now()).seen.tag.name
    require_sight(request, name)
    with access.beyond_scope(request.user):
        restore_tag(name, actor=request.user.username)
    toasts.say(request, gettext("{name} is back.").format(name=name))
    return redirect("console:tag", number=number)
