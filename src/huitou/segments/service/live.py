"""The door of segments, live ones: who is in them at every moment, who entered and left, who is looked at when.

Whoever follows the log of changes takes the turn, asks the members who changed or whom time may have moved, and writes
members, moves and next looks in the same transaction: killed in the middle, nothing has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
from django.db import transaction

from huitou.bulk.trip import Answer, Trip
from huitou.segments.rules import looks, membership
from huitou.segments.rules.looks import Asked, asked_of, first_day
from huitou.segments.rules.users import LIVE
from huitou.segments.service import find
from huitou.segments.store import definitions, live, person_rows, views
from huitou.segments.store.crowd import Crowd
from huitou.segments.terms import DayMoved, Leaf, LiveSeen, Moment, MoveSeen, Node, TurnSeen

__all__ = ["LIVE", "Asked", "asked_of", "first_day"]

DAYS = 90
MOVES_COUNTED = 50_000
"""So many of the newest moves are counted by day: a page waits for them."""
ONE_BY_ONE = 8
"""So many members are asked one by one, which is quicker than a query for each condition; more of them at once."""


def switch(name: str, on: bool) -> None:
    """Keep the members of a segment at every moment, or no longer. Raises SegmentUnknown."""
    with transaction.atomic():
        definitions.take_turn()
        find(name)
        live.wait_for_turn()
        if on:
            live.switch_on(name)
            definitions.insert_use(name, LIVE)
        else:
            live.switch_off(name)
            definitions.delete_use(name, LIVE)


def listed() -> list[LiveSeen]:
    """Every live segment, by name."""
    return live.every()


def ids() -> dict[str, tuple[int, str]]:
    """By name its number, and what its members were found by; empty: nobody was asked yet."""
    return live.ids()


def members_of(name: str, of: Sequence[int] | None = None) -> list[int]:
    """Who is in a live segment now, by rising number, of these or of all; of one that is not live nobody."""
    return live.member_ids(name, of)


def moves(name: str, *, after: int = 0, limit: int = 1000) -> list[MoveSeen]:
    """Who entered and left, in order, after the move of this number. Each is there once, for ever."""
    return live.moves(name, after, limit)


def newest_moves(name: str, limit: int) -> list[MoveSeen]:
    """Who entered and left since it was switched on, the newest first; who was in it then has not moved."""
    return live.newest_moves(name, limit)


def by_day(name: str, today: date, zone: str) -> list[DayMoved]:
    """Each day since it was switched on, at most DAYS of them, the first first: who came, who left, and how many were
    in it in the end, counted back from now. Empty: it is not live, or nobody was asked yet."""
    seen = next((one for one in live.every() if one.name == name and one.found_by), None)
    if seen is None:
        return []
    moved, whole = live.moved_by_day(name, zone, MOVES_COUNTED)
    first = seen.since.astimezone(ZoneInfo(zone)).date() if whole else moved[0][0] + timedelta(days=1)
    told, members, found = {day: (came, left) for day, came, left in moved}, seen.members, []
    for back in range(min(DAYS, (today - first).days + 1)):
        day = today - timedelta(days=back)
        came, left = told.get(day, (0, 0))
        found.append(DayMoved(day, came, left, members))
        members += left - came
    return found[::-1]


def ask_names(trip: Trip, member: int, at: datetime) -> Answer:
    """The names of the live segments that a member was in at a moment, on a trip."""
    return live.ask_names(trip, member, at)


def read_names(asked: Answer) -> tuple[str, ...]:
    row = asked.row()
    return tuple(row[0]) if row else ()


def turn() -> TurnSeen:
    """Up to where the log was followed."""
    return live.turn()


def take_turn(number: int) -> bool:
    """Hold the turn until the transaction ends. False where somebody else does, or has since."""
    return live.take_turn(number)


def end_turn(mark: Mapping[str, Any], at: datetime) -> None:
    live.end_turn(mark, at)


def start_over() -> None:
    """Let the next turn ask everybody again, for all live segments."""
    live.start_over()


def due(now: datetime, limit: int) -> list[int]:
    """Whom time may have moved by now."""
    return live.due(now, limit)


def due_since(now: datetime) -> datetime | None:
    """Since when somebody waits whom time may have moved; None where nobody does."""
    return live.due_since(now)


def overdue(now: datetime) -> tuple[int, datetime | None, int]:
    """How many are due and since when, and how many wait in all."""
    return live.overdue(now)


# ---- asked


def open_few(
    session: duckdb.DuckDBPyConnection,
    moment: Moment,
    people: Iterable[pa.Table],
    events: Iterable[pa.Table],
    products: pa.Table,
    tagged: Iterable[pa.Table],
    *,
    books: Iterable[pa.Table],
    recategorised: Collection[int],
    gone: tuple[date, date] | None,
) -> Crowd:
    """A few members, as `open_crowd` everybody: what they bought comes from `books`, and from the lake for the days of
    `gone`. `products`: (product_id, sku, category, brand)."""
    views.lay_people(session, people)
    views.lay_events(session, events)
    views.lay_products(session, products.select(["sku", "brand"]))
    views.lay_tagged(session, tagged)
    named = products.select(["product_id", "sku", "category"])
    views.lay_lines_of_few(session, books, named, recategorised, gone)
    views.lay_until(session, moment)
    return Crowd(session, moment)


def found(crowd: Crowd, trees: Mapping[str, Node]) -> dict[str, list[int]]:
    """Who of the crowd is in each of the trees, by its name: a few one by one, many all at once."""
    if crowd.members > ONE_BY_ONE:
        return {name: list(crowd.ids(crowd.bits(tree))) for name, tree in trees.items()}
    inside: dict[str, list[int]] = {name: [] for name in trees}
    for member in crowd.ids(crowd.everybody):
        person = person_rows.person(crowd.session, member)
        assert person is not None, "a member of the crowd"
        said: dict[Leaf, bool] = {}
        for name, tree in trees.items():
            if membership.holds(tree, person, crowd.moment, said):
                inside[name].append(member)
    return inside


def next_looks(crowd: Crowd, asked: Asked, begins: Callable[[date], datetime]) -> Iterator[pa.Table]:
    """(member_id, at): when each of the crowd is to be looked at next. `begins` tells when a day first begins somewhere
    from now on."""
    session = crowd.session
    session.execute(f"CREATE OR REPLACE TEMP TABLE looks_by_day AS {looks.days_sql(asked, crowd.moment)}")
    days = [day for (day,) in session.sql("SELECT DISTINCT day FROM looks_by_day").fetchall()]
    began = pa.table(
        {
            "day": pa.array(days, pa.date32()),
            "begins": pa.array([begins(day) for day in days], pa.timestamp("us", "UTC")),
        }
    )
    session.register("day_begins", began)
    by_moment = f"SELECT member_id, begins AT TIME ZONE 'UTC' FROM ({looks.moments_sql(asked, crowd.moment)})"
    rows = session.sql(
        "SELECT member_id, min(begins) AS begins FROM (SELECT member_id, begins FROM looks_by_day JOIN day_begins "
        f"USING (day) UNION ALL {by_moment}) "
        "SEMI JOIN people USING (member_id) GROUP BY member_id ORDER BY member_id"
    ).to_arrow_table()
    session.unregister("day_begins")
    yield rows.rename_columns(live.LOOKS.names).cast(live.LOOKS)


# ---- kept


def settle(
    numbers: Mapping[str, int],
    found_in: Mapping[str, Sequence[int]],
    asked: Sequence[int] | None,
    *,
    at: datetime,
    because: str,
) -> dict[str, int]:
    """Of those asked (None: everybody) exactly the found ones are in each segment from now on; how many moved, by name.
    In the turn."""
    live.ask(asked)
    of = {numbers[name]: members for name, members in found_in.items()}
    moved = live.settle(of, at=at, because=because, everybody=asked is None)
    return {name: moved[numbers[name]] for name in found_in}


def note_counted(number: int, found_by: str, at: datetime, restated: int) -> None:
    """Everybody was asked for this segment; so many moved whom nothing else had."""
    live.note_counted(number, found_by, at, restated)


def write_looks(rows: Iterable[pa.Table], asked: Sequence[int] | None) -> None:
    """When those asked (None: everybody) are looked at next. In the turn, after `settle` of the same."""
    live.write_looks(rows, everybody=asked is None)
