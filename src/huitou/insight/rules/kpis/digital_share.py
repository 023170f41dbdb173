"""Digital share: what comes by other ways than the till (row N4)."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

DIGITAL_SHARE = Kpi(
    name="digital_share",
    title=N_("Digital share"),
    question=N_("How much of the sales comes through digital channels?"),
    unit=Unit.RATE,
    grain=N_("Receipts, by business day"),
    numerator=N_("Net amount of the receipts of every channel but the till"),
    denominator=N_("Net amount of all receipts"),
    caveat=N_("What is digital is what the source calls its channel; a file without channels is all till."),
    good_direction=1,
    sql=over_days("sum(digital_fen)", "sum(net_fen)"),
    counts_channels=True,
    shares_money=True,
)
