"""The audit trail: who did what to whom, found by person, kind, days and member, and taken out as a file."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access.terms import Entry, Right, TrailAsked
from huitou.doors.console import trail_said
from huitou.doors.console.gate import every_store, needs
from huitou.doors.console.refusals import said
from huitou.kernel.errors import N_, HuitouError
from huitou.kernel.ids import member_code, member_number
from huitou.usecases.trail import MOST_EXPORTED, about_member, export_trail, list_actors, read_trail
from huitou.usecases.typed_member import typed_member

PAGE_SIZE = 50
LONGEST = 80


class TrailDaysUnreadable(HuitouError):
    """The trail is asked for days that are none."""

    code = "trail_days_unreadable"
    message = N_("{words} is no day.")
    next_step = N_("Write it as 2026-11-11, or leave it empty.")
    status = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the address."""

    who: str = ""
    what: str = ""
    since: str = ""
    until: str = ""
    member: str = ""

    def told(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SEE_TRAIL)
def trail(request: HttpRequest) -> HttpResponse:
    """A page of it, the newest first; older entries behind `?before=`. The form is posted, because a phone may stand in
    it, and an address lies in logs."""
    asked = _asked(request.POST if request.method == "POST" else request.GET)
    try:
        if request.method == "POST":
            named = replace(asked, member=_code(asked.member)) if asked.member else asked
            return redirect(f"{reverse('console:trail')}?{_address(named)}".rstrip("?"))
        meant = _meant(asked, before=_before(request.GET))
    except HuitouError as refusal:
        message, next_step = said(refusal)
        facts = {"message": message, "next_step": next_step, "code": refusal.code}
        return _page(request, asked, [], refusal=facts, status=refusal.status)
    return _page(request, asked, read_trail(meant, PAGE_SIZE + 1, person=request.user))


@require_POST
@needs(Right.SEE_TRAIL)
def export(request: HttpRequest) -> HttpResponse:
    """What was asked for as a file, with each action as machines know it. That it was taken stands in the trail."""
    asked = _asked(request.POST)
    entries = export_trail(_meant(asked), person=request.user, told=asked.told())
    sink = StringIO()
    writer = csv.writer(sink)
    writer.writerow(("at", "actor", "action", "subject", "detail", "said"))
    for one in entries:
        at = timezone.localtime(one.at).isoformat(timespec="seconds")
        detail = json.dumps(one.detail, ensure_ascii=False)
        row = (at, one.actor, one.action, one.subject, detail, trail_said.done(one.action))
        writer.writerow(map(_inert, row))
    response = HttpResponse("\ufeff" + sink.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _inert(cell: str) -> str:
    """A spreadsheet runs what looks like a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _asked(given: QueryDict) -> Asked:
    return Asked(**{name: given.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in Asked.__slots__})


def _address(asked: Asked) -> str:
    query = QueryDict(mutable=True)
    query.update(asked.told())
    return query.urlencode()


def _before(given: QueryDict) -> int | None:
    text = given.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _code(words: str) -> str:
    """The number of the member whom a number, card or phone means. Raises MemberUnknown."""
    return member_code(typed_member(words, at=timezone.now()))


def _meant(asked: Asked, before: int | None = None) -> TrailAsked:
    """Raises TrailDaysUnreadable, MemberNotFound and MemberUnknown."""
    first, last = _day(asked.since), _day(asked.until)
    meant = TrailAsked(
        actor=asked.who,
        actions=trail_said.actions_of(asked.what),
        since=_midnight(first) if first else None,
        until=_midnight(last + timedelta(days=1)) if last else None,
        before=before,
    )
    if not asked.member:
        return meant
    return about_member(meant, member_number(asked.member) or 0)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise TrailDaysUnreadable(words=text) from error
    if not 1900 < found.year < 2200:
        raise TrailDaysUnreadable(words=text)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _page(
    request: HttpRequest, asked: Asked, found: list[Entry], *, refusal: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    shown = found[:PAGE_SIZE]
    facts = {
        "asked_for": asked,
        "any_asked": bool(asked.told()),
        "rows": [_row(request, one) for one in shown],
        "actors": list_actors(person=request.user),
        "kinds": trail_said.choices(),
        "older": shown[-1].id if len(found) > PAGE_SIZE else None,
        "first_page": _before(request.GET) is None,
        "most": MOST_EXPORTED,
        "refusal": refusal,
    }
    return render(request, "console/trail.html", facts, status=status)


def _row(request: HttpRequest, one: Entry) -> dict[str, Any]:
    stores = every_store(request)

    def store_name(number: int) -> str:
        return stores[number].name if number in stores else str(number)

    subject, address = trail_said.about(one.subject)
    return {
        "entry": one,
        "done": trail_said.done(one.action),
        "subject": subject,
        "address": address,
        "details": trail_said.details(one.detail, store_name),
    }
