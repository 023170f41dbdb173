"""Who did what to whom: the audit trail of everything, or of a member with everybody who became a part of them."""

from __future__ import annotations

from dataclasses import replace

from huitou.access import service as access
from huitou.access.terms import Entry, Right, TrailAsked
from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.errors import MemberNotFound

MOST_EXPORTED = 100_000
"""Entries in one file."""


def about_member(asked: TrailAsked, member_id: int) -> TrailAsked:
    """The same of this member alone. What was done to a card before it was merged is theirs too. Raises
    MemberNotFound."""
    if (whole := members.survivors([member_id]).get(member_id)) is None:
        raise MemberNotFound(member=member_id)
    parts = members.parts_of(whole)
    return replace(
        asked, subjects=tuple(f"member:{one}" for one in parts), others=tuple(member_code(one) for one in parts)
    )


def read_trail(asked: TrailAsked, limit: int, *, person: access.Person) -> list[Entry]:
    """The newest entries. Raises RightMissing."""
    access.require(person, Right.SEE_TRAIL)
    with access.beyond_scope(person):
        return access.trail(asked, limit)


def list_actors(*, person: access.Person) -> list[str]:
    """Everybody who wrote any, by name. Raises RightMissing."""
    access.require(person, Right.SEE_TRAIL)
    with access.beyond_scope(person):
        return access.trail_actors()


def export_trail(asked: TrailAsked, *, person: access.Person, told: dict[str, str]) -> list[Entry]:
    """The same to be taken away, at most MOST_EXPORTED; who took what out (`told`: what they asked for) stands in the
    trail from then on. Raises RightMissing."""
    access.require(person, Right.SEE_TRAIL)
    with access.beyond_scope(person):
        found = access.trail(asked, MOST_EXPORTED)
        access.note(person, "trail.export", "trail", entries=len(found), **told)
        return found
