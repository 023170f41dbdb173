"""Tags on a member's page: what they bear and why, given and taken by hand, and the consents of sensitive ones."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.doors.console.tags_said import ABOUT
from huitou.doors.console.views.tags.sight import require_sight
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, MemberSeen
from huitou.segments.service import tags
from huitou.segments.terms.tags import TagSource
from huitou.usecases.tags import give_tag, give_tag_back, note_consent, tags_of_member, take_tag


def of_member(request: HttpRequest, person: MemberSeen) -> dict[str, Any]:
    """What the page of a member shows of tags: as much as this person may see."""
    registry = tags.standing()
    borne = tags_of_member(person, timezone.localdate(), gettext, registry)
    sensitive = access.may(request.user, Right.SEE_SENSITIVE_TAGS)
    may_note = access.may(request.user, Right.TAKE_CONSENTS)
    may_give = access.may(request.user, Right.GIVE_TAGS)
    there = {one.tag for one in borne}
    consents = _consents(person.id) if may_note else []
    return {
        "tags": borne,
        "may_give": may_give,
        "may_note": may_note,
        "sees_consents": sensitive,
        "tags_to_give": [
            one.tag.name
            for one in registry
            if one.tag.source is not TagSource.TASTE
            and one.tag.name not in there
            and (sensitive or not one.tag.sensitive)
        ]
        if may_give
        else [],
        "consents": consents,
        "asked_before": any(one["last"] for one in consents),
    }


def _consents(member_id: int) -> list[dict[str, Any]]:
    """What there is to agree to, with their last word where the database lets this person see it."""
    said = members.consents_of(member_id)
    newest = {about: next((one for one in said if one.about == about), None) for about in ConsentAbout}
    return [{"about": str(about), "name": gettext(ABOUT[about]), "last": last} for about, last in newest.items()]


@require_POST
@needs(Right.GIVE_TAGS)
def give(request: HttpRequest, member_id: int) -> HttpResponse:
    name, note = _posted(request, "tag"), _posted(request, "note")
    require_sight(request, name)
    with access.beyond_scope(request.user):
        give_tag(name, member_id, day=timezone.localdate(), actor=request.user.username, note=note)
    toasts.say(request, gettext("The tag {name} is given.").format(name=name))
    return _back(member_id)


@require_POST
@needs(Right.GIVE_TAGS)
def take(request: HttpRequest, member_id: int) -> HttpResponse:
    name = _posted(request, "tag")
    require_sight(request, name)
    with access.beyond_scope(request.user):
        take_tag(name, member_id, actor=request.user.username)
    undo = f"{reverse('console:member_tag_back', args=[member_id, tags.find(name).id])}"
    toasts.say(request, gettext("The tag {name} is taken off.").format(name=name), undo=undo)
    return _back(member_id)


@require_POST
@needs(Right.GIVE_TAGS)
def give_back(request: HttpRequest, member_id: int, number: int) -> HttpResponse:
    """Undo `take`."""
    name = tags.find_by_id(number).tag.name
    require_sight(request, name)
    with access.beyond_scope(request.user):
        give_tag_back(name, member_id, actor=request.user.username)
    toasts.say(request, gettext("The tag {name} is given.").format(name=name))
    return _back(member_id)


@require_POST
@needs(Right.TAKE_CONSENTS)
def consent(request: HttpRequest, member_id: int) -> HttpResponse:
    """The member agrees, or does not any more: then such tags are gone with the same click. The answer is the same
    whatever they said before, which whoever notes it may not see."""
    person = members.member(member_id)  # within the scope, or not found
    about, given = _posted(request, "about"), request.POST.get("given") == "1"
    if about in set(ConsentAbout):
        with access.beyond_scope_about(request.user, Right.TAKE_CONSENTS):
            actor, how = request.user.username, _posted(request, "how")
            note_consent(person.id, ConsentAbout(about), given=given, actor=actor, how=how)
        toasts.say(request, gettext("Noted."))
    return _back(member_id)


def _posted(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:500]


def _back(member_id: int) -> HttpResponse:
    return redirect(f"{reverse('console:member', args=[member_id])}#tags")
