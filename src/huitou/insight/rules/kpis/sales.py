"""Sales: what customers paid, less what they got back."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

SALES = Kpi(
    name="sales",
    title=N_("Sales"),
    question=N_("How much did customers pay us, less what came back?"),
    unit=Unit.MONEY,
    grain=N_("Receipts, by business day"),
    numerator=N_("Net amount of all receipts, returns taken off"),
    denominator=None,
    caveat=N_(
        "With and without membership, and what points paid as well; a return counts on the day it came back, not on "
        "the day of its sale."
    ),
    good_direction=1,
    sql=over_days("sum(net_fen)"),
)
