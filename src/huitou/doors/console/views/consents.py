"""Consents to messages on a member's page: what holds by channel, every word so far, noted with who, when and how, and
taken back where it was a mistake. Those to sensitive tags stand with the tags."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures, toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.person import CONSENTS
from huitou.members import service as members
from huitou.members.errors import ConsentMomentUnread
from huitou.members.terms import ConsentSeen
from huitou.usecases import consents


def of_member(request: HttpRequest, member_id: int) -> dict[str, Any]:
    """What the page of a member shows."""
    words = consents.words_of(member_id)
    profile = members.profile_of(member_id)
    elsewhere = profile.consents_noted if profile else {}
    every = [one for said in words.values() for one in said]
    return {
        "messages": [
            {
                "channel": channel,
                "name": gettext(CONSENTS[channel]),
                "now": _newest(said),
                "elsewhere": elsewhere.get(channel),
            }
            for channel, said in words.items()
        ],
        "message_words": [
            {"word": one, "name": gettext(CONSENTS[one.channel])}
            for one in sorted(every, key=lambda one: (one.at, one.id), reverse=True)
        ],
        "may_note_messages": access.may(request.user, Right.TAKE_CONSENTS),
        "this_minute": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }


def _newest(said: list[ConsentSeen]) -> ConsentSeen | None:
    return next((one for one in said if one.undone_at is None), None)


@require_POST
@needs(Right.TAKE_CONSENTS)
def note(request: HttpRequest, member_id: int) -> HttpResponse:
    """The member agrees to messages by a channel, or does not any more, as somebody here notes it."""
    person = members.member(member_id)  # within the scope, or not found
    channel, given = _posted(request, "channel"), request.POST.get("given") == "1"
    if channel in CONSENTS:
        at, how = _moment(_posted(request, "at")), _posted(request, "how")
        with access.beyond_scope_about(request.user, Right.TAKE_CONSENTS):
            actor, now = request.user.username, timezone.now()
            word = consents.note_word(person.id, channel, given=given, at=at, actor=actor, how=how, now=now)
        undo = reverse("console:member_messages_undo", args=[person.id, word]) if word is not None else ""
        toasts.say(request, _said(person.id, channel, given), undo=undo)
    return _back(person.id)


def _said(member_id: int, channel: str, given: bool) -> str:
    """That it is noted; of a word that a newer one stands against, that it changes nothing now."""
    newest = _newest(consents.words_of(member_id)[channel])
    if newest is None or newest.given == given:
        return gettext("Noted.")
    told = gettext("Noted in the history. What was said on {day} is newer and holds.")
    return told.format(day=figures.moment(newest.at))


@require_POST
@needs(Right.TAKE_CONSENTS)
def undo(request: HttpRequest, member_id: int, word: int) -> HttpResponse:
    """Undo `note`: what held before holds again, and the history says who took it back."""
    person = members.member(member_id)
    with access.beyond_scope_about(request.user, Right.TAKE_CONSENTS):
        consents.undo_word(person.id, min(word, members.LARGEST_ID), actor=request.user.username)
    toasts.say(request, gettext("Taken back: it counts no more, and stays in the history."))
    return _back(person.id)


def _moment(text: str) -> datetime:
    """By the clock of the chain; nothing is now. Raises ConsentMomentUnread."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return timezone.now()
    try:
        at = datetime.fromisoformat(plain)
        return at if at.tzinfo else timezone.make_aware(at)
    except (ValueError, OverflowError) as error:
        raise ConsentMomentUnread(at=text[:40]) from error


def _posted(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:500]


def _back(member_id: int) -> HttpResponse:
    return redirect(f"{reverse('console:member', args=[member_id])}#messages")
