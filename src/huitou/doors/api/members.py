"""Calls about the person at the till."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, override
from ninja import Router

from huitou.access.terms import Call
from huitou.doors.api.answers import EventKept, Registered, WhoItIs
from huitou.doors.api.caller import ApiKey, place_of
from huitou.doors.api.documented import OF_A_STORE, answers
from huitou.doors.api.problems import LANGUAGES, language_of
from huitou.doors.api.prompting import as_told
from huitou.doors.api.schemas_people import EventBody, IdentifySaid, NewcomerSaid
from huitou.doors.api.speaking import answer
from huitou.members.errors import CodeUnknown, EventDiffers, IdentityOfOthers, TooManyWrongCodes
from huitou.privacy.errors import NotAPhone
from huitou.usecases import members_at_the_till as till
from huitou.usecases.prompts import Prompt

router = Router()


@router.post(
    "/members/identify",
    auth=ApiKey(Call.IDENTIFY),
    **answers(WhoItIs, CodeUnknown, TooManyWrongCodes),
    tags=["members"],
    summary="Who stands at the till?",
)
def identify(request: HttpRequest, said: IdentifySaid) -> HttpResponse:
    """By card, phone, dynamic member code, member number, name, pinyin, initials, or the last four digits of a phone.

    Whatever names exactly one member answers `member`; words that several share answer `candidates`, the likeliest
    first. A member belongs to the chain, so what names one finds them at any store; by words, a key for some stores
    finds only the members of those stores.
    """
    told = till.identify(
        request.auth, said.query, said.meant(), now=now(), place=place_of(request, said.store, said.till)
    )
    if told["member"] is not None:
        told["member"]["prompts"] = [_prompt(one, language_of(request)) for one in told["member"]["prompts"]]
    return answer(told)


def _prompt(one: Prompt, language: str) -> dict[str, object]:
    said = {}
    for each in LANGUAGES:
        with override(each):
            said[each] = gettext(one.says).format(**one.facts)
    return as_told(one.kind, said, language)


@router.post(
    "/members",
    auth=ApiKey(Call.MEMBERS),
    **answers(Registered, *OF_A_STORE, IdentityOfOthers, NotAPhone),
    tags=["members"],
    summary="Become a member",
)
def register(request: HttpRequest, said: NewcomerSaid) -> HttpResponse:
    """The same again changes nothing; somebody known by one of the identities gets what was missing."""
    return answer(till.register(request.auth, said.newcomer(), today=localdate()))


@router.post(
    "/events",
    auth=ApiKey(Call.EVENTS),
    **answers(EventKept, *OF_A_STORE, EventDiffers),
    tags=["events"],
    summary="Record a view, a scan, a sign-in, a rating, or what came of a prompt",
)
def record_event(request: HttpRequest, said: EventBody) -> HttpResponse:
    """Once for ever by the key's name and `id`. A member whom nobody knows is left out, and the event is kept."""
    return answer(till.record_event(request.auth, said.event(), now=now()))
