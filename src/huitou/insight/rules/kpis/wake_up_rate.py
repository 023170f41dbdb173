"""Wake-up rate: which sleepers came back (row N3)."""

from huitou.insight.rules.kpis.kpi import SILENT_MONTHS, Kpi, Unit
from huitou.kernel.errors import N_

# The last day with a sale before the period, where it lies long before: each sleeper once. Three months have 89 days or
# more, and most gaps are shorter.
_SQL = f"""
SELECT period, starts_on, ends_on, cut,
       sum(members) FILTER (next_on <= ends_on) AS numerator, sum(members) AS denominator
FROM (SELECT * FROM gaps WHERE next_on IS NULL OR next_on - business_date >= 89)
JOIN periods ON business_date < starts_on - INTERVAL {SILENT_MONTHS} MONTH
WHERE next_on IS NULL OR next_on >= starts_on
GROUP BY ALL
"""

WAKE_UP_RATE = Kpi(
    name="wake_up_rate",
    title=N_("Wake-up rate"),
    question=N_("Of the members who had been silent for three months, how many bought again?"),
    unit=Unit.RATE,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Of them, members with a sale in the period"),
    denominator=N_("Members whose last sale before the period lies more than three months before its first day"),
    caveat=N_("It counts by the calendar, whatever the cut-offs of the layers say. Longer periods give higher rates."),
    good_direction=1,
    sql=_SQL,
    looks_back=True,
    counts_silence=True,
)
