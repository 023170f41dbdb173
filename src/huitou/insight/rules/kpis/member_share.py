"""Member share of sales: what members bring."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_days
from huitou.kernel.errors import N_

MEMBER_SHARE = Kpi(
    name="member_share",
    title=N_("Member share of sales"),
    question=N_("How much of the sales comes from members?"),
    unit=Unit.RATE,
    grain=N_("Receipts, by business day"),
    numerator=N_("Net amount of the receipts with a member"),
    denominator=N_("Net amount of all receipts"),
    caveat=N_("A receipt that is claimed later counts from then on, and its day is counted anew."),
    good_direction=1,
    sql=over_days("sum(member_fen)", "sum(net_fen)"),
    shares_money=True,
)
