"""New members: who bought for the first time."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_comings
from huitou.kernel.errors import N_

NEW_MEMBERS = Kpi(
    name="new_members",
    title=N_("New members"),
    question=N_("How many members bought for the first time?"),
    unit=Unit.COUNT,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Members whose first sale of all lies in the period"),
    denominator=None,
    caveat=N_(
        "It counts purchases, not registrations. In a cut by store, channel or category: who is new there, "
        "also if known elsewhere."
    ),
    good_direction=1,
    sql=over_comings("sum(newcomers)"),
    looks_back=True,
)
