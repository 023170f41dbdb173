"""Stages of the lifecycle month by month: where each member stood at each month's end, and who moved.

A stage follows from the days of purchases alone (`members.terms.stage_of`), so its history is reckoned and not written
down as it was called: a late receipt, a claim or a merge changes it where it has to.
"""

from __future__ import annotations

from datetime import date

from huitou.insight.rules.periods import ONE_DAY
from huitou.members.terms import came_back_sql, months_before, staged_sql

FORM = "1"


def on_day_sql(day: date, dormant_months: int, since: date | None) -> str:
    """(member_id, stage) on the evening of `day`, of everybody who had bought by then. Up to the day `since`,
    `standing` stands for single visits, where that lies far enough back."""
    newest = f"business_date > DATE '{day}' - INTERVAL {int(dormant_months)} MONTH"
    read = f"kind = 'sale' AND member_id IS NOT NULL AND business_date <= DATE '{day}'"
    known = ""
    if since is not None and since <= months_before(day, dormant_months):
        read += f" AND business_date > DATE '{since}'"
        known = "UNION ALL SELECT member_id, first_on, last_on, NULL, last_on FROM standing"
    return f"""
SELECT member_id, {staged_sql(day, dormant_months)} AS stage FROM (
    SELECT member_id, min(first_on) AS first_purchase_on, max(last_on) AS last_purchase_on,
           {came_back_sql(dormant_months)} AS came_back_on
    FROM (SELECT member_id, min(business_date) AS first_on, max(business_date) AS last_on,
                 min(business_date) FILTER ({newest}) AS back_on, max(business_date) FILTER (NOT {newest}) AS gone_on
          FROM visits WHERE {read} GROUP BY member_id {known})
    GROUP BY member_id)"""


def moved_sql(day: date) -> str:
    """(member_id, on_day, stage, before) of those whose stage on `day` is another than before: `stages_now` beside
    `stages_then`. '' is before the first purchase."""
    return f"""
SELECT n.member_id, DATE '{day}' AS on_day, n.stage, coalesce(t.stage, '') AS before
FROM stages_now n LEFT JOIN stages_then t USING (member_id) WHERE n.stage IS DISTINCT FROM t.stage"""


def flow_sql(from_on: date, to_on: date) -> str:
    """(store_id, from_on, to_on, from_stage, to_stage, members) by home store, who stayed among them."""
    return f"""
SELECT home_store_id AS store_id, DATE '{from_on}' AS from_on, DATE '{to_on}' AS to_on,
       coalesce(t.stage, '') AS from_stage, n.stage AS to_stage, count(*) AS members
FROM stages_now n LEFT JOIN stages_then t USING (member_id) LEFT JOIN homes USING (member_id) GROUP BY ALL"""


def standing_after_sql(moves: str) -> str:
    """(member_id, stage) after all these moves."""
    return f"SELECT member_id, arg_max(stage, on_day) AS stage FROM {moves} GROUP BY member_id"


def month_before(day: date) -> date:
    """The end of the month before that of `day`."""
    return day.replace(day=1) - ONE_DAY
