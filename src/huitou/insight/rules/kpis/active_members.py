"""Active members: who bought in the period."""

from huitou.insight.rules.kpis.kpi import Kpi, Unit, over_gaps
from huitou.kernel.errors import N_

ACTIVE_MEMBERS = Kpi(
    name="active_members",
    title=N_("Active members"),
    question=N_("How many members bought something?"),
    unit=Unit.COUNT,
    grain=N_("Members and the days on which they bought"),
    numerator=N_("Members with at least one sale in the period"),
    denominator=None,
    caveat=N_("A member who bought in two stores counts once for the chain and once for each store."),
    good_direction=1,
    # Each member once: on the last such day of the period.
    sql=over_gaps("sum(members)", where="next_on IS NULL OR next_on > ends_on"),
)
