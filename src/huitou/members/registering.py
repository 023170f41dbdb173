"""Who becomes a member at a till, and what members do there without buying."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from huitou.members.errors import EventDiffers, IdentityOfOthers
from huitou.members.spelling import spelled
from huitou.members.store import registering
from huitou.members.terms import READABLE_KINDS, MemberRef, NewEvent, RefKind, Registered, Registration
from huitou.privacy import service as privacy


@transaction.atomic
def register(person: Registration) -> tuple[int, Registered]:
    """The member of these identities, made or completed where something was missing; the same again changes nothing.

    What is known stays: a name or a birthday is filled and never overwritten. Raises IdentityOfOthers where an identity
    belongs to somebody else than the others do, or is shared by several, or is a phone that is known under another name
    and that nobody has proven; and NotAPhone. A proven phone is verified, and ceases to be anybody else's.
    """
    # A phone that was given as the card, too, is one identity.
    rows = list(
        {
            (kind, value, index): (kind, value, sealed, index, tail)
            for kind, value, sealed, index, tail in map(_row, person.identities)
        }.values()
    )
    holders = registering.holders(rows)
    phones = [place for place, row in enumerate(rows) if row[0] == RefKind.PHONE]
    known = set().union(*(found for place, found in enumerate(holders) if place not in phones))
    for place in phones:
        if _is_anothers(person, holders[place], known):
            # A number that was given to somebody else does not bring the old owner's account along (A12).
            if not person.phone_proven:
                raise IdentityOfOthers(kind=RefKind.PHONE)
            registering.doubt(rows[place], known)
            holders[place] = holders[place] & known
    known = set().union(*holders)
    if len(known) > 1:
        mine = holders[0] if holders[0] else known
        others = next(row for row, found in zip(rows, holders, strict=True) if len(found) > 1 or found - mine)
        raise IdentityOfOthers(kind=others[0])
    if known:
        (member,) = known
        filled = registering.complete_member(member, person.name, spelled(person.name), person.birthday)
    else:
        member = registering.insert_member(
            person.name, spelled(person.name), person.birthday, person.joined_on, person.home_store
        )
        filled = True
    for row, found in zip(rows, holders, strict=True):
        if not found:
            registering.insert_identity(member, row)
            filled = True
        if row[0] == RefKind.PHONE:
            filled |= person.phone_proven and registering.trust(member, row)
    state = Registered.MADE if not known else Registered.COMPLETED if filled else Registered.KNOWN
    return member, state


def _is_anothers(person: Registration, holders: set[int], known: set[int]) -> bool:
    """Whether the phone is held by people who are not this one: by others than the card says, or under another name."""
    if known:
        return person.phone_proven and bool(holders - known)
    names = registering.names(holders) - {""}
    return bool(person.name and names) and spelled(person.name) not in {spelled(name) for name in names}


def is_a_phone(ref: MemberRef) -> bool:
    """Also where a till calls it a card: a phone is kept in clear under no name."""
    return ref.kind == RefKind.PHONE or (ref.kind in READABLE_KINDS and privacy.is_mobile(ref.value))


def _row(ref: MemberRef) -> registering.Row:
    if is_a_phone(ref):
        sealed, index, tail = privacy.seal_phone(ref.value)
        return RefKind.PHONE, None, sealed, index, tail
    return ref.kind, ref.value, None, None, ref.value[-4:]


def record_event(event: NewEvent, member_id: int | None, origin: int | None = None) -> bool:
    """Whether it is new; the same again changes nothing. Raises EventDiffers where its name is another's.

    `origin`: whose the identity was, where that person has become one with another.
    """
    digest = _digest(event, event.at.astimezone(UTC))
    known = registering.insert_event(
        event.source, event.source_id, event.kind, (member_id, origin), event.store_id, event.at, event.detail, digest
    )
    # Until 28 November 2026 the moment counted as it was spelled, with its offset.
    if known not in (None, digest, _digest(event, event.at)):
        raise EventDiffers(source_id=event.source_id)
    return known is None


def _digest(event: NewEvent, at: datetime) -> str:
    words = (event.kind, at.isoformat(), event.store_id, sorted(event.detail.items()))
    who = (event.member.kind, event.member.value) if event.member else None
    return privacy.keyed_digest(repr((words, who)), purpose="event")
