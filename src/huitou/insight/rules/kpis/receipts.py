"""Receipts: how often somebody paid."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

RECEIPTS = Kpi(
    name="receipts",
    title=N_("Receipts"),
    question=N_("How many times did somebody pay?"),
    unit=Unit.COUNT,
    grain=N_("Receipts, by business day"),
    numerator=N_("Receipts of sales"),
    denominator=None,
    caveat=N_("Receipts that only give goods back are not counted."),
    good_direction=1,
    sql=over_days("sum(sales)"),
)
