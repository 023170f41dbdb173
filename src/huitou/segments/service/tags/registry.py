"""The registry of tags: what each is, in versions, and what names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from huitou.segments.errors import TagArchived, TagInUse, TagMovedOn, TagNameTaken, TagUnknown
from huitou.segments.rules import tags as rules
from huitou.segments.rules.exchange import read_segment
from huitou.segments.rules.fading import days_at_least
from huitou.segments.rules.scenes import SCENES
from huitou.segments.store import bearers, definitions, tags
from huitou.segments.terms import Known, Node
from huitou.segments.terms.tags import Tag, TagSeen, TagSource, TagUse

UNUSED_DAYS = rules.UNUSED_DAYS
known = tags.known
versions_of = tags.versions
growth = tags.growth


def listed(day: date, *, archived: bool = False) -> list[TagSeen]:
    """The newest version of each, with how many bear it on the day, by name."""
    return counted(tags.every(archived=archived), day)


def counted(every: Sequence[TagSeen], day: date) -> list[TagSeen]:
    """The same with how many bear each on the day; of a taste as of the last count."""
    found: dict[int, int] = {}
    for sensitive in (False, True):
        some = [one for one in every if one.tag.source is not TagSource.TASTE and bool(one.tag.sensitive) is sensitive]
        lasting = {one.id: days_at_least(one.tag.least, one.tag.half_life_days) for one in some}
        found |= bearers.counts(lasting, day, sensitive=sensitive)
    return [replace(one, bearers=found.get(one.id, one.bearers)) for one in every]


def standing(*, archived: bool = False) -> list[TagSeen]:
    """The newest version of each that stands, or of the archived ones, by name; how many bear it is not counted."""
    return tags.every(archived=archived)


def find(name: str) -> TagSeen:
    """The newest version, archived or not; how many bear it is not counted. Raises TagUnknown."""
    found = tags.one(name)
    if found is None:
        raise TagUnknown(name=name)
    return found


def find_by_id(tag: int) -> TagSeen:
    """The same by its number. Raises TagUnknown."""
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
        if found := rules.used_by(name, uses()):
            raise TagInUse(name=name, users=found)
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
