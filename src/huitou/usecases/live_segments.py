"""Live segments follow what happens: whoever changed is asked again, and whoever time may have moved.

One follows at a time. What is seen, who is in what, who moved and who is looked at when are written in one transaction,
so whoever is killed has done nothing, and the next one does it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.receipts.service import of_members
from huitou.segments import service as segments
from huitou.segments.errors import SegmentNotLive
from huitou.segments.service import live, tags
from huitou.segments.terms import Moment, MoveSeen, Node, TagKnown
from huitou.usecases.load_lake import hear_facts, is_behind
from huitou.usecases.moments import moment_of
from huitou.usecases.segments import open_crowd
from huitou.usecases.tags_from_segments import follow_segment

MOST_AT_ONCE = 50_000
"""More members than this are asked as everybody is."""
DUE_AT_ONCE = 20_000
AT_ONCE = 5_000
"""So many members' purchases are held at once: about a million lines."""

MOVED_BY = {
    "event": N_("by something that happened"),
    "time": N_("by time alone"),
    "counted": N_("when everybody was asked again"),
}
"""What moved somebody, in words."""

Now = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Followed:
    """What a turn did: how many members were asked (None: everybody), and how many moved in each segment."""

    asked: int | None
    moved: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The live segments of this moment."""

    moment: Moment
    trees: Mapping[str, Node]
    numbers: Mapping[str, int]
    found_by: Mapping[str, str]
    anew: frozenset[str]
    """Those for which everybody has to be asked: just switched on, another version, another chain."""


@transaction.atomic
def switch_live(name: str, *, on: bool, actor: str) -> None:
    """Keep who is in a segment at every moment, or no longer. Raises SegmentUnknown."""
    live.switch(name, on)
    access.note_by(actor, "segment.live", f"segment:{name}", on=on)


def read_moves(name: str, most: int, *, actor: str) -> list[MoveSeen]:
    """Who came and left of late, the newest first, for somebody who takes the numbers away; the audit trail keeps it.
    Raises SegmentUnknown, SegmentNotLive."""
    segments.find(name)
    if name not in live.ids():
        raise SegmentNotLive(name=name)
    found = live.newest_moves(name, most)
    access.note_by(actor, "segment.read", f"segment:{name}", members=len({one.member_id for one in found}))
    return found


def follow(now: Now) -> Followed | None:
    """Take one turn; None where nothing is live, nothing happened, or somebody else is at it."""
    if not live.ids():
        return None
    began, seen = now(), live.turn()
    changed = members.changes_since(seen.mark)
    wanted = _wanted(began)
    everybody = changed.everybody or len(changed.members) > MOST_AT_ONCE
    if everybody or wanted.anew:
        # What was committed before the log was read is then in the lake; what comes later is seen by the next turn.
        hear_facts(at_once=True)
        if is_behind():
            return None  # somebody else is bringing it there, or it cannot get there: the log waits
    with transaction.atomic():
        if not live.take_turn(seen.number):
            return None
        happened, due, moved = changed.members, live.due(began, DUE_AT_ONCE), {}
        if everybody or wanted.anew:
            which = wanted.trees if everybody else {name: wanted.trees[name] for name in wanted.anew}
            moved = _ask_everybody(wanted, which, began, again=seen.mark is None)
            # The lake hears of claims and merges at night.
            ahead = of_members.ahead_of_the_lake()
            happened, due = (tuple(ahead), []) if everybody else (tuple({*happened, *ahead}), due)
        elif not happened and not due:
            live.end_turn(changed.mark, began)
            return None
        known = frozenset(happened)
        for some, because in ((sorted(known), "event"), ([one for one in due if one not in known], "time")):
            for first in range(0, len(some), AT_ONCE):
                asked = some[first : first + AT_ONCE]
                for name, count in _ask_some(wanted, asked, because, began).items():
                    moved[name] = moved.get(name, 0) + count
                    if count:
                        follow_segment(name, wanted.moment.today, of=asked)
        live.end_turn(changed.mark, began)
    return Followed(None if everybody else len(known | set(due)), moved)


def follow_all(now: Now, *, most: int = 50) -> int:
    """Take turns until nothing is left to do; how many were taken."""
    for turns in range(most):
        if follow(now) is None:
            return turns
    return most


def restate(now: Now) -> dict[str, int]:
    """Ask everybody again for every live segment, as after a night's refresh; how many it moved, by name: what neither
    events nor time had."""
    follow_all(now)
    live.start_over()
    done = follow(now)
    return dict(done.moved) if done is not None else {}


def waits_since(now: datetime) -> datetime | None:
    """Since when somebody who changed, or whom time may have moved, or a segment that was switched on, waits for a
    turn; None where nothing is live or nobody waits."""
    if not live.ids():
        return None
    changed = members.changes_since(live.turn().mark)
    waiting = [one.since for one in live.listed() if not one.found_by]
    if changed.oldest:
        waiting.append(datetime.fromtimestamp(changed.oldest, UTC))
    if since := live.due_since(now):
        waiting.append(since)
    return min(waiting, default=None)


def status(now: datetime) -> dict[str, Any]:
    """The live segments, and how far behind they are."""
    seen = live.turn()
    changed = members.changes_since(seen.mark)
    due, since, waiting = live.overdue(now)
    oldest = datetime.fromtimestamp(changed.oldest, UTC) if changed.oldest else None
    behind = [at for at in (oldest, since) if at is not None]
    return {
        "followed_at": seen.at.isoformat() if seen.at else None,
        "lag_seconds": round(max(0.0, (now - min(behind)).total_seconds()), 3) if behind else 0.0,
        "changed": None if changed.everybody else len(changed.members),
        "due": due,
        "waiting_for_their_time": waiting,
        "segments": [
            {
                "name": one.name,
                "members": one.members,
                "since": one.since.isoformat(),
                "state": "live" if one.found_by else "waiting",
                "counted_at": one.counted_at.isoformat() if one.counted_at else None,
                "restated": one.restated,
            }
            for one in live.listed()
        ],
    }


def _wanted(now: datetime) -> _Wanted:
    moment, every, known = moment_of(now), segments.trees(), live.ids()
    trees = {name: segments.resolved(every[name], every, (name,)) for name in known}
    chain = [
        [store.id, store.code, str(store.place), *clock]
        for store, clock in zip(moment.stores.values(), _clocks_of(moment), strict=True)
    ]
    by = {
        name: hashlib.sha256(
            repr((tree, chain, moment.dormant_months, settings.TIME_ZONE, _named_tags(tree, moment))).encode()
        ).hexdigest()
        for name, tree in trees.items()
    }
    return _Wanted(
        moment=moment,
        trees=trees,
        numbers={name: number for name, (number, _) in known.items()},
        found_by=by,
        anew=frozenset(name for name, (_, found_by) in known.items() if found_by != by[name]),
    )


def _named_tags(tree: Node, moment: Moment) -> list[tuple[str, TagKnown | None]]:
    """What the registry says of the tags in a tree: another half-life moves people as another tree does."""
    return [(name, moment.tags.get(name)) for name in sorted(tags.tags_of(tree))]


def _ask_everybody(wanted: _Wanted, which: Mapping[str, Node], now: datetime, *, again: bool) -> dict[str, int]:
    """`again`: nothing happened that would move anybody."""
    first = {name for name, (_, found_by) in live.ids().items() if not found_by}
    moved: dict[str, int] = {}
    with open_crowd(now) as crowd:
        for name, tree in which.items():
            # One after the other: the members of a hundred segments at once would be a hundred million numbers.
            found = {name: list(crowd.ids(crowd.bits(tree)))}
            because = "first" if name in first else "counted"
            moved |= live.settle(wanted.numbers, found, None, at=now, because=because)
            if moved[name]:
                follow_segment(name, wanted.moment.today)
            restated = moved[name] if again and name not in first and name not in wanted.anew else 0
            live.note_counted(wanted.numbers[name], wanted.found_by[name], now, restated)
        looks = list(live.next_looks(crowd, live.asked_of(wanted.trees.values()), _begins(wanted.moment)))
    live.write_looks(looks, None)
    return moved


def _ask_some(wanted: _Wanted, ids: Sequence[int], because: str, now: datetime) -> dict[str, int]:
    asked = live.asked_of(wanted.trees.values())
    with _few(wanted.moment, ids, asked) as crowd:
        found = live.found(crowd, wanted.trees)
        looks = list(live.next_looks(crowd, asked, _begins(wanted.moment)))
    moved = live.settle(wanted.numbers, found, ids, at=now, because=because)
    live.write_looks(looks, ids)
    return moved


@contextmanager
def _few(moment: Moment, ids: Sequence[int], asked: live.Asked) -> Iterator[segments.Crowd]:
    people, events = members.some_of_everybody(ids, settings.TIME_ZONE)
    since = live.first_day(asked, moment)
    gone = of_members.months_gone() if asked.bought else []
    until = (gone[-1] + timedelta(days=31)).replace(day=1) if gone else None
    left = (since or date.min, until) if until is not None and (since is None or since < until) else None
    with lake.open_session() as session:
        yield live.open_few(
            session,
            moment,
            people,
            events,
            _products(),
            tags.of_some(ids),
            books=of_members.lines(ids, settings.TIME_ZONE, since) if asked.bought else [of_members.NOTHING],
            recategorised=catalogue.recategorised() if asked.bought else [],
            gone=left,
        )


def _products() -> pa.Table:
    return (
        catalogue.product_table()
        .join(catalogue.brands(), keys="sku")
        .select(["product_id", "sku", "category", "brand"])
    )


def _clocks_of(moment: Moment) -> list[tuple[str, int]]:
    """Zone and hour in which each store's day begins."""
    stores = catalogue.stores()
    by_id = {store.id: store for store in stores.values()}
    return [(by_id[one].zone or settings.TIME_ZONE, by_id[one].day_starts_at) for one in moment.stores]


def _begins(moment: Moment) -> Callable[[date], datetime]:
    """When a day begins somewhere next: by the clock of the chain or of a store."""
    clocks = sorted({(settings.TIME_ZONE, 0), *_clocks_of(moment)})
    now = moment.at.replace(tzinfo=UTC)

    def begins(day: date) -> datetime:
        moments = [datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC) for zone, hour in clocks]
        return min((at for at in moments if at > now), default=now)

    return begins
