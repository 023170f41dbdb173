"""Who moved from which stage to which: reckoned in the lake's session, written down as rows, and read for pages. Of
months that are reckoned again only those rows are written that read otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.insight.rules import stages
from huitou.insight.terms import StageMoveSeen

_MOVES = pa.schema(
    [("member_id", pa.int64()), ("on_day", pa.date32()), ("stage", pa.string()), ("before", pa.string())]
)
_FLOW = ("store_id", "from_on", "to_on", "from_stage", "to_stage", "members")


def reckon(
    session: duckdb.DuckDBPyConnection, known: str, ends: Sequence[date], dormant_months: int, since: date | None
) -> None:
    """Leaves `new_moves` and `new_flows` of these months' ends, rising. `known` is the moves before them; `homes` says
    whose the members are. `stages_then` is left as on the evening of the last of the ends."""
    session.execute("CREATE OR REPLACE TEMP TABLE new_moves (member_id BIGINT, on_day DATE, stage TEXT, before TEXT)")
    session.execute(
        "CREATE OR REPLACE TEMP TABLE new_flows (store_id INTEGER, from_on DATE, to_on DATE, from_stage TEXT, "
        "to_stage TEXT, members BIGINT)"
    )
    session.execute(f"CREATE OR REPLACE TEMP TABLE stages_then AS {stages.standing_after_sql(known)}")
    for day in ends:
        session.execute(f"CREATE OR REPLACE TEMP TABLE stages_now AS {stages.on_day_sql(day, dormant_months, since)}")
        session.execute(f"INSERT INTO new_moves {stages.moved_sql(day)}")
        add_flow(session, stages.month_before(day), day)
        session.execute("CREATE OR REPLACE TEMP TABLE stages_then AS FROM stages_now")


def add_flow(session: duckdb.DuckDBPyConnection, from_on: date, to_on: date) -> None:
    session.execute(f"INSERT INTO new_flows {stages.flow_sql(from_on, to_on)}")


def keep_moves(session: duckdb.DuckDBPyConnection, moves: str, since: date) -> int:
    """From the day `since` on let the rows be those of the view `moves`; returns how many were not so before."""
    kept = list(
        bulk.copy_out(
            f"SELECT member_id, on_day, stage, before FROM insight_stagemove WHERE on_day >= '{since}'", _MOVES
        )
    )
    session.register("kept_moves", pa.concat_tables(kept) if kept else _MOVES.empty_table())
    newest = f"(FROM {moves} WHERE on_day >= DATE '{since}')"
    gone = session.sql(f"SELECT member_id, on_day FROM (FROM kept_moves EXCEPT FROM {newest})").to_arrow_table()
    came = session.sql(f"FROM {newest} EXCEPT FROM kept_moves").to_arrow_table()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE moves_gone (member_id bigint, on_day date) ON COMMIT DROP")
        bulk.copy_in("moves_gone", ("member_id", "on_day"), gone.to_reader(max_chunksize=100_000))
        cursor.execute("ANALYZE moves_gone")
        cursor.execute(
            "DELETE FROM insight_stagemove s USING moves_gone g WHERE s.member_id = g.member_id AND s.on_day = g.on_day"
        )
        deleted = cursor.rowcount
        cursor.execute("DROP TABLE moves_gone")
    session.unregister("kept_moves")
    bulk.copy_in("insight_stagemove", _MOVES.names, came.to_reader(max_chunksize=100_000))
    return max(deleted, len(came))


def keep_flows(session: duckdb.DuckDBPyConnection, last_end: date, keep_from: date) -> None:
    """Put the counted flows in the place of those of the same days; what goes to a day after the last month's end, or
    lies before `keep_from`, is gone."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_stageflow WHERE to_on > %s OR from_on < %s", [last_end, keep_from])
        for (to_on,) in session.sql("SELECT DISTINCT to_on FROM new_flows").fetchall():
            cursor.execute("DELETE FROM insight_stageflow WHERE to_on = %s", [to_on])
    rows = session.sql(f"SELECT {', '.join(_FLOW)} FROM new_flows WHERE from_on >= DATE '{keep_from}'")
    bulk.copy_in("insight_stageflow", _FLOW, rows.to_arrow_reader(100_000))


def moves_of(member_id: int) -> list[StageMoveSeen]:
    """Newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT on_day, stage, before FROM insight_stagemove WHERE member_id = %s ORDER BY on_day DESC", [member_id]
        )
        return [StageMoveSeen(*row) for row in cursor.fetchall()]


def forget(member_ids: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_stagemove WHERE member_id = ANY(%s)", [list(member_ids)])
        return cursor.rowcount


def rows_of(member_id: int) -> list[dict[str, Any]]:
    return [{"on_day": one.on_day, "stage": one.stage, "before": one.before} for one in moves_of(member_id)]
