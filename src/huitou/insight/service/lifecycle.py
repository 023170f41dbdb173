"""The history of stages; a part of insight's door."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
from django.db import transaction

from huitou.insight.rules import periods, stages
from huitou.insight.rules.crowd import month_start
from huitou.insight.store import stages as stage_store
from huitou.insight.terms import CutOffs, StageMoveSeen
from huitou.members.terms import staged_sql

MOST_MONTHS = 120
FLOW_MONTHS = 24
"""Moves of single members are kept from the first receipt on, counts between months so long."""


def stages_form(by: CutOffs) -> str:
    """Names how stages are reckoned: moves of another form are not these moves."""
    return f"{stages.FORM}/{by.dormant_after_months}"


def stage_months(first_day: date, as_of: date) -> list[date]:
    """The months' ends at which stages are looked at, rising: all that are over since the first receipt."""
    ends = periods.month_ends(first_day, as_of, MOST_MONTHS)
    return [day for day in ends if day < as_of]


def reckon_stages(
    session: duckdb.DuckDBPyConnection,
    known: str,
    ends: Sequence[date],
    as_of: date,
    by: CutOffs,
    since: date | None,
) -> None:
    """Leaves `new_moves` and `new_flows` of these months' ends, rising, and the flow from the last month's end up to
    `as_of`, on which `facts` says where everybody stands. `known` are the moves before them. Reads `visits`, `standing`
    and `homes`."""
    months = by.dormant_after_months
    stage_store.reckon(session, known, ends, months, since)
    session.execute(
        f"CREATE OR REPLACE TEMP TABLE stages_now AS SELECT member_id, {staged_sql(as_of, months)} AS stage FROM facts"
    )
    stage_store.add_flow(session, stages.month_before(as_of), as_of)


@transaction.atomic
def keep_stages(session: duckdb.DuckDBPyConnection, moves: str, again_from: date | None, as_of: date) -> int:
    """Write down the moves of the view `moves` from a day on (None: none), and the newest flows; returns how many moves
    were not so before."""
    written = 0 if again_from is None else stage_store.keep_moves(session, moves, again_from)
    last_end = stages.month_before(as_of)
    stage_store.keep_flows(session, last_end, month_start(as_of, FLOW_MONTHS) - periods.ONE_DAY)
    return written


def stages_of(member_id: int) -> list[StageMoveSeen]:
    """The moves of a member from stage to stage, newest first."""
    return stage_store.moves_of(member_id)
