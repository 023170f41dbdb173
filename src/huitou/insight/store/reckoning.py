"""Facts and KPIs reckoned in the lake's session, and written down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.insight.rules import layers
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.periods import Period

_FACTS = pa.schema(
    [
        ("member_id", pa.int64()),
        ("layer", pa.string()),
        ("recency_score", pa.int16()),
        ("frequency_score", pa.int16()),
        ("monetary_score", pa.int16()),
        ("first_purchase_on", pa.date32()),
        ("last_purchase_on", pa.date32()),
        ("receipts_year", pa.int32()),
        ("spend_year_fen", pa.int64()),
        ("as_of", pa.date32()),
    ]
)


def days_known(session: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    """The first and the last business date of the lake; None when it is empty."""
    first, last = session.sql("SELECT min(business_date), max(business_date) FROM lines").fetchall()[0]
    return (first, last) if first is not None else None


def facts(session: duckdb.DuckDBPyConnection, as_of: date) -> pa.Table:
    """RFM and layer of every member who ever bought up to `as_of`, in the columns of members' facts."""
    return session.sql(layers.LAYERED, params={"as_of": as_of}).to_arrow_table().cast(_FACTS)


def prepare_visits(session: duckdb.DuckDBPyConnection, last_day: date) -> None:
    """One row per receipt: what every KPI reads."""
    session.execute(
        "CREATE OR REPLACE TEMP TABLE visits AS SELECT receipt_id, any_value(store_id) AS store_id, "
        "any_value(member_id) AS member_id, any_value(business_date) AS business_date, any_value(kind) AS kind, "
        "sum(net_fen)::BIGINT AS net_fen FROM lines WHERE business_date <= ? GROUP BY receipt_id",
        [last_day],
    )


def kpi_values(session: duckdb.DuckDBPyConnection, kpis: Iterable[Kpi], periods: Sequence[Period]) -> pa.Table:
    """Every KPI of every period, by store and for the chain (store_id null), from the prepared visits."""
    session.register(
        "periods",
        pa.table(
            {
                "period": [period.kind for period in periods],
                "starts_on": pa.array([period.starts_on for period in periods], pa.date32()),
                "ends_on": pa.array([period.ends_on for period in periods], pa.date32()),
            }
        ),
    )
    asked = list(kpis)
    parts = [f"SELECT '{kpi.name}' AS kpi, k.* FROM ({kpi.sql}) AS k" for kpi in asked]
    kinds = ", ".join(f"('{kpi.name}', {'true' if kpi.denominator else 'false'})" for kpi in asked)
    # A store that sold nothing in a period has a row that says so: left out, its last good weeks would pass for now.
    return session.sql(
        f"WITH found AS ({' UNION ALL '.join(parts)}), "
        "places AS (SELECT DISTINCT store_id FROM visits UNION ALL SELECT NULL) "
        "SELECT k.kpi, p.period, p.starts_on, p.ends_on, s.store_id, coalesce(f.numerator, 0) AS numerator, "
        "CASE WHEN k.is_ratio THEN coalesce(f.denominator, 0) END AS denominator "
        f"FROM (VALUES {kinds}) AS k (kpi, is_ratio) CROSS JOIN periods p CROSS JOIN places s "
        "LEFT JOIN found f ON f.kpi = k.kpi AND f.period = p.period AND f.ends_on = p.ends_on "
        "AND f.store_id IS NOT DISTINCT FROM s.store_id"
    ).to_arrow_table()


def replace_kpis(rows: pa.Table) -> None:
    """Swap all kept values for these, in one transaction of the caller."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_kpivalue")
    bulk.copy_in("insight_kpivalue", rows.column_names, rows)


def begin_refresh(as_of: date) -> int:
    """Note the run; runs take turns until their transaction ends."""
    with connection.cursor() as cursor:
        # Two at once would both delete the values that were there, and both insert their own.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('insight refresh'))")
        cursor.execute("INSERT INTO insight_refresh (as_of, steps) VALUES (%s, '[]') RETURNING id", [as_of])
        return cursor.fetchone()[0]


def end_refresh(refresh: int, steps: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE insight_refresh SET ended_at = clock_timestamp(), steps = %s WHERE id = %s",
            [json.dumps(steps), refresh],
        )


def forget_stores(stores: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_kpivalue WHERE store_id = ANY(%s)", [list(stores)])
