"""Who lives with a member, on their page: put in by card or phone after a second look, taken out, named, undone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import every_store, needs
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.usecases import households


def of_member(request: HttpRequest, member_id: int) -> dict[str, Any]:
    """What the page of a member shows: those alone whom this person may see."""
    seen, stores = members.household_of(member_id), every_store(request)
    people = [
        {"seen": one, "store": stores[one.home_store_id].name if one.home_store_id in stores else ""}
        for one in (seen.people if seen else ())
        if one.member != member_id
    ]
    return {
        "household": seen,
        "housemates": people,
        "may_set_household": access.may(request.user, Right.SET_HOUSEHOLDS),
    }


@require_POST
@needs(Right.SET_HOUSEHOLDS)
def meant(request: HttpRequest, member_id: int) -> HttpResponse:
    """Whom the card or phone means, before anything is written. It is posted: a phone stands in no address."""
    person = members.member(member_id)
    found = households.meant(member_id, _posted(request, "who"), now=timezone.now())
    store = every_store(request).get(found.person.home_store_id or 0)
    others = found.others.people if found.others else ()
    facts = {
        "person": person,
        "found": found,
        "store": store.name if store else "",
        "with_others": [one for one in others if one.member not in (found.person.id, member_id)],
    }
    return render(request, "console/household.html", facts)


@require_POST
@needs(Right.SET_HOUSEHOLDS)
def add(request: HttpRequest, member_id: int) -> HttpResponse:
    """The two live together. Both are found within the scope, or not at all."""
    text = _posted(request, "other")
    other = members.member(int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0)
    members.member(member_id)
    with access.beyond_scope_about(request.user, Right.SET_HOUSEHOLDS):
        _, coming = households.live_together(member_id, other.id, actor=request.user.username)
    says = gettext("{name} lives with them now.") if coming else gettext("{name} lived with them already.")
    undo = reverse("console:household_leave", args=[member_id, other.id]) if other.id in coming else ""
    toasts.say(request, says.format(name=other.name or member_code(other.id)), undo=undo)
    return _back(member_id)


@require_POST
@needs(Right.SET_HOUSEHOLDS)
def leave(request: HttpRequest, member_id: int, other_id: int) -> HttpResponse:
    """`other` lives there no more; back on the page of `member`, with the way back."""
    other = members.member(other_id)
    members.member(member_id)
    with access.beyond_scope_about(request.user, Right.SET_HOUSEHOLDS):
        left = households.leave_household(other_id, actor=request.user.username)
    undo = reverse("console:household_back", args=[member_id, other_id, left]) if left is not None else ""
    says = gettext("{name} lives there no more.").format(name=other.name or member_code(other_id))
    toasts.say(request, says, undo=undo)
    return _back(member_id)


@require_POST
@needs(Right.SET_HOUSEHOLDS)
def back(request: HttpRequest, member_id: int, other_id: int, number: int) -> HttpResponse:
    """Undo `leave`, into the household that the page showed."""
    other = members.member(other_id)
    members.member(member_id)
    with access.beyond_scope_about(request.user, Right.SET_HOUSEHOLDS):
        households.return_to_household(other_id, min(number, members.LARGEST_ID), actor=request.user.username)
    says = gettext("{name} lives there again.").format(name=other.name or member_code(other_id))
    toasts.say(request, says)
    return _back(member_id)


@require_POST
@needs(Right.SET_HOUSEHOLDS)
def call(request: HttpRequest, member_id: int) -> HttpResponse:
    """What the household is called."""
    members.member(member_id)
    with access.beyond_scope_about(request.user, Right.SET_HOUSEHOLDS):
        households.call_household(member_id, _posted(request, "name"), actor=request.user.username)
    toasts.say(request, gettext("Noted."))
    return _back(member_id)


def _posted(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:200]


def _back(member_id: int) -> HttpResponse:
    return redirect(f"{reverse('console:member', args=[member_id])}#household")
