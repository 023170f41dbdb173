"""Items per basket: how much one receipt of a sale holds (joint purchase)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

ITEMS_PER_BASKET = Kpi(
    name="items_per_basket",
    title=N_("Items per basket"),
    question=N_("How many pieces does one receipt hold?"),
    unit=Unit.NUMBER,
    grain=N_("Receipts, by business day"),
    numerator=N_("Pieces sold on the receipts of sales; weighed goods are one piece a line"),
    denominator=N_("Receipts of sales"),
    caveat=N_("A quantity that is no whole number is taken for a weight; goods that came back are not taken off."),
    good_direction=1,
    sql=over_days("sum(items)", "sum(sales)"),
)
