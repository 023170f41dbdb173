"""Repurchase cycle: how many days lie between two purchases (row N5)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_comings
from huitou.kernel.errors import N_

REPURCHASE_CYCLE = Kpi(
    name="repurchase_cycle",
    title=N_("Repurchase cycle"),
    question=N_("How many days pass between two purchases of a member?"),
    unit=Unit.DAYS,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Days between each purchase in the period and the one before it, added up"),
    denominator=N_("Purchases in the period that had one before them"),
    caveat=N_(
        "A mean: one who comes back after a year weighs as much as twelve who come monthly. "
        "Two receipts on one day are one purchase."
    ),
    good_direction=-1,
    sql=over_comings("sum(waited_days)", "sum(came_back)"),
    looks_back=True,
)
