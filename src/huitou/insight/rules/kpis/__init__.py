"""Every KPI, one file each. A new one is a file and a line here; pages, docs and the command line follow."""

from huitou.insight.rules.kpis.active_members import ACTIVE_MEMBERS
from huitou.insight.rules.kpis.average_ticket import AVERAGE_TICKET
from huitou.insight.rules.kpis.churn_rate import CHURN_RATE
from huitou.insight.rules.kpis.digital_share import DIGITAL_SHARE
from huitou.insight.rules.kpis.items_per_basket import ITEMS_PER_BASKET
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.kpis.member_share import MEMBER_SHARE
from huitou.insight.rules.kpis.new_members import NEW_MEMBERS
from huitou.insight.rules.kpis.receipts import RECEIPTS
from huitou.insight.rules.kpis.repurchase_cycle import REPURCHASE_CYCLE
from huitou.insight.rules.kpis.repurchase_rate import REPURCHASE_RATE
from huitou.insight.rules.kpis.sales import SALES
from huitou.insight.rules.kpis.wake_up_rate import WAKE_UP_RATE

KPIS: dict[str, Kpi] = {
    kpi.name: kpi
    for kpi in (
        SALES,
        RECEIPTS,
        AVERAGE_TICKET,
        ITEMS_PER_BASKET,
        ACTIVE_MEMBERS,
        NEW_MEMBERS,
        REPURCHASE_RATE,
        REPURCHASE_CYCLE,
        CHURN_RATE,
        WAKE_UP_RATE,
        MEMBER_SHARE,
        DIGITAL_SHARE,
    )
}
