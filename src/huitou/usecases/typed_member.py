"""The member whom somebody types: by number, card or phone, as far as who asks sees members."""

from __future__ import annotations

from datetime import datetime

from huitou.bulk.trip import trip
from huitou.kernel.ids import member_number
from huitou.members import service as members
from huitou.members.errors import MemberUnknown
from huitou.members.terms import MemberRef, RefKind


def typed_member(who: str, *, at: datetime) -> int:
    """Raises MemberUnknown, also where several share the phone: nobody knows whom it means."""
    who = who.strip()
    kinds = [RefKind.MEMBER] if member_number(who) else [RefKind.CARD]
    if members.looks_like_phone(who):
        kinds = [RefKind.PHONE, RefKind.CARD]  # a card of twelve digits reads like a phone
    for kind in kinds:
        with trip() as one:
            (found,) = members.find(one, [MemberRef(kind, who)], at=at).ids()
        if found is not None:
            return found
    raise MemberUnknown()
