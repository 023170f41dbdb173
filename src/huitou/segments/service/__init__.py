"""The door of segments: read a tree and check it, say it in words, and ask it of one member or of all."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.segments.errors import (
    NotAMember,
    SegmentArchived,
    SegmentImpossible,
    SegmentInUse,
    SegmentMovedOn,
    SegmentNameTaken,
    SegmentNameUnfit,
    SegmentTookTooLong,
    SegmentUnknown,
    SnapshotUnknown,
)
from huitou.segments.rules import membership
from huitou.segments.rules import sentence as words
from huitou.segments.rules.document import parsed
from huitou.segments.rules.exchange import read_segment, write_segment
from huitou.segments.rules.leaves.reach import CHANNELS, Reach, reach_sql
from huitou.segments.rules.membership import Because, deciding, named_segments, nodes, resolved, troubles
from huitou.segments.rules.schema import schema
from huitou.segments.rules.troubles import OF_THE_CHAIN, TROUBLES
from huitou.segments.rules.unheard import UNHEARD, borne_sql, names_asked
from huitou.segments.rules.users import all_in_words as users_in_words
from huitou.segments.store import definitions, person_rows, snapshots, traits, views
from huitou.segments.store.crowd import Crowd
from huitou.segments.store.traits import Trait
from huitou.segments.store.turns import AskersTurn, end_turn, in_turn
from huitou.segments.terms import Known, Lease, Moment, Node, Segment, SegmentSeen, SnapshotSeen

__all__ = [
    "AskersTurn",
    "Because",
    "Crowd",
    "Trait",
    "deciding",
    "end_turn",
    "in_turn",
    "named_segments",
    "nodes",
    "parsed",
    "read_segment",
    "resolved",
    "users_in_words",
    "write_segment",
]

LONGEST_NAME = 100
LEASE_SECONDS = 15
"""So long a snapshot waits for a holder that says nothing."""
MOST_ATTEMPTS = 3
"""What has killed so many holders is not counted again."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a segment that cannot be: its place in the JSON, a code, the English template and its facts."""

    where: str
    code: str
    says: str
    facts: Mapping[str, Any]


def look_over(segment: Segment, known: Known) -> list[Found]:
    """Everything in it that cannot be, for whoever is editing it."""
    return [
        Found(where, trouble.code, TROUBLES[trouble.code], {"where": where, **trouble.facts})
        for where, trouble in troubles(segment.where, known)
    ]


@dataclass(frozen=True, slots=True)
class Unheard:
    """A name that nothing bears so far: a code, the English template and the name that fills it. No fault."""

    code: str
    says: str
    name: str


def unheard(crowd: Crowd, node: Node) -> list[Unheard]:
    """The tiers, events and channels of a tree that this crowd has never seen, so that they count nobody."""
    asked = names_asked(node)
    return [Unheard(code, UNHEARD[code], name) for code, name in asked if not crowd.has(borne_sql(code, name))]


def check(segment: Segment, known: Known) -> None:
    """Raises SegmentImpossible for the first of them."""
    _refuse_first(look_over(segment, known))


def check_alone(segment: Segment) -> None:
    """The same of what cannot be in any chain: what it names is not looked up. Raises SegmentImpossible."""
    _refuse_first([one for one in look_over(segment, Known()) if one.code not in OF_THE_CHAIN])


def _refuse_first(found: Sequence[Found]) -> None:
    for one in found:
        raise SegmentImpossible(
            one.where, one.says, **{name: fact for name, fact in one.facts.items() if name != "where"}
        )


def sentence(segment: Segment, say: words.Say) -> str:
    """It in plain words; `say` translates an English template."""
    return words.sentence(segment.where, _in_money(say))


def clause(node: Node, say: words.Say) -> str:
    """A part of it, as it stands after "members who"."""
    return words.clause(node, _in_money(say))


def _in_money(say: words.Say) -> words.Say:
    """Where no chain is set up, as for a file alone, amounts are in yuan."""
    return words.in_currency(say, settings.CURRENCY) if settings.configured else say


def is_group(node: Node) -> bool:
    """Whether it holds other conditions, and is none itself."""
    return bool(membership.parts(node))


def schemas() -> dict[str, Any]:
    """The published JSON Schema by file name."""
    return {"segment.json": schema()}


# ---- everybody, and one of them


def open_crowd(
    session: duckdb.DuckDBPyConnection,
    moment: Moment,
    people: Iterable[pa.Table],
    events: Iterable[pa.Table],
    products: pa.Table,
    tagged: Iterable[pa.Table],
    stores: Collection[int] | None = None,
) -> Crowd:
    """Everybody at this moment, in a session whose `lines`, `visits` and `baskets` are those of the lake.

    `people` and `events` are what members tells of everybody (or of one), `products` has (sku, brand), `tagged` is what
    `tags.everybody` tells.
    Whoever sees some `stores` alone asks about the members whose home store is one of them.
    """
    views.lay_people(session, people, stores)
    views.lay_events(session, events)
    views.lay_products(session, products)
    views.lay_tagged(session, tagged)
    views.lay_until(session, moment)
    return Crowd(session, moment)


def go_on(
    crowd: Crowd,
    moment: Moment,
    *,
    people: pa.Table | None = None,
    events: pa.Table | None = None,
    products: pa.Table | None = None,
    tagged: pa.Table | None = None,
    rows: bool,
) -> None:
    """The same crowd at a later moment. `people`, `events`, `tagged`: rows of those who changed, in the place of what
    was known; `products`: where they changed; `rows`: the views of the lake were laid anew."""
    session = crowd.session
    if people is not None:
        views.change_people(session, people)
    if events is not None:
        views.change_rows(session, "events", events)
    if tagged is not None:
        views.change_rows(session, "tagged", tagged)
    if products is not None:
        views.lay_products(session, products)
    if rows or moment != crowd.moment:
        views.lay_until(session, moment)
        # What a till with a clock that is fast recorded for later comes into sight as time goes on.
        rows = rows or views.came_into_sight(session, crowd.moment, moment)
    rows = rows or products is not None
    crowd.go_on(moment, people=people is not None, rows=rows, events=events is not None, tagged=tagged is not None)


def lay_anew(
    crowd: Crowd,
    *,
    people: Iterable[pa.Table] | None,
    events: Iterable[pa.Table] | None,
    tagged: Iterable[pa.Table] | None,
) -> None:
    """Read all of them again; before `go_on`."""
    if people is not None:
        views.lay_people(crowd.session, people)
    if events is not None:
        views.lay_events(crowd.session, events)
    if tagged is not None:
        views.lay_tagged(crowd.session, tagged)
    crowd.forget()


def of_stores(crowd: Crowd, stores: Collection[int] | None) -> int:
    """The bits of those whose home store is one of these; None: of everybody."""
    return crowd.everybody if stores is None else crowd.everybody_who(views.at_home_in(stores))


def why(crowd: Crowd, node: Node, member_id: int) -> Because:
    """Leaf by leaf whether it holds for a member, by the pure evaluator over their history. Raises NotAMember."""
    person = person_rows.person(crowd.session, member_id)
    if person is None:
        raise NotAMember(number=member_id)
    return membership.why(node, person, crowd.moment)


@contextmanager
def within(crowd: Crowd, seconds: float) -> Iterator[None]:
    """Inside, counting is stopped after so many seconds. Raises SegmentTookTooLong."""
    crowd.go_on_after_stop()
    timer = threading.Timer(seconds, crowd.stop, [SegmentTookTooLong(seconds=seconds)])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def reach(crowd: Crowd, bits: int) -> dict[str, dict[str, int]]:
    """Of those in `bits`, by channel, how many can be reached and why the others cannot."""
    found: dict[str, dict[str, int]] = {}
    for channel in CHANNELS:
        which = reach_sql(channel)
        found[channel] = {
            str(reason): (crowd.everybody_who(f"({which}) = '{reason}'") & bits).bit_count() for reason in Reach
        }
    return found


def reachable_by(crowd: Crowd, channel: str) -> int:
    """The bits of those who can be reached by this channel."""
    return crowd.everybody_who(f"({reach_sql(channel)}) = '{Reach.REACHABLE}'")


def estimate(crowd: Crowd, node: Node) -> tuple[int, int]:
    """What asking a tree costs: how many different conditions read the lines, and how many lines they read at most.
    Nothing is counted for it; each file of the lake says which days it holds."""
    asked = _reading(node, crowd.moment)
    return asked, asked * crowd.lines()


def estimate_lines(session: duckdb.DuckDBPyConnection, node: Node, moment: Moment) -> int:
    """The same lines without opening a crowd, for whoever waits for one."""
    asked = _reading(node, moment)
    return asked * int(session.sql("SELECT count(*) FROM lines").fetchall()[0][0]) if asked else 0


def _reading(node: Node, moment: Moment) -> int:
    queries = {leaf.sql(moment).query for _, leaf in membership.leaves(node)}
    return sum(any(f"FROM {one}" in query for one in ("lines", "visits", "baskets")) for query in queries)


def traits_of(crowd: Crowd, bits: int) -> list[Trait]:
    """What is known of members beside the conditions: how many of these have each trait, and how many of all."""
    return traits.counted(crowd, bits)


def draw_sample(crowd: Crowd, bits: int, *, seed: int, most: int) -> list[int]:
    """So many members of these bits; the same seed draws the same ones."""
    return traits.sampled(crowd, bits, seed, most)


# ---- defined, in versions


def trees() -> dict[str, Node]:
    """The newest tree of every segment by its name."""
    return {name: _tree(body) for name, body in definitions.bodies()}


@lru_cache(maxsize=1024)
def _tree(body: str) -> Node:
    """Of JSON that was checked when it was written; each process reads it once."""
    return read_segment(json.loads(body)).where


def listed() -> list[SegmentSeen]:
    return definitions.every()


def archived() -> list[SegmentSeen]:
    return definitions.archived()


def find_by_id(segment_id: int) -> SegmentSeen:
    """The newest version of the segment of this id, archived or not. Raises SegmentUnknown."""
    name = definitions.name_of(segment_id) if segment_id < 2**63 else None
    if name is None:
        raise SegmentUnknown(name=segment_id)
    return find(name)


def versions_of(name: str) -> list[SegmentSeen]:
    """The newest first; none of a name that nobody has."""
    return definitions.versions(name)


def find(name: str, version: int | None = None) -> SegmentSeen:
    """The newest version, or this one. Raises SegmentUnknown."""
    found = definitions.one(name, version)
    if found is None:
        raise SegmentUnknown(name=name)
    return found


def define(name: str, segment: Segment, known: Known, *, made_by: str, on_top_of: int | None = None) -> int:
    """Make the next version of the segment of this name; returns its number. The same tree again makes none.

    `on_top_of`: the version that its author changed, 0 for a new segment. None: whatever there is.
    Raises SegmentNameUnfit, SegmentImpossible, SegmentsCircular, SegmentArchived, SegmentNameTaken or SegmentMovedOn.
    """
    name = _fit(name)
    with transaction.atomic():
        definitions.take_turn()
        _require_newest(name, on_top_of)
        others = trees()
        check(segment, replace(known, segments=frozenset({*others, name})))
        resolved(segment.where, {**others, name: segment.where}, (name,))
        newest, body = definitions.one(name), write_segment(segment)
        if newest is not None and newest.body == body:
            return newest.version
        return definitions.insert_version(name, body, sorted(named_segments(segment.where)), made_by)


def _require_newest(name: str, on_top_of: int | None) -> None:
    newest = definitions.one(name)
    if newest is None:
        return
    if newest.archived_at is not None:
        raise SegmentArchived(name=name)
    if on_top_of == 0:
        raise SegmentNameTaken(name=name)
    if on_top_of is not None and newest.version != on_top_of:
        raise SegmentMovedOn(name=name, who=newest.made_by, version=newest.version)


def _fit(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise SegmentNameUnfit(most=LONGEST_NAME)
    return name


def delete(name: str) -> None:
    """Raises SegmentUnknown, or SegmentInUse while something needs it."""
    with transaction.atomic():
        definitions.take_turn()
        find(name)
        if users := definitions.users_of(name):
            raise SegmentInUse(name=name, users=users_in_words(users))
        definitions.delete(name)


def archive(name: str) -> None:
    """Put a segment away: no list shows it, and it can be brought back. Raises SegmentUnknown or SegmentInUse."""
    with transaction.atomic():
        definitions.take_turn()
        find(name)
        if users := definitions.users_of(name):
            raise SegmentInUse(name=name, users=users_in_words(users))
        definitions.archive(name)


def restore(name: str, known: Known) -> None:
    """Bring a segment back from the archive. Raises SegmentUnknown, or what `define` raises where it names a segment
    that has gone meanwhile."""
    with transaction.atomic():
        definitions.take_turn()
        tree = read_segment(find(name).body)
        others = trees()
        check(tree, replace(known, segments=frozenset({*others, name})))
        resolved(tree.where, {**others, name: tree.where}, (name,))
        definitions.restore(name)


def use(name: str, user: str) -> None:
    """From now on this user (`campaign:42`) needs the segment. Raises SegmentUnknown, or SegmentArchived."""
    with transaction.atomic():
        definitions.take_turn()
        if find(name).archived_at is not None:
            raise SegmentArchived(name=name)
        definitions.insert_use(name, user)


def end_use(name: str, user: str) -> None:
    definitions.delete_use(name, user)


def users_of(name: str) -> list[str]:
    """`segment:NAME` for those that name it, and whoever said `use`."""
    return definitions.users_of(name)


# ---- snapshots


def ask_snapshot(name: str, *, asked_by: str) -> int:
    """Have everybody in the newest version written down; returns the snapshot's number. Raises SegmentUnknown."""
    return snapshots.insert(find(name).version_id, asked_by)


def snapshot(number: int) -> SnapshotSeen:
    """Raises SnapshotUnknown."""
    found = snapshots.one(number)
    if found is None:
        raise SnapshotUnknown(number=number)
    return found


def snapshots_of(name: str, limit: int = 50) -> list[SnapshotSeen]:
    """The newest first."""
    return snapshots.of_segment(name, limit)


def snapshot_members(number: int) -> list[int]:
    """Their numbers, rising; of a snapshot that is not done nobody."""
    return snapshots.member_ids(number)


def cancel_snapshot(number: int) -> None:
    """What waits ends at once, what runs within seconds; what has ended stays. Raises SnapshotUnknown."""
    snapshot(number)
    snapshots.ask_end(number)


def lease_snapshot(holder: str) -> Lease | None:
    """The oldest snapshot that waits, or whose holder is dead; None where there is none."""
    return snapshots.lease_next(holder, LEASE_SECONDS, MOST_ATTEMPTS)


def keep_lease(held: Lease) -> bool:
    """Whether to go on counting: nobody else has it, and nobody has asked for its end."""
    return snapshots.renew(held, LEASE_SECONDS)


def tree_of(held: Lease) -> Node:
    """The tree to count, with those of the segments that it names as they are now."""
    return resolved(read_segment(snapshots.body_of(held.version_id)).where, trees())


def end_snapshot(held: Lease, as_of: datetime, ids: Sequence[int], reached: Mapping[str, Mapping[str, int]]) -> bool:
    """Keep what was counted. False, and nothing is kept, where the lease was lost or its end was asked for."""
    return snapshots.end_well(held, as_of, ids, reached)


def fail_snapshot(held: Lease, problem: str) -> None:
    """It could not be counted: nobody is in it."""
    snapshots.end_otherwise(held, "failed", problem)


def give_back_snapshot(held: Lease) -> None:
    """Whoever counts it goes, and has done nothing: it waits for the next."""
    snapshots.give_back(held)


def stop_snapshot(held: Lease) -> None:
    """Its end was asked for."""
    snapshots.end_otherwise(held, "cancelled", "")
