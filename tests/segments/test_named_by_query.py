"""Whom a query names, once or often, is a member or is nobody: however far apart the members' numbers lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb
import pytest

from huitou.segments.store.crowd import Crowd
from huitou.segments.terms import Moment, Selection

NAMED = (7, 7, 9, 3, None, 12, 10_000_000_000)
"""3 is before all members, the last behind them, 12 is between them and nobody's."""


_LISTED = ", ".join(f"({'NULL' if one is None else one}::BIGINT)" for one in NAMED)
THEY = Selection(query=f"SELECT member_id FROM (VALUES {_LISTED}) v(member_id)")
ALL_BUT_THEY = replace(THEY, absent=True)


def crowd_of(session: duckdb.DuckDBPyConnection, *ids: int) -> Crowd:
    told = ", ".join(f"({one}::BIGINT, {place})" for place, one in enumerate(ids))
    session.execute(f"CREATE TABLE people AS FROM (VALUES {told}) p(member_id, position)")
    return Crowd(session, Moment(datetime.now(UTC).replace(tzinfo=None), date(2026, 11, 20)))


def who(crowd: Crowd, selection: Selection) -> list[int]:
    return list(crowd.ids(crowd._asked(selection)))


@pytest.mark.parametrize("last", [15, 4_000_000, 9_000_000_000])
def test_who_is_named_is_in_and_nobody_else(last):
    with duckdb.connect() as session:
        crowd = crowd_of(session, 9, 7, last, 8)
        assert who(crowd, THEY) == [7, 9]
        assert who(crowd, ALL_BUT_THEY) == [8, last]


def test_where_nobody_is_named_nobody_is_in():
    with duckdb.connect() as session:
        crowd = crowd_of(session, 1, 2)
        assert (who(crowd, THEY), who(crowd, ALL_BUT_THEY)) == ([], [1, 2])


@pytest.mark.parametrize(
    ("table", "changed", "again"),
    [
        ("people", {"people": True}, True),
        ("events", {"events": True}, True),
        ("visits", {"rows": True}, True),
        ("visits", {"events": True, "people": True, "tagged": True}, False),
        ("events", {"people": True}, False),
    ],
)
def test_what_was_looked_for_is_looked_for_again_once_such_rows_changed(table, changed, again):
    with duckdb.connect() as session:
        crowd, query = crowd_of(session, 1, 2), f"SELECT 1 FROM {table} WHERE member_id = 3 LIMIT 1"
        for other in ("events", "visits"):
            session.execute(f"CREATE TABLE {other} AS SELECT member_id FROM people")
        assert not crowd.has(query)
        session.execute(f"UPDATE {table} SET member_id = 3 WHERE member_id = 2")
        assert not crowd.has(query), "while nobody says that anything changed"
        crowd.go_on(crowd.moment, **dict.fromkeys(("people", "rows", "events", "tagged"), False) | changed)
        assert crowd.has(query) == again
