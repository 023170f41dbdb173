"""KPIs, reckoned in the lake's session for many periods and parts at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from huitou.insight.rules.kpis.kpi import SILENT_MONTHS, Kpi
from huitou.insight.rules.periods import Period
from huitou.insight.terms import Cut

TILL = "store"
"""The channel of the tills; every other is digital."""

_VISITS = "SELECT {} AS cut, receipt_id, business_date, member_id, kind, channel, net_fen, items FROM visits"
# A basket bought of a category when a line of it went out.
_BY_CATEGORY = """
SELECT coalesce(split_part(category, '/', 1), '') AS cut, receipt_id, business_date, any_value(member_id) AS member_id,
       CASE WHEN max(quantity_milli) > 0 THEN any_value(kind) ELSE 'return' END AS kind,
       any_value(channel) AS channel, sum(net_fen)::BIGINT AS net_fen,
       sum(CASE WHEN quantity_milli <= 0 THEN 0 WHEN quantity_milli % 1000 = 0 THEN quantity_milli // 1000 ELSE 1 END)
           ::BIGINT AS items
FROM lines {} GROUP BY 1, receipt_id, business_date"""
_PARTS = {
    Cut.CHAIN: _VISITS.format("NULL::VARCHAR"),
    Cut.STORE: _VISITS.format("store_id::VARCHAR"),
    Cut.CHANNEL: _VISITS.format("channel"),
    # `layers` is what is known of members' layers: (member_id, layer).
    Cut.LAYER: _VISITS.format("coalesce(layer, '')") + " LEFT JOIN layers USING (member_id)",
}

_DAY_SUMS = f"""
CREATE OR REPLACE TEMP TABLE day_sums AS
SELECT cut, business_date, sum(net_fen)::BIGINT AS net_fen,
       coalesce(sum(net_fen) FILTER (kind = 'sale'), 0)::BIGINT AS sale_fen, count(*) FILTER (kind = 'sale') AS sales,
       coalesce(sum(items) FILTER (kind = 'sale'), 0)::BIGINT AS items,
       coalesce(sum(net_fen) FILTER (member_id IS NOT NULL), 0)::BIGINT AS member_fen,
       coalesce(sum(net_fen) FILTER (channel <> '{TILL}'), 0)::BIGINT AS digital_fen
FROM cut_visits GROUP BY cut, business_date
"""
_MEMBER_DAYS = """
CREATE OR REPLACE TEMP TABLE member_days AS
SELECT cut, member_id, business_date, lag(business_date) OVER days AS previous_on,
       lead(business_date) OVER days AS next_on
FROM (SELECT DISTINCT cut, member_id, business_date FROM cut_visits WHERE kind = 'sale' AND member_id IS NOT NULL)
WINDOW days AS (PARTITION BY cut, member_id ORDER BY business_date)
"""
_GAPS = """
CREATE OR REPLACE TEMP TABLE gaps AS
SELECT cut, business_date, next_on, count(*) AS members FROM member_days GROUP BY ALL
"""


def values_query(
    session: duckdb.DuckDBPyConnection,
    kpis: Iterable[Kpi],
    periods: Sequence[Period],
    cut: Cut,
) -> str:
    """Prepares what KPIs read, and gives the SQL of their values: (kpi, period, starts_on, ends_on, cut, numerator,
    denominator) for each period and part; the part of the chain itself is null. Holds until the next preparation."""
    asked = list(kpis)
    looks_back = any(kpi.looks_back for kpi in asked)
    last = max(period.ends_on for period in periods)
    first = min(period.starts_on for period in periods)
    within = f"business_date <= DATE '{last}'" + ("" if looks_back else f" AND business_date >= DATE '{first}'")
    parts = _BY_CATEGORY.format(f"WHERE {within}") if cut is Cut.CATEGORY else f"{_PARTS[cut]} WHERE {within}"
    session.execute(f"CREATE OR REPLACE TEMP VIEW cut_visits AS {parts}")
    _prepare_periods(session, periods)
    session.execute(_DAY_SUMS)
    session.execute(_MEMBER_DAYS)
    session.execute(_GAPS)
    found = " UNION ALL ".join(f"SELECT '{kpi.name}' AS kpi, k.* FROM ({kpi.sql}) AS k" for kpi in asked)
    kinds = ", ".join(f"('{kpi.name}', {'true' if kpi.denominator else 'false'})" for kpi in asked)
    places = "SELECT DISTINCT cut FROM day_sums" if cut is not Cut.CHAIN else "SELECT NULL::VARCHAR AS cut"
    # A store that sold nothing in a period has a row that says so: left out, its last good weeks would pass for now.
    return f"""
        WITH found AS ({found}), places AS ({places})
        SELECT k.kpi, p.period, p.starts_on, p.ends_on, s.cut, coalesce(f.numerator, 0)::BIGINT AS numerator,
               CASE WHEN k.is_ratio THEN coalesce(f.denominator, 0)::BIGINT END AS denominator
        FROM (VALUES {kinds}) AS k (kpi, is_ratio) CROSS JOIN periods p CROSS JOIN places s
        LEFT JOIN found f ON f.kpi = k.kpi AND f.period = p.period AND f.starts_on = p.starts_on
             AND f.ends_on = p.ends_on AND f.cut IS NOT DISTINCT FROM s.cut"""


def _prepare_periods(session: duckdb.DuckDBPyConnection, periods: Sequence[Period]) -> None:
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
    session.execute(
        "CREATE OR REPLACE TEMP TABLE period_days AS SELECT *, unnest(generate_series(starts_on, ends_on, "
        "INTERVAL 1 DAY))::DATE AS business_date FROM periods"
    )
    session.execute(
        "CREATE OR REPLACE TEMP TABLE quarter_days AS SELECT *, unnest(generate_series("
        f"ends_on - INTERVAL {2 * SILENT_MONTHS} MONTH + INTERVAL 1 DAY, quarter_ends_on, INTERVAL 1 DAY))::DATE "
        "AS business_date "
        f"FROM (SELECT *, (ends_on - INTERVAL {SILENT_MONTHS} MONTH)::DATE AS quarter_ends_on FROM periods)"
    )
