"""One segment: its sentence, who is in it now, who uses it, its versions and its growth."""

from __future__ import annotations

import csv
import json
import secrets
from io import StringIO

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.segmenting import facts, said
from huitou.doors.console.views.segments.asking import question
from huitou.doors.console.views.segments.growth import growth_shown
from huitou.doors.console.views.segments.moving import days_shown, moves_shown
from huitou.kernel.ids import member_code
from huitou.segments import service as segments
from huitou.segments.service import live
from huitou.usecases import segment_desk
from huitou.usecases.live_segments import switch_live
from huitou.usecases.segments import archive_segment, restore_segment


@require_safe
@needs(Right.SEE_SEGMENTS)
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The page of a segment; its count and its profile are asked for once it is there."""
    seen = segments.find_by_id(number)
    sentence, other, other_lang = said.both(segments.read_segment(seen.body))
    is_live = seen.name in live.ids()
    shown = growth_shown(seen, request.user) | {
        "sentence": sentence,
        "other_sentence": other,
        "other_lang": other_lang,
        "tree": json.dumps(seen.body, ensure_ascii=False),
        "page": secrets.token_hex(8),
        "facts": {"said": facts.said()},
        "live": is_live,
        "moves": moves_shown(seen, request.user) if is_live else [],
        "days": days_shown(seen, request.user) if is_live else None,
        "used_by": said.users_shown(segments.users_of(seen.name)),
        "versions": said.versions_shown(segments.versions_of(seen.name)),
        "may_export": access.may(request.user, Right.EXPORT_SEGMENTS),
        "exports": _exports(seen.name, request.user),
    }
    return render(request, "console/segments/one.html", shown)


def _exports(name: str, person: access.Person) -> list[tuple[str, str, str]]:
    """Who took how many out, and when, for those who may do so themselves."""
    may = access.may(person, Right.EXPORT_SEGMENTS) and access.scope_of(person).everything
    if not may or segment_desk.hidden_from(person)(segments.find(name)):
        return []
    with access.beyond_scope(person):
        found = segment_desk.exports_of(name)
    return [(one.actor, figures.moment(one.at), figures.rounded(one.detail["members"], 0)) for one in found]


@require_POST
@needs(Right.EDIT_SEGMENTS)
def archive(request: HttpRequest, number: int) -> HttpResponse:
    """Put it away; refused with the names of what uses it."""
    seen = segments.find_by_id(number)
    with access.beyond_scope(request.user):
        archive_segment(seen.name, actor=request.user.username)
    toasts.say(
        request,
        gettext("{name} is archived.").format(name=seen.name),
        undo=reverse("console:segment_restore", args=[number]),
    )
    return redirect("console:segments")


@require_POST
@needs(Right.EDIT_SEGMENTS)
def restore(request: HttpRequest, number: int) -> HttpResponse:
    seen = segments.find_by_id(number)
    with access.beyond_scope(request.user):
        restore_segment(seen.name, actor=request.user.username)
    toasts.say(request, gettext("{name} is back.").format(name=seen.name))
    return redirect("console:segment", number=number)


@require_POST
@needs(Right.EDIT_SEGMENTS)
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Keep its members at every moment, or no longer (`on`)."""
    seen, on = segments.find_by_id(number), request.POST.get("on") == "1"
    segment_desk.require_asked_by(seen.name, request.user)
    with access.beyond_scope(request.user):
        switch_live(seen.name, on=on, actor=request.user.username)
    told = gettext("{name} is live from now on.") if on else gettext("{name} is no longer live.")
    toasts.say(request, told.format(name=seen.name))
    return redirect("console:segment", number=number)


@require_POST
@needs(Right.EXPORT_SEGMENTS)
def export(request: HttpRequest, number: int) -> HttpResponse:
    """The member numbers as a file. Who took how many stands in the audit trail."""
    seen = segments.find_by_id(number)
    ids, as_of = segment_desk.export_members(seen.name, question(request, "export"), actor=request.user.username)
    sink = StringIO()
    writer = csv.writer(sink)
    writer.writerow(("member", "segment", "version", "as_of"))
    name = f"'{seen.name}" if seen.name[:1] in "=+-@\t\r" else seen.name  # a spreadsheet runs what looks like a formula
    for one_id in ids:
        writer.writerow((member_code(one_id), name, seen.version, as_of))
    response = HttpResponse("\ufeff" + sink.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="segment-{slugify(seen.name) or seen.segment_id}.csv"'
    response["Cache-Control"] = "no-store"
    return response
