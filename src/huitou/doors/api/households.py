"""Calls about who lives with whom, and about where. A key of some stores sees and names these stores' members alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from huitou.access.terms import Call
from huitou.doors.api.answers import Household, HouseholdOfMember, PlaceTold
from huitou.doors.api.caller import ApiKey
from huitou.doors.api.documented import answers
from huitou.doors.api.schemas_members import HouseholdNamed, MemberCode, PlaceBody, number_of
from huitou.doors.api.speaking import answer
from huitou.members.errors import (
    HouseholdFull,
    HouseholdOfOne,
    HouseholdsDiffer,
    HouseholdUnknown,
    MemberNotFound,
)
from huitou.usecases import households

router = Router(tags=["members"])
OF_A_MEMBER = (MemberNotFound,)


@router.get(
    "/members/{member}/household",
    auth=ApiKey(Call.HOUSEHOLDS),
    **answers(HouseholdOfMember, *OF_A_MEMBER),
    summary="Who lives with a member?",
)
def household(request: HttpRequest, member: Path[MemberCode]) -> HttpResponse:
    """`household` is null where nobody said. It links members: each has their own card, points and consents."""
    one = households.member_of_key(request.auth, number_of(member))
    return answer({"household": households.household_told(one, stores=request.auth.store_ids)})


@router.put(
    "/members/{member}/household",
    auth=ApiKey(Call.HOUSEHOLDS),
    **answers(HouseholdOfMember, *OF_A_MEMBER, HouseholdUnknown),
    summary="Name a household",
)
def name_household(request: HttpRequest, member: Path[MemberCode], said: HouseholdNamed) -> HttpResponse:
    """The same again changes nothing."""
    one = households.member_of_key(request.auth, number_of(member))
    households.call_household(one, said.name, actor=request.auth.name)
    return answer({"household": households.household_told(one, stores=request.auth.store_ids)})


@router.put(
    "/members/{member}/household/{other}",
    auth=ApiKey(Call.HOUSEHOLDS),
    **answers(Household, *OF_A_MEMBER, HouseholdOfOne, HouseholdsDiffer, HouseholdFull),
    summary="Two members live together",
)
def live_together(request: HttpRequest, member: Path[MemberCode], other: Path[MemberCode]) -> HttpResponse:
    """Whoever lives with nobody comes to the other's household; where neither lives in one, it is new. The same again
    changes nothing. Two households never become one: take one of the two out first."""
    both = [households.member_of_key(request.auth, number_of(one)) for one in (member, other)]
    _, coming = households.live_together(*both, actor=request.auth.name)
    return answer(_told(request, both[0], "joined" if coming else "known"))


@router.delete(
    "/members/{member}/household",
    auth=ApiKey(Call.HOUSEHOLDS),
    **answers(Household, *OF_A_MEMBER),
    summary="A member lives there no more",
)
def leave_household(request: HttpRequest, member: Path[MemberCode]) -> HttpResponse:
    """The others stay together. The same again changes nothing."""
    one = households.member_of_key(request.auth, number_of(member))
    left = households.leave_household(one, actor=request.auth.name)
    return answer(_told(request, one, "left" if left is not None else "known"))


@router.put(
    "/members/{member}/place",
    auth=ApiKey(Call.HOUSEHOLDS),
    **answers(PlaceTold, *OF_A_MEMBER),
    summary="About where does a member live?",
)
def live_at(request: HttpRequest, member: Path[MemberCode], said: PlaceBody) -> HttpResponse:
    """A thousandth of a degree is kept, some hundred metres, and no call tells it again. null in both forgets it. The
    same again changes nothing."""
    one = households.member_of_key(request.auth, number_of(member))
    new = households.tell_place(one, said.place, actor=request.auth.name)
    told = "told" if said.place is not None else "forgotten"
    return answer({"status": told if new else "known"})


def _told(request: HttpRequest, member: int, status: str) -> dict[str, Any]:
    return {"status": status, "household": households.household_told(member, stores=request.auth.store_ids)}
