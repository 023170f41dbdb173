"""After the nightly refresh the sources of tags are asked again: segments each day, rules of baskets and hours once a
week, and what has expired or faded is ended. Only what differs is written, so that a night costs what changed.

Rules read a year of receipts, which one more day hardly moves: a week between two readings is what makes a day cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from huitou.segments import service as segments
from huitou.segments.service import live, tags
from huitou.segments.terms.tags import TagSeen, TagSource
from huitou.usecases.segments import open_at

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Renewed:
    """What a renewal did: by tag how many rows came or changed and how many left, and how many ended by time."""

    moved: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ended: int = 0


def renew_tags(now: Now, *, anew: bool = False) -> Renewed:
    """Ask the sources that are due; `anew` also rules that were asked within the week. May be killed and run again:
    each tag is one transaction."""
    moment = now()
    day = timezone.localtime(moment).date()
    moved = _ask(tags.due(day, anew=anew), moment, day)
    ended = tags.end_day(day, moment)
    tags.keep_counts(day)
    return Renewed(moved, ended)


def renew_new_tags(now: Now) -> Renewed:
    """Ask the sources of tags that are new or have changed, and nothing else."""
    if not (wanted := tags.never_asked()):
        return Renewed()
    moment = now()
    day = timezone.localtime(moment).date()
    moved = _ask(wanted, moment, day)
    tags.keep_counts(day)
    return Renewed(moved)


def _ask(wanted: Sequence[TagSeen], moment: datetime, day: date) -> dict[str, tuple[int, int]]:
    if not wanted:
        return {}
    moved, asked = {}, list(_asked(wanted, moment, day))
    for seen, rows in asked:
        with transaction.atomic():
            if isinstance(rows, int):
                tags.note_taste(seen, day, rows)
            else:
                moved[seen.tag.name] = tags.renew(seen, rows, day)
    return moved


def _asked(wanted: Sequence[TagSeen], moment: datetime, day: date) -> list[tuple[TagSeen, pa.Table | int]]:
    """Who is to bear each of them, in one look at everybody; of a taste how many do."""
    trees, kept = segments.trees(), live.ids()
    with open_at(moment, live=True) as (crowd, _):
        found: list[tuple[TagSeen, pa.Table | int]] = []
        if any(seen.tag.source is TagSource.RULE for seen in wanted):
            crowd.session.execute(f"CREATE OR REPLACE TEMP TABLE habits AS {tags.habits_sql(day)}")
        for seen in wanted:
            if seen.tag.source is TagSource.TASTE:
                found.append((seen, crowd.count(tags.leaf_of(seen.tag.name))))
            elif seen.tag.source is TagSource.RULE:
                found.append((seen, _by_rule(crowd.session, seen)))
            elif seen.tag.source is TagSource.SEGMENT and seen.tag.of in trees:
                name = seen.tag.of
                tree = segments.resolved(trees[name], trees, (name,))
                ids = live.members_of(name) if name in kept else list(crowd.ids(crowd.bits(tree)))
                found.append((seen, tags.from_segment(name, segments.find(name).version, ids)))
        crowd.session.execute("DROP TABLE IF EXISTS habits")
    return found


def _by_rule(session: duckdb.DuckDBPyConnection, seen: TagSeen) -> pa.Table:
    rows = session.sql(tags.wanted_by_rule(seen.tag)).to_arrow_table()
    return rows.cast(tags.WANTED)
