"""Everybody as of now, for whoever counts while somebody types: kept in this process, and brought up to date.

What changed of members since the last time is read from the files beside the lake, and what came into the lake is laid
anew; everything else stays, with the answers that it gave.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import connection

from huitou.catalogue import service as catalogue
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.segments import service as segments
from huitou.segments.service import tags
from huitou.usecases.load_lake import hear_waiting
from huitou.usecases.moments import moment_of

WAITING_SECONDS = 2.0
"""Receipts that wait longer for the lake are brought into it first."""
SAME_SECONDS = 3.0
"""So long a crowd stays as it is. Both together: a count is at most five seconds behind."""
SHARE_FOR_ROWS = 0.05
MOST_SECONDS = 30.0
"""What members bought stays as it is for longer where counting it again takes long: no more than this share of the time
goes into that, but after so many seconds it is counted again in any case."""


@dataclass(slots=True)
class _Warm:
    """The crowd of this process, and what it is made of."""

    crowd: segments.Crowd
    place: tuple[str, str]
    as_of: datetime
    rows_as_of: datetime
    people: tuple[str, int]
    events: tuple[str, int]
    tagged: tuple[str, int]
    lake: str
    products: pa.Table


_turn = threading.Lock()
_warm: list[_Warm] = []


@contextmanager
def open_live(now: datetime, *, stores: Collection[int] | None = None) -> Iterator[tuple[segments.Crowd, int] | None]:
    """Everybody as of `now`, or of at most some seconds before (`crowd.moment` says when), and the bits of those whose
    home store is one of these. One at a time. None where whoever asks has to ask the database (`open_crowd`)."""
    with _turn:
        warm = _brought_up(now)
        if warm is None:
            yield None
            return
        warm.crowd.go_on_after_stop()
        yield warm.crowd, segments.of_stores(warm.crowd, stores)


def keep_everybody() -> bool:
    """Bring the files beside the lake up to date where somebody counts from them; whether anybody does."""
    if not (folder() / "people.json").exists():
        return False
    return _kept() is not None


def _kept() -> tuple[members.Kept, members.Kept, members.Kept] | None:
    """People, their events, and who bears which tag."""
    told, tagged = members.kept_everybody(folder(), settings.TIME_ZONE), tags.kept(folder())
    return None if told is None or tagged is None else (*told, tagged)


def folder() -> Path:
    """Where everybody is kept."""
    return settings.LAKE_PATH / "everybody"


def _brought_up(now: datetime) -> _Warm | None:
    place = (str(settings.LAKE_PATH), str(connection.settings_dict["NAME"]))
    warm = _warm[0] if _warm and _warm[0].place == place else None
    if warm is not None and timedelta() <= now - warm.as_of < timedelta(seconds=SAME_SECONDS):
        return warm
    _warm.clear()
    hear_waiting(WAITING_SECONDS)
    told = _kept()
    if told is None:
        return None
    if warm is not None and now >= warm.as_of:
        try:
            _go_on(warm, now, *told)
        except duckdb.Error:  # a file that was read from is gone
            warm = None
    else:
        warm = None
    _warm.append(warm or _opened(now, place, *told))
    return _warm[0]


def _opened(
    now: datetime, place: tuple[str, str], people: members.Kept, events: members.Kept, tagged: members.Kept
) -> _Warm:
    session, products = lake.open_session(), catalogue.brands()
    stands = lake.look_again(session, "")
    crowd = segments.open_crowd(session, moment_of(now), people.whole(), events.whole(), products, tagged.whole())
    return _Warm(crowd, place, now, now, _version(people), _version(events), _version(tagged), stands, products)


def _go_on(warm: _Warm, now: datetime, people: members.Kept, events: members.Kept, tagged: members.Kept) -> None:
    rows_due = (now - warm.rows_as_of).total_seconds() >= min(MOST_SECONDS, warm.crowd.rows_seconds / SHARE_FOR_ROWS)
    stands, products, moment = warm.lake, warm.products, warm.crowd.moment
    if rows_due:
        stands, products = lake.look_again(warm.crowd.session, warm.lake), catalogue.brands()
        moment, warm.rows_as_of = moment_of(now), now
    before = (warm.people, warm.events, warm.tagged)
    anew = [kept.base_name != name for kept, (name, _) in zip((people, events, tagged), before, strict=True)]
    if any(anew):
        everybody, every_event, every_tag = (
            kept.whole() if new else None for kept, new in zip((people, events, tagged), anew, strict=True)
        )
        segments.lay_anew(warm.crowd, people=everybody, events=every_event, tagged=every_tag)
    segments.go_on(
        warm.crowd,
        moment,
        people=None if anew[0] else people.since(warm.people[1]),
        events=None if anew[1] else events.since(warm.events[1]),
        tagged=None if anew[2] else tagged.since(warm.tagged[1]),
        products=None if products.equals(warm.products) else products,
        rows=stands != warm.lake,
    )
    warm.people, warm.events, warm.tagged = _version(people), _version(events), _version(tagged)
    warm.lake, warm.products, warm.as_of = stands, products, now


def _version(kept: members.Kept) -> tuple[str, int]:
    return kept.base_name, kept.turn
