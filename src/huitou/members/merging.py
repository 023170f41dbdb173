"""One person who was here twice becomes one, and two again (A5): what this room has to do for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from huitou.kernel.ids import member_code
from huitou.members.errors import MemberNotFound, MergedAway, MergeOfOne, MergeUndone, MergeUnknown
from huitou.members.rules import merging as rules
from huitou.members.spelling import spelled
from huitou.members.store import households, merging, online, sharing
from huitou.members.terms import FieldMerged, MergeSeen

BECAUSE = rules.BECAUSE


def ready_to_merge(member: int, other: int) -> MergeSeen | None:
    """Lock both until the transaction ends: nobody registers under an identity of theirs, or merges them. The merge
    that stands already, where it is this one.

    Raises MemberNotFound, MergeOfOne, MergedAway.
    """
    if member == other:
        raise MergeOfOne(member=member_code(member), other=member_code(other))
    if (stands := merging.standing(member, other)) is not None:
        return stands
    online.meet(merging.names_of_identities([member, other]))
    found = merging.lock([member, other])
    if (stands := merging.standing(member, other)) is not None:
        return stands
    for one in (member, other):
        if one not in found:
            raise MemberNotFound(member=one)
    if found[other] == member or found[member] == other:
        raise MergeOfOne(member=member_code(member), other=member_code(other))
    for one in (member, other):
        if (survivor := found[one]) is not None:
            raise MergedAway(member=member_code(one), survivor=member_code(survivor))
    return None


def fields_of_two(member: int, other: int) -> list[FieldMerged]:
    """Field by field what remains of two members, and why; e-mail, address and place as whether there is one."""
    shown = (_shown(field, (member, other)) for field in rules.merged_fields(_flat(member), _flat(other)))
    return [field for field in shown if field.survivor != () or field.other != ()]


def merge(member: int, other: int, *, by: str, why: str) -> tuple[int, int, int]:
    """`other` is a part of `member` from now on: (number of the merge, identities, events that went over).

    After `ready_to_merge`, in its transaction.
    """
    mine, my_profile = merging.said(member)
    _, their_profile = merging.said(other)
    kept = {field.field: field for field in rules.merged_fields(_flat(member), _flat(other))}
    new, profile = dict(mine), dict(my_profile or their_profile or {}) or None
    for name in ("name", "birthday", "home_store_id", "joined_on"):
        if name in kept:
            new[name] = kept[name].kept
    new["spelled"] = spelled(new["name"])
    if profile is not None:
        _fill(profile, my_profile or {}, their_profile or {}, kept)
        if new["birthday"] is not None:
            profile["birthday_month_day"] = None
    lived_in, lives_in = _household(member), _household(member) or _household(other)
    before = {"member": mine, "profile": my_profile, "household": lived_in}
    after = {"member": new, "profile": profile, "household": lives_in}
    number = merging.insert(member, other, by, why, before, after, {})
    merging.write(member, new, profile)
    if lived_in is None and lives_in is not None:
        households.put(member, lives_in, by)
    identities, events = merging.give(member, other)
    households.say_again([member, other])
    sharing.mark(sharing.indexes_of([member]))
    return number, identities, events


def note_moved(number: int, moved: Mapping[str, Sequence[int]]) -> None:
    """What higher rooms moved, so that an undo finds it: ids by table."""
    merging.note_moved(number, moved)


def ready_to_part(number: int) -> tuple[MergeSeen, list[int]]:
    """The merge, and everybody who is a part of its `other`, with that one; both locked.

    Raises MergeUnknown, MergeUndone, and MergedAway where the member that remained is a part of somebody else by now.
    """
    seen = merging.one(number)
    if seen is None:
        raise MergeUnknown(number=number)
    online.meet(merging.names_of_identities([seen.member]))
    found = merging.lock([seen.member, seen.other])
    seen = merging.one(number)
    assert seen is not None
    if seen.undone_at is not None:
        raise MergeUndone(number=number, by=seen.undone_by)
    if (survivor := found[seen.member]) is not None:
        raise MergedAway(member=member_code(seen.member), survivor=member_code(survivor))
    return seen, merging.parts_of(seen.other)


def part(seen: MergeSeen, parts: Sequence[int], *, by: str, now: datetime) -> tuple[int, int]:
    """The two are two again: (identities, events that went back). What the merge changed in the member that remained is
    put back where nobody changed it since."""
    before, after = merging.changed(seen.id)
    row, profile = merging.said(seen.member)
    row = _put_back(row, before["member"], after["member"])
    if profile is not None and after["profile"] is not None:
        if before["profile"] is None:
            # A merge from before a column came knows nothing of it.
            untouched = profile == dict.fromkeys(profile) | after["profile"]
            profile = None if untouched else profile
        else:
            profile = _put_back(profile, before["profile"], after["profile"])
    row["spelled"] = spelled(row["name"])
    merging.write(seen.member, row, profile)
    lives_in = _household(seen.member)
    if lives_in is not None and before.get("household") is None and after.get("household") == lives_in:
        households.take_out(seen.member)
    own, _ = merging.said(seen.other)
    counts = merging.give_back(seen.member, seen.other, parts, spelled(own["name"]))
    households.say_again([seen.member, seen.other])
    merging.note_undone(seen.id, by, now)
    sharing.mark(sharing.indexes_of([seen.member, seen.other]))
    return counts


def parts_of(member: int) -> list[int]:
    """The member, and all who are a part of them."""
    return merging.parts_of(member)


def survivors(members: Sequence[int]) -> dict[int, int]:
    """Whom each of these is now: themselves, or the member that they are a part of."""
    return merging.survivors(members)


def merges_of(member: int) -> list[MergeSeen]:
    """Newest first: what became one with the member or made them a part of another, and what was undone."""
    return merging.of_member(member)


def merges(limit: int = 50) -> list[MergeSeen]:
    """Newest first."""
    return merging.newest(limit)


def merge_of(number: int) -> MergeSeen:
    """Raises MergeUnknown."""
    seen = merging.one(number)
    if seen is None:
        raise MergeUnknown(number=number)
    return seen


def _flat(member: int) -> dict[str, Any]:
    row, profile = merging.said(member)
    flat = {**(profile or {}), **row}
    flat |= {what: flat.get(f"{what}_index") for what in ("email", "address")}
    return flat | {"household_id": _household(member)}


def _household(member: int) -> int | None:
    found = households.of_member(member)
    return found[0] if found else None


def _shown(field: FieldMerged, pair: Collection[int]) -> FieldMerged:
    if field.field == "household_id":
        said = (_others(one, pair) for one in (field.survivor, field.other, field.kept))
        return FieldMerged(field.field, *said, field.because)
    if field.field not in ("email", "address", "lives_at"):
        return field
    return FieldMerged(field.field, bool(field.survivor), bool(field.other), bool(field.kept), field.because)


def _others(household: int | None, pair: Collection[int]) -> tuple[str, ...]:
    """Who lives there with the pair, as far as the reader sees them: two rows of one person live with nobody new."""
    people = households.people_of(household) if household else ()
    return tuple(name or member_code(one) for one, name, *_ in people if one not in pair)


def _fill(
    profile: dict[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any], kept: Mapping[str, FieldMerged]
) -> None:
    for name in ("sex", "birthday_month_day", "household_size", "lives_at", "preferences", "consents_noted"):
        if name in kept:
            profile[name] = kept[name].kept
    for what in ("email", "address"):
        source = mine if mine.get(f"{what}_index") else theirs
        for column in (f"{what}_sealed", f"{what}_index"):
            profile[column] = source.get(column)


def _put_back(now: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: before[name] if name in before and value == after.get(name) else value for name, value in now.items()}
