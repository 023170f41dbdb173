"""RFM, layers and preferences, reckoned in the lake's session."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa

from huitou.insight.rules import layers, preferences
from huitou.insight.rules.rfm import per_member_sql
from huitou.insight.terms import CutOffs
from huitou.members.terms import months_before


def days_known(session: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    """The first and the last business date of the lake; None when it is empty."""
    first, last = session.sql("SELECT min(business_date), max(business_date) FROM lines").fetchall()[0]
    return (first, last) if first is not None else None


def facts_query(as_of: date, cut_offs: CutOffs, since: date | None = None) -> str:
    """SQL of RFM and layer of every member who ever bought up to `as_of`. Up to the day `since`, `standing` stands for
    the visits of a member; where somebody is dormant after more months than lie behind it, all visits are read."""
    months = cut_offs.dormant_after_months
    near = since if since is not None and since <= months_before(as_of, months) else None
    return _dated(layers.layered_sql(cut_offs, per_member_sql(months, near)), as_of)


PREFERENCES_FORM = hashlib.sha256(preferences.PREFERRED.encode()).hexdigest()[:16]


def preferences_query(as_of: date, of: str = "tastes") -> str:
    return _dated(preferences.PREFERRED.replace("FROM tastes", f"FROM {of}"), as_of)


def spans_query(session: duckdb.DuckDBPyConnection, days: Sequence[date], cut_offs: CutOffs) -> str:
    """SQL of the layers that members went through, as reckoned on each of these days, oldest first:
    (member_id, layer, since, until)."""
    session.execute("CREATE OR REPLACE TEMP TABLE layers_then (day DATE, member_id BIGINT, layer VARCHAR)")
    for day in days:
        session.execute(
            f"INSERT INTO layers_then SELECT DATE '{day}', member_id, layer FROM ({facts_query(day, cut_offs)})"
        )
    return """
        SELECT member_id, layer, day AS since, lead(day) OVER (PARTITION BY member_id ORDER BY day) AS until FROM (
            SELECT *, lag(layer) OVER (PARTITION BY member_id ORDER BY day) AS before FROM layers_then
        ) WHERE before IS DISTINCT FROM layer"""


def moves(
    session: duckdb.DuckDBPyConnection, facts_now: pa.Table, as_of: date, cut_offs: CutOffs
) -> dict[tuple[str, str], int]:
    """How many members of `facts_now` are in which layer, and would be in which by these cut-offs."""
    session.register("facts_now", facts_now)
    unmoved = "last_purchase_on AS first_purchase_on, NULL::DATE AS came_back_on, 0 AS months_bought"
    then = layers.layered_sql(cut_offs, f"SELECT *, {unmoved} FROM facts_now")
    query = f"SELECT n.layer, t.layer, count(*) FROM ({_dated(then, as_of)}) t JOIN facts_now n USING (member_id)"
    return {(now, then): count for now, then, count in session.sql(f"{query} GROUP BY ALL").fetchall()}


def _dated(query: str, as_of: date) -> str:
    # The engine takes no values where a query goes into a file.
    return query.replace("$as_of", f"DATE '{as_of}'")
