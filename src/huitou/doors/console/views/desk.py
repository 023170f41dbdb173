"""Where those begin who answer members and see no figures: find who calls, go back to whom they opened, what is on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console.gate import needs
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.person import CONSENTS
from huitou.doors.console.views.offers.listing import when
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.errors import MemberNotFound
from huitou.members.terms import MemberSeen
from huitou.offers.service import programmes
from huitou.offers.terms.kept import OfferSeen, OfferState
from huitou.usecases import consents

KEY = "looked_at"
LOOKED_AT = 10
"""So many members are kept with the log-in, the newest first; they go with it."""
OFFERS_SHOWN = 8
ENDS_WITHIN_DAYS = 7


def begins_here(person: access.Person) -> bool:
    """Whether this page is where they begin: they speak with members, and have no overview."""
    return access.may(person, Right.UNMASK_PHONES) and not access.may(person, Right.SEE_OVERVIEW)


def looked_at(request: HttpRequest, member_id: int) -> None:
    """Keep that they opened this member; of nobody else, since nobody else has the list."""
    if begins_here(request.user):
        before = [one for one in request.session.get(KEY, ()) if one != member_id]
        request.session[KEY] = [member_id, *before][:LOOKED_AT]


@needs(Right.UNMASK_PHONES)
def desk(request: HttpRequest) -> HttpResponse:
    if not begins_here(request.user):
        return redirect("console:overview")
    people = _people(request)
    facts = {
        "people": people,
        "finding": _finding(people),
        "offers": _on_now() if access.may(request.user, Right.SEE_OFFERS) else None,
    }
    return render(request, "console/desk.html", facts)


def _people(request: HttpRequest) -> list[dict[str, Any]]:
    """Those looked at since the log-in; one who was merged is the member that they became, once, and one who is gone is
    left out."""
    ids = [int(one) for one in request.session.get(KEY, ())]
    now = members.survivors(ids)
    found = []
    for one in dict.fromkeys(now.get(one, one) for one in ids):
        try:
            found.append(members.member(one))
        except MemberNotFound:
            continue
    shown = [one.id for one in found]
    points, phones = loyalty.available_of(shown), {one.id: one.masked_phone for one in members.at_the_till(shown)}
    return [_row(one, points.get(one.id, 0), phones.get(one.id, "")) for one in found]


def _row(one: MemberSeen, points: int, phone: str) -> dict[str, Any]:
    """`agreed`: the channels of messages that they agree to; `asked`: whether they ever said a word about any."""
    words = consents.words_of(one.id)
    newest = {channel: next((word for word in said if word.undone_at is None), None) for channel, said in words.items()}
    return {
        "member": one,
        "layer": LAYERS.get(one.facts.layer, "") if one.facts else "",
        "points": points,
        "phone": phone,
        "agreed": [gettext(CONSENTS[channel]) for channel, word in newest.items() if word and word.given],
        "asked": any(newest.values()),
    }


def _finding(people: list[dict[str, Any]]) -> str:
    """How many of those looked at were never asked whether they want messages: now they're on the line."""
    if not people:
        return ""
    count = len(people)
    seen = ngettext(
        "You have opened {count} member since you logged in.",
        "You have opened {count} members since you logged in.",
        count,
    ).format(count=count)
    open_ = sum(not one["asked"] for one in people)
    if not open_:
        return seen
    asked = ngettext(
        "{count} was never asked about messages: ask while they are on the line.",
        "{count} were never asked about messages: ask while they are on the line.",
        open_,
    )
    space = "" if seen.endswith("。") else " "
    return seen + space + asked.format(count=open_)


def _on_now() -> dict[str, Any]:
    """The offers of this hour, those that end first before the others."""
    on = [one for one in programmes.offers(timezone.now()) if one.state is OfferState.ON]
    on.sort(key=lambda one: (one.ends.date() if one.ends else date.max, one.code))
    until = timezone.localdate() + timedelta(days=ENDS_WITHIN_DAYS)
    return {"rows": [_offer(one, until) for one in on[:OFFERS_SHOWN]], "all": len(on), "shown": OFFERS_SHOWN}


def _offer(one: OfferSeen, until: date) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name or one.code,
        "when": when(one),
        "ending": one.ends is not None and one.ends.date() <= until,
    }
