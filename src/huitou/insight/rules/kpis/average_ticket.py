"""Average ticket: what one receipt of a sale is worth."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

AVERAGE_TICKET = Kpi(
    name="average_ticket",
    title=N_("Average ticket"),
    question=N_("What is one receipt worth?"),
    unit=Unit.MONEY,
    grain=N_("Receipts, by business day"),
    numerator=N_("Net amount of the receipts of sales"),
    denominator=N_("Receipts of sales"),
    caveat=N_("Separate returns are not taken off; a few bulk buyers can pull it up."),
    good_direction=1,
    sql=over_days("sum(sale_fen)", "sum(sales)"),
)
