"""The festivals that a chart over time shows as bands with their names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from huitou.kernel.errors import N_
from huitou.kernel.festivals import festivals_between

SHOWN = {
    "春节": N_("Spring Festival"),
    "618": N_("618"),
    "中秋节": N_("Mid-Autumn"),
    "国庆节": N_("National Day"),
    "双11": N_("Double 11"),
}
"""Those that move a supermarket's month, by their shortest name."""


def festival_bands(days: Sequence[date], step_days: int, *, days_begin: bool) -> list[dict[str, Any]]:
    """Where festivals lie between the points of a chart, which stand `step_days` apart: each with its name and the
    points before and after it. A point's day ends its days, or (`days_begin`) begins them."""
    if not days:
        return []
    step = timedelta(days=step_days)
    first = days[0] if days_begin else days[0] - step + timedelta(days=1)
    last = days[-1] + step - timedelta(days=1) if days_begin else days[-1]
    bands = []
    for one in festivals_between(first, last):
        if one.key not in SHOWN:
            continue
        begins = max(0, (one.first - first).days // step_days)
        ends = min(len(days) - 1, (one.last - first).days // step_days)
        shift = 0 if days_begin else -1
        bands.append(
            {
                "from": max(0, begins + shift),
                "to": min(len(days) - 1, ends + shift + 1),
                "name": gettext(SHOWN[one.key]),
            }
        )
    return [band for band in bands if band["from"] < band["to"]]
