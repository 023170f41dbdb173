"""Through which door new members came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said
from huitou.doors.console.gate import every_store
from huitou.doors.console.parts import Chart, Column, Tab, Table
from huitou.doors.console.views.crowd.view import View, address, count, every_month, without_the_beginning
from huitou.insight import service as insight
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_

PARTS_SHOWN = 5
BY = {"channel": N_("By channel"), "store": N_("By store"), "source": N_("By source")}


def newcomers(request: HttpRequest, store: int | None, on: date | None) -> View:
    found = insight.newcomers(store, on)
    by = request.GET.get("by", "")
    by = by if by in BY else "channel"
    stores = every_store(request)
    named = {
        "channel": lambda one: gettext(CHANNEL_NAMES.get(one.channel, one.channel)),
        "store": lambda one: stores[one.store_id].name if one.store_id in stores else "—",
        "source": lambda one: one.source,
    }[by]
    months = every_month({one.month_on for one in found})
    if not months:
        return View(SafeString(), None, "")
    months, foot = without_the_beginning(months, store)
    counts: dict[str, dict[date, int]] = {}
    for one in found:
        if one.month_on < months[0]:
            continue
        part = counts.setdefault(named(one), {})
        part[one.month_on] = part.get(one.month_on, 0) + one.members
    parts = _largest(counts)
    totals = {month: sum(part.get(month, 0) for part in counts.values()) for month in months}
    chart = Chart(
        key="newcomers",
        builder="stack",
        title=gettext("New members by month"),
        about=gettext(BY[by]),
        options={
            "months": [f"{month:%Y-%m}" for month in months],
            "parts": [
                {
                    "name": name,
                    "values": [part.get(month, 0) for month in months],
                    "shown": [count(part.get(month, 0)) for month in months],
                }
                for name, part in parts.items()
            ],
            "totals": [count(totals[month]) for month in months],
        },
        finding=gettext("{count} in the newest month so far").format(count=count(totals[months[-1]])),
        definition=gettext(
            "Members who bought for the first time ever in the month, by the store, the channel and the source of that "
            "first receipt. The newest month goes up to the day of the refresh."
        ),
        table=Table(
            (
                Column(gettext("Month")),
                *(Column(name, number=True) for name in parts),
                Column(gettext("Total"), number=True),
            ),
            [
                (f"{month:%Y-%m}", *(count(part.get(month, 0)) for part in parts.values()), count(totals[month]))
                for month in reversed(months)
            ],
        ),
    )
    tabs = [
        Tab(gettext(name), address(view="new", by=key, store=store, ends=on), current=key == by)
        for key, name in BY.items()
    ]
    return View(
        crowd_said.newcomers(totals, counts), chart, foot, [(gettext("New members by month"), chart.table)], tabs
    )


def _largest(counts: Mapping[str, dict[date, int]]) -> dict[str, dict[date, int]]:
    """The largest parts, and all others as one."""
    order = sorted(counts, key=lambda name: (-sum(counts[name].values()), name))
    if len(order) <= PARTS_SHOWN + 1:
        return {name: counts[name] for name in order}
    rest: dict[date, int] = {}
    for name in order[PARTS_SHOWN:]:
        for month, members in counts[name].items():
            rest[month] = rest.get(month, 0) + members
    return {name: counts[name] for name in order[:PARTS_SHOWN]} | {gettext("Others"): rest}
