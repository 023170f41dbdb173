"""Members who work for the chain: the staff discount is theirs, within its quota."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import toasts
from huitou.doors.console.gate import needs
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_number
from huitou.usecases import offer_desk
from huitou.usecases.staff import dismiss, employ, keep_on, list_staff


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Right.SET_STAFF)
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, with what they were given this month; posted, one more."""
    today, refusal = timezone.localdate(), None
    typed = {name: request.POST.get(name, "")[:80] for name in ("number", "member")}
    if request.method == "POST":
        try:
            with access.beyond_scope(request.user):  # what follows people writes down that somebody changed
                employ(typed["member"], typed["number"], since=today, now=timezone.now(), actor=request.user.username)
            return redirect("console:staff")
        except HuitouError as refused:
            refusal = refused
    names = dict(offer_desk.store_names())
    rows = [_shown(one, names) for one in list_staff(today)]
    facts = {
        "rows": rows,
        "typed": typed,
        "refusal": refusal,
        "today": today,
        "working": sum(one["works"] for one in rows),
    }
    return render(request, "console/staff.html", facts, status=refusal.status if refusal else 200)


def _shown(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """As people read it: days as days, the store by its name."""
    days = {name: date.fromisoformat(one[name]) if one[name] else None for name in ("since", "until")}
    return {**one, **days, "store": names.get(one["store"], ""), "member_id": member_number(one["member"])}


@require_POST
@needs(Right.SET_STAFF)
def end_staff(request: HttpRequest) -> HttpResponse:
    """Today is the last day."""
    number = request.POST.get("number", "").strip()
    with access.beyond_scope(request.user):
        dismiss(number, until=timezone.localdate(), actor=request.user.username)
    said = gettext("Today is the last day of {number}.").format(number=number)
    toasts.say(request, said, undo=f"{reverse('console:stay_staff')}?{urlencode({'number': number})}")
    return redirect("console:staff")


@require_POST
@needs(Right.SET_STAFF)
def stay_staff(request: HttpRequest) -> HttpResponse:
    """Today is not the last day after all: the way back from `end_staff`, on the same day. Raises StaffUnknown."""
    number = request.GET.get("number", "")
    with access.beyond_scope(request.user):
        keep_on(number, today=timezone.localdate(), actor=request.user.username)
    toasts.say(request, gettext("{number} works on.").format(number=number))
    return redirect("console:staff")
