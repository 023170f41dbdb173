"""The stages of the lifecycle by name, what each means, and the colour that draws it."""

from __future__ import annotations

from django.utils.translation import gettext

from huitou.insight import service as insight
from huitou.kernel.errors import N_

STAGES = {
    "new": N_("Newcomers"),
    "active": N_("Active"),
    "won_back": N_("Won back"),
    "at_risk": N_("At risk"),
    "dormant": N_("Dormant"),
    "lost": N_("Lost"),
}
STAGE_COLOURS = {
    "new": "c3", "active": "c1", "won_back": "c4", "at_risk": "c2", "dormant": "dormant", "lost": "line-2",
}  # fmt: skip


def stage_meanings(months: int) -> dict[str, str]:
    """Of each stage, where somebody is dormant after so many months."""
    risk = insight.RISK_DAYS_A_MONTH * months
    return {
        "new": gettext("first purchase within {days} days").format(days=insight.NEW_DAYS),
        "active": gettext("bought within {days} days").format(days=risk),
        "won_back": gettext("was dormant or lost, came back within {months} months, and is not at risk").format(
            months=months
        ),
        "at_risk": gettext("not for {days} days, and not dormant yet").format(days=risk),
        "dormant": gettext("not for {months} months").format(months=months),
        "lost": gettext("not for {months} months").format(months=insight.LOST_TIMES * months),
    }
