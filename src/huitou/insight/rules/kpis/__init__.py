"""Every KPI, one file each. A new one is a file and a line here; pages, docs and the command line follow."""

from huitou.insight.rules.kpis.active_members import ACTIVE_MEMBERS
from huitou.insight.rules.kpis.average_ticket import AVERAGE_TICKET
from huitou.insight.rules.kpis.churn_rate import CHURN_RATE
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.kpis.receipts import RECEIPTS
from huitou.insight.rules.kpis.repurchase_rate import REPURCHASE_RATE
from huitou.insight.rules.kpis.sales import SALES

KPIS: dict[str, Kpi] = {
    kpi.name: kpi for kpi in (SALES, RECEIPTS, AVERAGE_TICKET, ACTIVE_MEMBERS, REPURCHASE_RATE, CHURN_RATE)
}
