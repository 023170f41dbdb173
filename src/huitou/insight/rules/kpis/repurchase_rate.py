"""Repurchase rate: who came back within the period (row N1)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_steps
from huitou.kernel.errors import N_

REPURCHASE_RATE = Kpi(
    name="repurchase_rate",
    title=N_("Repurchase rate"),
    question=N_("Of the members who bought, how many came back in the same period?"),
    unit=Unit.RATE,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Members with sales on two or more days of the period"),
    denominator=N_("Members with sales on at least one day of the period"),
    caveat=N_("Longer periods give higher rates: compare periods of one length only. Two receipts on one day are one."),
    good_direction=1,
    sql=over_steps("sum(members) FILTER (previous_on >= starts_on)", "sum(members)"),
)
