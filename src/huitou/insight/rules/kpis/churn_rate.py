"""Churn rate: who stopped buying (row N3)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit
from huitou.kernel.errors import N_

# The last day with a sale of the quarter before: each member once.
_SQL = """
SELECT period, starts_on, ends_on, cut,
       sum(members) FILTER (next_on IS NULL OR next_on > ends_on) AS numerator, sum(members) AS denominator
FROM gaps JOIN quarter_days USING (business_date)
WHERE next_on IS NULL OR next_on > quarter_ends_on
GROUP BY ALL
"""

CHURN_RATE = Kpi(
    name="churn_rate",
    title=N_("Churn rate"),
    question=N_("Of the members who bought in the quarter before, how many have been silent for three months?"),
    unit=Unit.RATE,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Of them, members without a sale in the three months up to the period's end"),
    denominator=N_("Members with a sale in the three months before those"),
    caveat=N_("It looks back six months from the period's last day, whatever the period's length."),
    good_direction=-1,
    sql=_SQL,
    looks_back=True,
    counts_silence=True,
)
