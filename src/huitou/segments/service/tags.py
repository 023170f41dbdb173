"""The door of segments, tags: the registry, who bears what and why, and what their sources find."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction

from huitou.kernel.ids import member_code
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, MemberSeen
from huitou.segments.errors import (
    TagArchived,
    TagInUse,
    TagIsReckoned,
    TagMovedOn,
    TagNameTaken,
    TagNeedsConsent,
    TagNotBorne,
    TagUnknown,
)
from huitou.segments.rules import sentence as words
from huitou.segments.rules import tags as rules
from huitou.segments.rules.exchange import read_segment
from huitou.segments.rules.fading import days_at_least, strength_after
from huitou.segments.rules.leaves.tag import HasTag, taste_of
from huitou.segments.rules.scenes import SCENES, habits_sql
from huitou.segments.store import bearers, definitions, tags
from huitou.segments.store.bearers import CONSENT, WANTED
from huitou.segments.store.views import TAGGED
from huitou.segments.terms import Known, Node, Word
from huitou.segments.terms.tags import BearerSeen, Tag, TagSeen, TagSource, TagUse

__all__ = ["CONSENT", "SCENES", "WANTED", "habits_sql", "strength_after"]

GIVEN_STRENGTH = 100
KEPT_ENDED = timedelta(days=90)
"""So long it is known that a source had found somebody, and since when."""
WEEK = timedelta(days=7)
"""Rules look at weeks of receipts, and are asked once a week."""
UNUSED_DAYS = rules.UNUSED_DAYS
known = tags.known
versions_of = tags.versions
growth = tags.growth


def listed(*, archived: bool = False) -> list[TagSeen]:
    """The newest version of each, with how many bear it, by name."""
    return tags.every(archived=archived, counted=True)


def standing() -> list[TagSeen]:
    """The newest version of each that is not archived, by name; how many bear it is not counted."""
    return tags.every()


def find(name: str) -> TagSeen:
    """The newest version, archived or not. Raises TagUnknown."""
    found = tags.one(name, counted=True)
    if found is None:
        raise TagUnknown(name=name)
    return found


def find_by_id(tag: int) -> TagSeen:
    """Raises TagUnknown."""
    found = tags.by_id(tag) if tag < 2**63 else None
    if found is None:
        raise TagUnknown(name=tag)
    return found


def sensitive_names() -> frozenset[str]:
    """The tags, archived or not, that need a consent of their own."""
    every = [*tags.every(), *tags.every(archived=True)]
    return frozenset(one.tag.name for one in every if one.tag.sensitive)


# ---- defined


def define(tag: Tag, known: Known, trees: Mapping[str, Node], *, made_by: str, on_top_of: int | None = None) -> int:
    """Make the next version of the tag of this name; returns its number. The same again makes none.

    `on_top_of`: the version that its author changed, 0 for a new tag. None: whatever there is.
    Raises TagUnfit, TagNameTaken, TagArchived, TagMovedOn or TagsCircular.
    """
    with transaction.atomic():
        definitions.take_turn()
        newest = tags.one(tag.name)
        if newest is not None:
            _require_newest(newest, on_top_of)
        rules.require_fit(tag, known, SCENES)
        if newest is not None and newest.tag == tag:
            return newest.version
        sources = segment_sources() | ({tag.name: tag.of} if tag.source is TagSource.SEGMENT else {})
        rules.require_no_circle(trees, sources)
        number = tags.insert_version(tag, made_by)
        require_no_circle(trees)
        _use_segment(newest.tag if newest else None, tag)
        if newest is not None:
            tags.note_reckoned([newest.id], None)
            if tag.sensitive and tag.sensitive is not newest.tag.sensitive:
                bearers.end_unagreed(newest.id)
        return number


def _require_newest(newest: TagSeen, on_top_of: int | None) -> None:
    name = newest.tag.name
    if newest.archived_at is not None:
        raise TagArchived(name=name)
    if on_top_of == 0:
        raise TagNameTaken(name=name)
    if on_top_of is not None and newest.version != on_top_of:
        raise TagMovedOn(name=name, who=newest.made_by, version=newest.version)


def _use_segment(before: Tag | None, now: Tag) -> None:
    """While a tag comes from a segment, the segment is not deleted."""
    if before is not None and before.source is TagSource.SEGMENT:
        definitions.delete_use(before.of, f"tag:{before.name}")
    if now.source is TagSource.SEGMENT:
        definitions.insert_use(now.of, f"tag:{now.name}")


def segment_sources() -> dict[str, str]:
    """The segment that each tag comes from, of those that come from one."""
    return {one.tag.name: one.tag.of for one in tags.every() if one.tag.source is TagSource.SEGMENT}


def coming_from(segment: str) -> list[TagSeen]:
    """The tags whose bearers are those in this segment."""
    return [one for one in tags.every() if one.tag.source is TagSource.SEGMENT and one.tag.of == segment]


def require_no_circle(trees: Mapping[str, Node]) -> None:
    """With these segments no tag is given because of itself, and none that everybody sees because of a sensitive one.
    Raises TagsCircular or TagUnfit."""
    if sources := segment_sources():
        rules.require_no_circle(trees, sources)
        sensitive = sensitive_names()
        seen_by_all = {name: of for name, of in sources.items() if name not in sensitive}
        rules.require_nothing_let_out(seen_by_all, sensitive, trees)


def archive(name: str) -> TagSeen:
    """Put a tag away: nobody bears it, no segment may name it, and it can be brought back as it was.

    Raises TagUnknown, or TagInUse while a segment names it.
    """
    with transaction.atomic():
        definitions.take_turn()
        seen = find(name)
        if users := rules.used_by(name, uses()):
            raise TagInUse(name=name, users=", ".join(users))
        tags.archive(seen.id)
        if seen.tag.source is TagSource.SEGMENT:
            definitions.delete_use(seen.tag.of, f"tag:{name}")
        return seen


def restore(name: str, known: Known, trees: Mapping[str, Node]) -> TagSeen:
    """Raises TagUnknown, and what `define` raises where what it comes from has gone meanwhile."""
    with transaction.atomic():
        definitions.take_turn()
        seen = find(name)
        rules.require_fit(seen.tag, known, SCENES)
        tags.restore(seen.id)
        require_no_circle(trees)
        _use_segment(None, seen.tag)
        return seen


# ---- used


def uses() -> list[TagUse]:
    """Which version of which segment named which tags when."""
    return [
        TagUse(segment, frozenset(rules.tags_of(read_segment(body).where)), since, until)
        for segment, body, since, until in tags.segment_versions()
    ]


def used_by(name: str, every: Sequence[TagUse]) -> list[str]:
    """The segments that name it now."""
    return rules.used_by(name, every)


def last_used(name: str, every: Sequence[TagUse], now: datetime) -> datetime | None:
    """None: nothing ever used it."""
    return rules.last_used(name, every, now)


def is_unused(seen: TagSeen, first_made: datetime, last: datetime | None, now: datetime) -> bool:
    """Nothing has named it for UNUSED_DAYS."""
    return seen.archived_at is None and rules.is_unused(first_made, last, now)


def tags_within(segment: str, trees: Mapping[str, Node]) -> set[str]:
    """The tags that a segment names, itself or by the segments that it names."""
    return rules.tags_within(segment, trees)


def tags_of(tree: Node) -> set[str]:
    """The tags that a tree names itself."""
    return rules.tags_of(tree)


# ---- borne


def everybody(only: int | None = None) -> Iterable[pa.Table]:
    """Rows of who bears what, of everybody or of one member."""
    return bearers.tagged("true" if only is None else f"{{member}} = {int(only) if 0 < only < 2**63 else 0}")


def of_some(ids: Sequence[int]) -> Iterable[pa.Table]:
    """The same of these members."""
    return bearers.tagged(members.among(ids))


def kept(folder: Path) -> members.Kept | None:
    """The same as of now, from the file in this folder, brought up to date; None where the database has to be asked."""
    return members.kept_rows(folder, "tagged", "tp", TAGGED, bearers.tagged_query, bearers.digest())


def of_members(ids: Sequence[int], day: date) -> list[BearerSeen]:
    """What these members bear on the day, the strongest first; sensitive tags for whom the database lets see them."""
    borne = [one for one in bearers.of_members(ids, day) if _strength(one, day) >= one.least]
    strongest: dict[tuple[int, int], BearerSeen] = {}
    for one in sorted(borne, key=lambda one: (-_strength(one, day), one.tag)):
        # Who is a part of them may bear it as well.
        strongest.setdefault((one.member_id, one.tag_id), one)
    return list(strongest.values())


def tastes_of(seen: MemberSeen, day: date, registry: Sequence[TagSeen]) -> list[tuple[str, int, dict[str, Any]]]:
    """(tag, strength, why) of the tastes of the registry that a member has on the day."""
    found: list[tuple[str, int, dict[str, Any]]] = []
    if seen.facts is None:
        return found
    likes = dict(zip(seen.facts.categories, seen.facts.category_shares, strict=True))
    days = (day - seen.facts.last_purchase_on).days
    for one in registry:
        share = taste_of(likes, one.tag.of) if one.tag.source is TagSource.TASTE else None
        if share is None:
            continue
        strength = strength_after(share, days, one.tag.half_life_days)
        if strength >= one.tag.least:
            why = {"says": "taste", "percent": share, "category": one.tag.of}
            found.append((one.tag.name, strength, why))
    return found


def strength_of(one: BearerSeen, day: date) -> int:
    """How strong it is on the day."""
    return _strength(one, day)


def _strength(one: BearerSeen, day: date) -> int:
    return one.strength if one.ongoing else strength_after(one.strength, (day - one.as_of).days, one.half_life_days)


def lost_by(member: int) -> list[BearerSeen]:
    """What persons took off a member and can be given back."""
    return bearers.lost_by(member)


def sample(seen: TagSeen, limit: int) -> list[BearerSeen]:
    """Some who bear it."""
    return bearers.of_tag(seen.id, limit)


def strengths(seen: TagSeen, day: date) -> list[int]:
    """How many bear it with a strength of 1 to 10, 11 to 20, ... 91 to 100."""
    found = [0] * 10
    for strength, as_of, ongoing, count in bearers.strengths(seen.id):
        days = 0 if ongoing else (day - as_of).days
        now = strength_after(strength, days, seen.tag.half_life_days)
        if now >= seen.tag.least:
            found[min(9, max(0, (now - 1) // 10))] += count
    return found


def because(why: Mapping[str, Any], say: Callable[[str], str]) -> str:
    """Why somebody bears a tag, in words."""
    return words.spoken(rules.because_said(why), say)


def give(name: str, member: int, *, by: str, day: date, strength: int, note: str) -> TagSeen:
    """By hand. Given again it is as new, and nothing else. Raises TagUnknown, TagArchived, TagIsReckoned,
    TagNeedsConsent."""
    seen = _givable(name)
    if seen.tag.sensitive and str(seen.tag.sensitive) not in members.agreed_to(member):
        raise TagNeedsConsent(name=name, member=member_code(member))
    until = None if seen.tag.expires_days is None else day + timedelta(days=seen.tag.expires_days)
    bearers.give(seen.id, member, by=by, day=day, strength=strength, until=until, note=note)
    return seen


def take(name: str, member: int, *, by: str) -> TagSeen:
    """Off a member. What a source finds stays off as well, until somebody gives it again. Raises TagUnknown,
    TagArchived, TagIsReckoned, TagNotBorne."""
    seen = _givable(name)
    if not bearers.take(seen.id, member, by):
        raise TagNotBorne(name=name, member=member_code(member))
    return seen


def give_back(name: str, member: int) -> TagSeen:
    """Undo `take`: they bear it as before. Raises TagUnknown, TagArchived, TagNotBorne, TagNeedsConsent."""
    seen = _givable(name)
    if seen.tag.sensitive and str(seen.tag.sensitive) not in members.agreed_to(member):
        raise TagNeedsConsent(name=name, member=member_code(member))
    if not bearers.give_back(seen.id, member):
        raise TagNotBorne(name=name, member=member_code(member))
    return seen


def _givable(name: str) -> TagSeen:
    seen = tags.one(name)
    if seen is None:
        raise TagUnknown(name=name)
    if seen.archived_at is not None:
        raise TagArchived(name=name)
    if seen.tag.source is TagSource.TASTE:
        raise TagIsReckoned(name=name)
    return seen


def forget_sensitive(member: int, about: ConsentAbout) -> int:
    """They do not agree any more: their rows of such tags are gone. How many."""
    return bearers.forget_sensitive(member, str(about))


# ---- renewed


def due(day: date, *, anew: bool) -> list[TagSeen]:
    """The tags whose sources are to be asked on a day: segments each day, rules and how many have a taste once a week;
    all of them `anew`."""
    return [
        one
        for one in tags.every()
        if one.tag.source is TagSource.SEGMENT
        or (
            one.tag.source in (TagSource.RULE, TagSource.TASTE)
            and (anew or one.reckoned_on is None or day < one.reckoned_on or day - one.reckoned_on >= WEEK)
        )
    ]


def never_asked() -> list[TagSeen]:
    """Those that are new or have changed, and whose bearers nobody has looked for yet."""
    return [one for one in tags.every() if one.reckoned_on is None and one.tag.source is not TagSource.HAND]


def leaf_of(name: str) -> Node:
    """The condition of bearing this tag."""
    return HasTag(tag=Word(name))


def wanted_by_rule(tag: Tag) -> str:
    """SQL of WANTED over `habits`, a row a member as `habits_sql` tells."""
    return (
        "SELECT member_id, strength, to_json({'says': says, 'matching': matching, 'of': trips, 'days': days})::VARCHAR "
        f"AS because FROM ({SCENES[tag.of].sql}) WHERE strength >= {tag.least} ORDER BY member_id"
    )


def note_taste(seen: TagSeen, day: date, bearers_now: int) -> None:
    """How many have this taste."""
    tags.keep_counts(day, {seen.id: bearers_now})
    tags.note_reckoned([seen.id], day)


def renew(seen: TagSeen, wanted: pa.Table, day: date, *, of: Sequence[int] | None = None) -> tuple[int, int]:
    """Exactly these bear the tag because of its source from here on, of those asked (None: everybody): how many rows
    came or changed, and how many left. Rows of WANTED."""
    source = "segment" if seen.tag.source is TagSource.SEGMENT else "rule"
    moved = bearers.renew(
        seen.id, wanted, source=source, day=day, half_life_days=seen.tag.half_life_days,
        expires_days=seen.tag.expires_days, of=of,
    )  # fmt: skip
    if of is None:
        tags.note_reckoned([seen.id], day)
    return moved


def from_segment(segment: str, version: int, ids: Sequence[int]) -> pa.Table:
    """WANTED for those in a segment."""
    why = json.dumps({"says": "segment", "segment": segment, "version": version}, ensure_ascii=False)
    return pa.table([list(ids), [GIVEN_STRENGTH] * len(ids), [why] * len(ids)], schema=WANTED)


def end_day(day: date, now: datetime) -> int:
    """End what has expired or faded away, and forget what ended long ago; how many ended."""
    ended = 0
    for one in tags.every():
        ended += bearers.end_faded(one.id, day, days_at_least(one.tag.least, one.tag.half_life_days))
    bearers.forget_ended(now - KEPT_ENDED)
    return ended


def keep_counts(day: date) -> None:
    """Write down how many bear each tag on the day, but for tastes, which `note_taste` counts."""
    borne = {one.id: 0 for one in tags.every() if one.tag.source is not TagSource.TASTE}
    tags.keep_counts(day, borne | bearers.counts())
