"""Calls about what a member agrees to. A key of some stores speaks for the members of these stores alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Path, Router

from huitou.access.terms import Call
from huitou.doors.api.answers import ConsentKept, Consents
from huitou.doors.api.caller import ApiKey
from huitou.doors.api.documented import answers
from huitou.doors.api.schemas_members import ConsentBody, MemberCode, number_of
from huitou.doors.api.speaking import answer
from huitou.members.errors import ConsentDiffers, ConsentOfTomorrow, ConsentWithoutProof, MemberNotFound
from huitou.usecases.consents import consents_told, tell_consent
from huitou.usecases.households import member_of_key

router = Router(tags=["members"])


@router.get(
    "/members/{member}/consents",
    auth=ApiKey(Call.CONSENTS),
    **answers(Consents, MemberNotFound),
    summary="What does a member agree to?",
)
def consents(request: HttpRequest, member: Path[MemberCode]) -> HttpResponse:
    """What holds now, and every word that led there, the newest first. What they said of pregnancy, health and minors
    is left out unless the key names the call `sensitive`. `noted_elsewhere` is what another system noted: a note, and
    no consent."""
    return answer(consents_told(request.auth, member_of_key(request.auth, number_of(member))))


@router.post(
    "/members/{member}/consents",
    auth=ApiKey(Call.CONSENTS),
    **answers(ConsentKept, MemberNotFound, ConsentWithoutProof, ConsentOfTomorrow, ConsentDiffers),
    summary="A member gives a consent, or takes it back",
)
def tell(request: HttpRequest, member: Path[MemberCode], said: ConsentBody) -> HttpResponse:
    """Once for ever by the key's name and `id`. The newest word counts, by the moment `at` which it was said: one that
    arrives late joins the history. With a consent to what is sensitive its tags go at once when it is taken back; the
    answer is the same whatever was said before."""
    member_id = member_of_key(request.auth, number_of(member))
    return answer(tell_consent(request.auth, member_id, said.said(request.auth.name), now=now()))
