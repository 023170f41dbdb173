"""Churn rate: who stopped buying (row N3)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit
from huitou.kernel.errors import N_

SILENT_MONTHS = 3

# One row per member and store, and per member: whoever bought in the three months before the last three.
_SQL = f"""
WITH bought AS (
    SELECT DISTINCT store_id, member_id, business_date FROM visits WHERE kind = 'sale' AND member_id IS NOT NULL
), per_member AS (
    SELECT period, starts_on, ends_on, store_id, member_id,
           count(*) FILTER (business_date > ends_on - INTERVAL {SILENT_MONTHS} MONTH) AS days_since
    FROM bought JOIN periods ON business_date > ends_on - INTERVAL {2 * SILENT_MONTHS} MONTH
                            AND business_date <= ends_on
    GROUP BY GROUPING SETS ((period, starts_on, ends_on, store_id, member_id), (period, starts_on, ends_on, member_id))
    HAVING count(*) FILTER (business_date <= ends_on - INTERVAL {SILENT_MONTHS} MONTH) > 0
)
SELECT period, starts_on, ends_on, store_id, count(*) FILTER (days_since = 0)::BIGINT AS numerator,
       count(*)::BIGINT AS denominator
FROM per_member GROUP BY period, starts_on, ends_on, store_id
"""

CHURN_RATE = Kpi(
    name="churn_rate",
    title=N_("Churn rate"),
    question=N_("Of the members who bought in the quarter before, how many have been silent for three months?"),
    unit=Unit.RATE,
    numerator=N_("Of them, members without a sale in the three months up to the period's end"),
    denominator=N_("Members with a sale in the three months before those"),
    caveat=N_("It looks back six months from the period's last day, whatever the period's length."),
    good_direction=-1,
    sql=_SQL,
)
