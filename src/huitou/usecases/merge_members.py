"""One person who was here twice becomes one member, and two again: each in one transaction, across the rooms (A5, M1).

Nothing is copied and nothing is lost: identities, lots, coupons and receipts go over whole and know where they came
from, so whoever was merged can be parted for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from huitou.access import service as access
from huitou.kernel.ids import member_code
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import MESSAGE_CHANNELS, ConsentSeen, FieldMerged, IdentitySeen, MergeSeen
from huitou.offers import service as offers
from huitou.receipts.service import naming
from huitou.usecases.end_overdue_points import chain_moment

_COUPONS = "offers_coupon"


@dataclass(frozen=True, slots=True)
class Side:
    """What one of two members brings along. Points by asset; money in fen; phones masked."""

    member: int
    identities: tuple[IdentitySeen, ...]
    points: dict[str, tuple[int, int, int]]
    """Asset: (balance, owed of it, in how many lots)."""
    held: int
    receipts: int
    receipts_fen: int
    coupons: dict[str, int]
    """How many, by state."""
    events: int


@dataclass(frozen=True, slots=True)
class WordsMet:
    """What two members said here of messages by a channel, and what holds for both while they are one: the newest word.
    None: nothing was said."""

    channel: str
    member: bool | None
    other: bool | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become one. `parts` are members who were merged into the second before."""

    member: Side
    other: Side
    fields: tuple[FieldMerged, ...]
    parts: tuple[int, ...]
    words: tuple[WordsMet, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge moved, or its undo. `again`: it stood already, and nothing moved."""

    number: int
    member: int
    other: int
    again: bool = False
    identities: int = 0
    events: int = 0
    receipts: int = 0
    coupons: int = 0
    points: dict[str, int] = field(default_factory=dict)


def preview_merge(member: int, other: int) -> Preview:
    """What comes together and what wins where they differ; nothing is written. Raises as `members.member` does."""
    for one in (member, other):
        members.member(one)
    fields = tuple(members.fields_of_two(member, other))
    parts = tuple(members.parts_of(other)[1:])
    return Preview(side_of(member), side_of(other), fields, parts, tuple(_words_met(member, other)))


def _words_met(member: int, other: int) -> Iterator[WordsMet]:
    mine, theirs = (_newest(members.consents_of(one)) for one in (member, other))
    for channel in MESSAGE_CHANNELS:
        said = [one for one in (mine.get(channel), theirs.get(channel)) if one is not None]
        if said:
            # Of two words of one moment the later row counts, as `members_agreed` has it.
            newest = max(said, key=lambda one: (one.at, one.id))
            each = (None if one is None else one.given for one in (mine.get(channel), theirs.get(channel)))
            yield WordsMet(channel, *each, newest.given)


def _newest(said: Sequence[ConsentSeen]) -> dict[str, ConsentSeen]:
    """By channel of messages; what was taken back counts no more."""
    return {one.channel: one for one in reversed(said) if one.channel and one.undone_at is None}


def side_of(member: int) -> Side:
    count, fen = naming.count_of(member)
    points, held = loyalty.held_by(member)
    return Side(
        member=member,
        identities=tuple(members.identities_of(member)),
        points=points,
        held=held,
        receipts=count,
        receipts_fen=fen,
        coupons=offers.count_coupons(member),
        events=members.count_events(member),
    )


@transaction.atomic
def merge_members(member: int, other: int, *, now: datetime, actor: str, why: str = "") -> Merged:
    """`other` becomes a part of `member`, with all that is theirs; merged already, nothing moves.

    Raises ImportUnderWay, MemberNotFound, MergeOfOne, MergedAway and PointsHeld, and then nothing has moved.
    """
    naming.wait_for_no_import()
    stands = members.ready_to_merge(member, other)
    if stands is not None:
        return Merged(stands.id, member, other, again=True)
    # Accounts first, as everybody locks them: a till that is at one of the two finishes, and the next finds the one.
    parts = members.parts_of(other)
    number, identities, events = members.merge(member, other, by=actor, why=why)
    points = loyalty.merge(other, member, key=f"merge/{number}", moment=chain_moment(now), actor=actor)
    receipts = naming.give(other, member, origins=parts)
    coupons = offers.give_coupons(other, member)
    members.note_moved(number, {_COUPONS: coupons})
    members.note_merged(member, other, by=actor, now=now)
    done = Merged(number, member, other, False, identities, events, receipts, len(coupons), points)
    _note(actor, "member.merge", done, why)
    return done


@transaction.atomic
def part_members(number: int, *, now: datetime, actor: str) -> Merged:
    """Undo a merge: each gets back what they had, what is left of each lot that they earned, their coupons, and the
    receipts that came since under an identity of theirs.

    Raises ImportUnderWay, MergeUnknown, MergeUndone, MergedAway and PointsHeld, and then nothing has moved.
    """
    naming.wait_for_no_import()
    seen, parts = members.ready_to_part(number)
    member, other = seen.member, seen.other
    loyalty.lock_both(member, other)
    receipts, recorded = naming.give_back(member, other, origins=parts)
    points = loyalty.part(
        member,
        other,
        origins=parts,
        receipts=recorded,
        others=naming.under_others(loyalty.earned_in(member, parts), origins=parts),
        key=f"unmerge/{number}",
        moment=chain_moment(now),
        actor=actor,
    )
    coupons = offers.give_coupons(member, other, only=seen.moved.get(_COUPONS, ()))
    identities, events = members.part(seen, parts, by=actor, now=now)
    members.note_parted(member, other, by=actor, now=now)
    done = Merged(number, member, other, False, identities, events, receipts, len(coupons), points)
    _note(actor, "member.unmerge", done, seen.why)
    return done


def preview_part(number: int) -> tuple[MergeSeen, Side]:
    """The merge, and what its two have together now. Raises MergeUnknown."""
    seen = members.merge_of(number)
    return seen, side_of(seen.member)


def _note(actor: str, action: str, done: Merged, why: str) -> None:
    access.note_by(
        actor,
        action,
        f"member:{done.member}",
        other=member_code(done.other),
        merge=done.number,
        why=why,
        identities=done.identities,
        receipts=done.receipts,
        coupons=done.coupons,
        points=done.points,
    )
