"""What the sources of tags find: which are to be asked on a day, what they answer, and what ends by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pyarrow as pa

from huitou.segments.rules.fading import days_at_least
from huitou.segments.rules.leaves.tag import HasTag
from huitou.segments.rules.scenes import SCENES
from huitou.segments.service.tags.bearing import GIVEN_STRENGTH
from huitou.segments.service.tags.registry import counted
from huitou.segments.store import bearers, tags
from huitou.segments.store.bearers import WANTED
from huitou.segments.terms import Node, Word
from huitou.segments.terms.tags import Tag, TagSeen, TagSource

KEPT_ENDED = timedelta(days=90)
"""So long it is known that a source had found somebody, and since when."""
WEEK = timedelta(days=7)
"""Rules look at weeks of receipts, and are asked once a week."""


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
    borne = [one for one in tags.every() if one.tag.source is not TagSource.TASTE]
    tags.keep_counts(day, {one.id: one.bearers or 0 for one in counted(borne, day)})
