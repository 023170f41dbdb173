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
from huitou.insight.terms import CohortSeen, Flow, NewcomersSeen, Square

TABLES = {
    "kept_squares": ("insight_membersquare", (
        "store_id", "recency", "frequency", "layer", "stage", "members", "receipts", "spend_fen")),
    "kept_cohorts": ("insight_cohort", ("store_id", "month_on", "after", "members")),
    "kept_newcomers": ("insight_newcomers", ("store_id", "month_on", "channel", "source", "members")),
    "kept_baskets": ("insight_layerbasket", ("store_id", "layer", "category", "net_fen")),
}  # fmt: skip
_SPANS = pa.schema([("member_id", pa.int64()), ("layer", pa.string()), ("since", pa.date32()), ("until", pa.date32())])


def _asked(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return cursor.fetchall()


def _place(store_id: int | None) -> tuple[str, list[Any]]:
    return ("true", []) if store_id is None else ("store_id = %s", [store_id])


def squares(store_id: int | None) -> list[Square]:
    place, values = _place(store_id)
    rows = _asked(
        "SELECT recency, frequency, layer, stage, sum(members)::bigint, sum(receipts)::bigint, sum(spend_fen)::bigint "
        f"FROM insight_membersquare WHERE {place} GROUP BY 1, 2, 3, 4",
        *values,
    )
    return [Square(*row) for row in rows]


def cohorts(store_id: int | None) -> list[CohortSeen]:
    place, values = _place(store_id)
    rows = _asked(
        f"SELECT month_on, after, sum(members)::bigint FROM insight_cohort WHERE {place} GROUP BY 1, 2 ORDER BY 1, 2",
        *values,
    )
    return [CohortSeen(*row) for row in rows]


def newcomers(store_id: int | None) -> list[NewcomersSeen]:
    place, values = _place(store_id)
    rows = _asked(
        f"SELECT month_on, store_id, channel, source, members FROM insight_newcomers WHERE {place} ORDER BY 1", *values
    )
    return [NewcomersSeen(*row) for row in rows]


def flows(store_id: int | None) -> list[Flow]:
    place, values = _place(store_id)
    rows = _asked(
        "SELECT from_on, to_on, from_layer, to_layer, sum(members)::bigint FROM insight_layerflow "
        f"WHERE {place} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2",
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
