"""Pictures of all members together, as a refresh writes them and pages read them. The database's policies keep every
query to the reader's stores (M6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.insight.terms.crowd import CohortSeen, Flow, LoyaltyTenth, NewcomersSeen, Square
from huitou.receipts.terms import HourOfVisits

TABLES = {
    "kept_squares": ("insight_membersquare", (
        "store_id", "recency", "frequency", "layer", "stage", "members", "receipts", "spend_fen")),
    "kept_cohorts": ("insight_cohort", ("store_id", "month_on", "after", "members")),
    "kept_newcomers": ("insight_newcomers", ("store_id", "month_on", "channel", "source", "members")),
    "kept_hours": ("insight_hour", ("store_id", "weekday", "hour", "receipts")),
    "kept_loyalty": ("insight_loyaltytenth", (
        "store_id", "layer", "tenth", "members", "loyalty", "repeat", "tenure", "breadth", "wallet")),
    "kept_baskets": ("insight_layerbasket", ("store_id", "layer", "category", "net_fen")),
}  # fmt: skip
_OF_A_DAY = {
    "kept_squares": "recency smallint, frequency smallint, layer text, stage text, members bigint, receipts bigint, "
    "spend_fen bigint",
    "kept_cohorts": "month_on date, after smallint, members bigint",
    "kept_newcomers": "month_on date, channel text, source text, members bigint",
    "kept_loyalty": "layer text, tenth smallint, members bigint, loyalty bigint, repeat bigint, tenure bigint, "
    "breadth bigint, wallet bigint",
    "kept_hours": "weekday smallint, hour smallint, receipts bigint",
    "kept_flows": "from_on date, to_on date, from_layer text, to_layer text, members bigint",
    "kept_stage_flows": "from_on date, to_on date, from_stage text, to_stage text, members bigint",
}
"""The pictures that are kept of each day, with their columns beside the store."""
_NEWEST = {name: table for name, (table, _) in TABLES.items()} | {
    "kept_flows": "insight_layerflow",
    "kept_stage_flows": "insight_stageflow",
}
_SPANS = pa.schema([("member_id", pa.int64()), ("layer", pa.string()), ("since", pa.date32()), ("until", pa.date32())])


def _asked(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchall()


def _place(store_id: int | None) -> tuple[str, list[Any]]:
    return ("true", []) if store_id is None else ("store_id = %s", [store_id])


def _picture(what: str, store_id: int | None, on: date | None) -> tuple[str, list[Any]]:
    """Rows of a picture as it is now, or as it was on a day that is kept; of one home store or of all."""
    place, values = _place(store_id)
    if on is None:
        return f"{_NEWEST[what]} WHERE {place}", values
    rows = f"jsonb_to_recordset(p.body) AS r ({_OF_A_DAY[what]})"
    of_day = f"(SELECT p.store_id, r.* FROM insight_picture p, {rows} WHERE p.what = %s AND p.as_of = %s) AS of_day"
    return f"{of_day} WHERE {place}", [what, on, *values]


def keep_pictures(as_of: date) -> None:
    """Keep what the pictures show now as those of this day, in the place of what an earlier run of that day kept."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_picture WHERE as_of = %s", [as_of])
        for what, columns in _OF_A_DAY.items():
            names = [column.split()[0] for column in columns.split(", ")]
            body = "jsonb_build_object(" + ", ".join(f"'{name}', {name}" for name in names) + ")"
            cursor.execute(
                "INSERT INTO insight_picture (as_of, what, store_id, body) "
                f"SELECT %s, %s, store_id, jsonb_agg({body} ORDER BY {', '.join(names)}) "
                f"FROM {_NEWEST[what]} GROUP BY store_id",
                [as_of, what],
            )


def picture_of(day: date) -> date | None:
    """The last day up to this one whose pictures are kept."""
    return _asked("SELECT max(as_of) FROM insight_picture WHERE what = 'kept_squares' AND as_of <= %s", day)[0][0]


def squares(store_id: int | None, on: date | None = None) -> list[Square]:
    source, values = _picture("kept_squares", store_id, on)
    rows = _asked(
        "SELECT recency, frequency, layer, stage, sum(members)::bigint, sum(receipts)::bigint, sum(spend_fen)::bigint "
        f"FROM {source} GROUP BY 1, 2, 3, 4",
        *values,
    )
    return [Square(*row) for row in rows]


def cohorts(store_id: int | None, on: date | None = None) -> list[CohortSeen]:
    source, values = _picture("kept_cohorts", store_id, on)
    rows = _asked(f"SELECT month_on, after, sum(members)::bigint FROM {source} GROUP BY 1, 2 ORDER BY 1, 2", *values)
    return [CohortSeen(*row) for row in rows]


def newcomers(store_id: int | None, on: date | None = None) -> list[NewcomersSeen]:
    source, values = _picture("kept_newcomers", store_id, on)
    rows = _asked(f"SELECT month_on, store_id, channel, source, members FROM {source} ORDER BY 1, 2, 3, 4", *values)
    return [NewcomersSeen(*row) for row in rows]


def loyalty_tenths(store_id: int | None, on: date | None = None) -> list[LoyaltyTenth]:
    source, values = _picture("kept_loyalty", store_id, on)
    sums = ", ".join(f"sum({name})::bigint" for name in ("members", "loyalty", "repeat", "tenure", "breadth", "wallet"))
    rows = _asked(f"SELECT layer, tenth, {sums} FROM {source} GROUP BY 1, 2 ORDER BY 1, 2", *values)
    return [LoyaltyTenth(*row) for row in rows]


def hours(store_id: int | None, on: date | None = None) -> list[HourOfVisits]:
    source, values = _picture("kept_hours", store_id, on)
    rows = _asked(f"SELECT weekday, hour, sum(receipts)::bigint FROM {source} GROUP BY 1, 2 ORDER BY 1, 2", *values)
    return [HourOfVisits(*row) for row in rows]


def flows(store_id: int | None, on: date | None = None) -> list[Flow]:
    source, values = _picture("kept_flows", store_id, on)
    rows = _asked(
        "SELECT from_on, to_on, from_layer, to_layer, sum(members)::bigint "
        f"FROM {source} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2",
        *values,
    )
    return [Flow(*row) for row in rows]


def stage_flows(store_id: int | None, on: date | None = None) -> list[Flow]:
    source, values = _picture("kept_stage_flows", store_id, on)
    rows = _asked(
        "SELECT from_on, to_on, from_stage, to_stage, sum(members)::bigint "
        f"FROM {source} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2",
        *values,
    )
    return [Flow(*row) for row in rows]


def layer_basket(layer: str, store_id: int | None) -> dict[str, int]:
    place, values = ("store_id IS NULL", []) if store_id is None else _place(store_id)
    query = f"SELECT category, net_fen FROM insight_layerbasket WHERE layer = %s AND {place}"
    return dict(_asked(query, layer, *values))


def flows_kept() -> set[tuple[date, date]]:
    return set(_asked("SELECT DISTINCT from_on, to_on FROM insight_layerflow"))


def forget_flows(but: Sequence[tuple[date, date]] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM insight_layerflow WHERE (from_on, to_on) NOT IN "
            "(SELECT * FROM unnest(%s::date[], %s::date[]))",
            [[one for one, _ in but], [other for _, other in but]],
        )


def keep_flows(session: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[date, date]]) -> None:
    """Count anew, for each pair of days, who went from which layer to which; `homes` says whose they are. The history
    is read once, however many pairs there are."""
    if not pairs:
        return
    first, last = min(day for day, _ in pairs), max(day for _, day in pairs)
    query = (
        "SELECT member_id, layer, since, until FROM insight_layerspan "
        f"WHERE since <= '{last}' AND (until IS NULL OR until > '{first}')"
    )
    parts = list(bulk.copy_out(query, _SPANS))
    session.register("layer_spans", pa.concat_tables(parts) if parts else _SPANS.empty_table())
    for from_on, to_on in pairs:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM insight_layerflow WHERE from_on = %s AND to_on = %s", [from_on, to_on])
        counted = session.sql(_FLOW.format(from_on=from_on, to_on=to_on))
        bulk.copy_in("insight_layerflow", counted.columns, counted.to_arrow_reader(10_000))


_FLOW = """
WITH earlier AS (SELECT member_id, layer FROM layer_spans
                 WHERE since <= DATE '{from_on}' AND (until IS NULL OR until > DATE '{from_on}')),
     later AS (SELECT member_id, layer FROM layer_spans
               WHERE since <= DATE '{to_on}' AND (until IS NULL OR until > DATE '{to_on}'))
SELECT home_store_id AS store_id, DATE '{from_on}' AS from_on, DATE '{to_on}' AS to_on,
       coalesce(earlier.layer, '') AS from_layer, coalesce(later.layer, '') AS to_layer, count(*) AS members
FROM earlier FULL JOIN later USING (member_id) LEFT JOIN homes USING (member_id) GROUP BY ALL"""
