"""Who lives with whom and about where, said by hand or by another system; each change stands in the audit trail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.access.terms import KeySeen
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.errors import MemberNotFound
from huitou.members.terms import HouseholdSeen, MemberSeen
from huitou.usecases.typed_member import typed_member


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom somebody typed, before the two are put together: `together` already, or living with `others` so far."""

    person: MemberSeen
    phone: str
    """Masked; empty without one."""
    together: bool
    others: HouseholdSeen | None


def meant(member_id: int, who: str, *, now: datetime) -> Meant:
    """Nothing is written. Raises MemberNotFound and MemberUnknown."""
    members.member(member_id)
    other = typed_member(who, at=now)
    mine, theirs = members.household_of(member_id), members.household_of(other)
    (shown,) = members.at_the_till([other])
    together = mine is not None and theirs is not None and mine.id == theirs.id
    return Meant(members.member(other), shown.masked_phone, together, theirs)


@transaction.atomic
def live_together(member_id: int, other_id: int, *, actor: str) -> tuple[int, list[int]]:
    """(household, who came into it); again, nobody comes. Raises MemberNotFound, HouseholdOfOne, HouseholdsDiffer and
    HouseholdFull, and then nothing has changed."""
    household, coming = members.live_together(member_id, other_id, by=actor)
    for one in coming:
        access.note_by(actor, "household.join", f"member:{one}", household=household)
    return household, coming


@transaction.atomic
def leave_household(member_id: int, *, actor: str) -> int | None:
    """The household that they left; None: they were in none, and nothing has changed. Raises MemberNotFound."""
    household = members.leave_household(member_id)
    if household is not None:
        access.note_by(actor, "household.leave", f"member:{member_id}", household=household)
    return household


@transaction.atomic
def return_to_household(member_id: int, household: int, *, actor: str) -> bool:
    """Undo `leave_household`. Raises MemberNotFound, HouseholdUnknown and HouseholdFull."""
    came = members.return_to_household(member_id, household, by=actor)
    if came:
        access.note_by(actor, "household.return", f"member:{member_id}", household=household)
    return came


@transaction.atomic
def call_household(member_id: int, name: str, *, actor: str) -> bool:
    """Raises HouseholdUnknown and HouseholdNameUnfit."""
    new = members.call_household(member_id, name)
    if new:  # the name may be a person's: it stays out of the trail, which nobody erases
        access.note_by(actor, "household.name", f"member:{member_id}")
    return new


@transaction.atomic
def tell_place(member_id: int, place: tuple[Decimal, Decimal] | None, *, actor: str) -> bool:
    """About where they live, or None: nobody is to know it any more. Whether it is new. Raises MemberNotFound."""
    new = members.forget_where(member_id, by=actor) if place is None else members.live_at(member_id, *place, by=actor)
    if new:  # that it was told, and not where: nobody erases the trail
        access.note_by(actor, "place.tell" if place is not None else "place.forget", f"member:{member_id}")
    return new


# ---- for machines and the command line


def household_told(member_id: int, *, stores: Collection[int] = ()) -> dict[str, Any] | None:
    """With whom the member lives, those of these home stores alone (none: of all), as plain values."""
    seen = members.household_of(member_id)
    if seen is None:
        return None
    people = [one for one in seen.people if not stores or one.home_store_id in stores]
    return {
        "name": seen.name,
        "number": seen.number or None,
        "people": [
            {"member": one.code, "name": one.name, "phone": one.masked_phone, "since": one.since.isoformat()}
            for one in people
        ],
    }


def member_of_key(caller: KeySeen, member_id: int) -> int:
    """The member, or whom they are a part of by now, where the key speaks for their home store. Raises MemberNotFound,
    whether nobody is there or somebody else's."""
    now = members.survivors([member_id]).get(member_id) if 0 < member_id <= members.LARGEST_ID else None
    if now is None or (caller.store_ids and members.member(now).home_store_id not in caller.store_ids):
        raise MemberNotFound(member=member_code(member_id))
    return now
