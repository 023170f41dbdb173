"""All members together: the flow between layers, the map of recency and frequency, cohorts, stages, new members.

Each view is one chart with its finding, and stands in the address (`?view=cohorts&store=3`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import crowd_said, figures
from huitou.doors.console.gate import asked_place, every_store, last_refresh, needs
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Tab, Table
from huitou.doors.console.views.member import CHANNEL_NAMES
from huitou.insight import service as insight
from huitou.insight.terms import Flow, Square
from huitou.kernel.errors import N_

VIEWS = {
    "layers": N_("Layers and their flow"),
    "rfm": N_("Recency and frequency"),
    "cohorts": N_("Coming back"),
    "stages": N_("Lifecycle"),
    "new": N_("New members"),
}
STAGES = {
    "new": N_("Newcomers"),
    "active": N_("Active"),
    "at_risk": N_("At risk"),
    "dormant": N_("Dormant"),
    "lost": N_("Lost"),
}
FLOW_DAYS, FLOW_DAYS_ON_A_PHONE = 4, 2
FEWEST = 20
"""Of fewer people a share says nothing: its square is grey."""
PARTS_SHOWN = 5
BY = {"channel": N_("By channel"), "store": N_("By store"), "source": N_("By source")}
_TABLE_ROWS = 13
_SUMMED = ("members", "receipts", "spend_fen")


@dataclass(frozen=True, slots=True)
class View:
    """What a view shows; `chart` is None where there is nothing to draw yet."""

    finding: SafeString
    chart: Chart | None
    foot: str
    below: Sequence[tuple[str, Table]] = ()
    tabs: Sequence[Tab] = ()


@require_safe
@needs(Right.SEE_OVERVIEW)
def crowd(request: HttpRequest) -> HttpResponse:
    seen, store = asked_place(request)
    name = request.GET.get("view", "")
    name = name if name in VIEWS else "layers"
    refreshed = last_refresh(request)
    shown = _BUILT[name](request, store) if refreshed else None
    facts = {
        "stores": seen.values(),
        "store": store,
        "whole_chain": access.scope_of(request.user).everything,
        "refreshed": refreshed,
        "view": name,
        "views": [
            Tab(gettext(title), _address(view=key, store=store), current=key == name) for key, title in VIEWS.items()
        ],
        "shown": shown,
        "chart": shown.chart if shown else None,
        "empty": shown is None or shown.chart is None,
    }
    return render(request, "console/crowd.html", facts)


def _address(**asked: Any) -> str:
    given = {key: str(value) for key, value in asked.items() if value not in (None, "")}
    return f"{reverse('console:crowd')}?{urlencode(given)}"


def _count(number: int) -> str:
    return figures.rounded(number, 0)


def _layers(request: HttpRequest, store: int | None) -> View:
    flows = insight.flows(store)
    now = _by_layer(insight.squares(store))
    days = sorted({flow.from_on for flow in flows} | {flow.to_on for flow in flows})[-FLOW_DAYS:]
    drawn = [flow for flow in flows if flow.from_on in days and flow.to_on in days and flow.to_layer]
    chart = _flow_chart(drawn, days) if len(days) > 1 else None
    newest = [flow for flow in flows if days and flow.to_on == days[-1] and flow.to_layer]
    people = sum(members for members, _ in now.values())
    spend = sum(fen for _, fen in now.values())
    table = Table(
        (
            Column(gettext("Layer")),
            Column(gettext("Members"), number=True),
            Column(gettext("Share"), number=True),
            Column(f"{gettext('Spend, 12 months')} ({figures.currency()})", number=True),
            Column(gettext("Share"), number=True, phone=False),
            Column(gettext("came in"), number=True),
            Column(gettext("went out"), number=True),
        ),
        [
            (
                Cell(gettext(LAYERS[key]), _members(store, layer=key), layer=key),
                _count(members),
                f"{figures.rate_of(members, people)}%",
                figures.money_in_whole(fen),
                f"{figures.rate_of(fen, spend)}%",
                _count(sum(f.members for f in newest if f.to_layer == key != f.from_layer)),
                _count(sum(f.members for f in newest if f.from_layer == key != f.to_layer)),
            )
            for key, (members, fen) in now.items()
        ],
        (gettext("Total"), _count(people), "100%", figures.money_in_whole(spend), "100%", "", ""),
    )
    foot = gettext(
        "Layers by the cut-offs in force when they were counted, by home store; what came in and went out is since the "
        "end of the last month."
    )
    return View(crowd_said.flow(now, newest), chart, foot, [(gettext("Layers now"), table)])


def _by_layer(squares: Sequence[Square]) -> dict[str, tuple[int, int]]:
    return {
        key: (
            sum(one.members for one in squares if one.layer == key),
            sum(one.spend_fen for one in squares if one.layer == key),
        )
        for key in LAYERS
    }


def _members(store: int | None, **asked: Any) -> str:
    given = {key: str(value) for key, value in (asked | {"store": store}).items() if value not in (None, "")}
    return f"{reverse('console:members')}?{urlencode(given)}"


def _flow_chart(flows: Sequence[Flow], days: Sequence[date]) -> Chart:
    place = {day: number for number, day in enumerate(days)}
    standing: dict[tuple[int, str], int] = {}
    for flow in flows:
        from_key, to_key = (place[flow.from_on], flow.from_layer), (place[flow.to_on], flow.to_layer)
        if flow.from_on == days[0] or not flow.from_layer:
            standing[from_key] = standing.get(from_key, 0) + flow.members
        standing[to_key] = standing.get(to_key, 0) + flow.members
    order = [*LAYERS, ""]
    names = {**{key: gettext(name) for key, name in LAYERS.items()}, "": gettext("Not yet a buyer")}
    moved = [flow for flow in flows if flow.from_layer != flow.to_layer]
    newest = sorted((flow for flow in moved if flow.to_on == days[-1]), key=lambda flow: -flow.members)
    return Chart(
        key="flow",
        builder="flow",
        title=gettext("Who went where"),
        about=gettext("from each month's end to the next, and up to now"),
        options={
            "days": [figures.day(day) for day in days],
            "phone": FLOW_DAYS_ON_A_PHONE,
            "layers": [[key, names[key]] for key in order],
            "counts": {f"{day}|{key}": _count(members) for (day, key), members in standing.items()},
            "nodes": [
                [day, key, members]
                for (day, key), members in sorted(standing.items(), key=lambda one: (one[0][0], order.index(one[0][1])))
            ],
            "bands": [
                [place[flow.from_on], flow.from_layer, flow.to_layer, flow.members, _count(flow.members)]
                for flow in sorted(flows, key=lambda f: (f.from_on, order.index(f.from_layer), order.index(f.to_layer)))
            ],
            "unit": gettext("members"),
        },
        finding=gettext("{count} members changed their layer in the newest span").format(
            count=_count(sum(flow.members for flow in newest))
        ),
        definition=gettext(
            "Each member's layer on the last day of each month and on the day of the refresh, as it was found then. "
            "Whoever had not bought yet comes from below. The history of layers is kept and never reckoned anew."
        ),
        table=Table(
            (
                Column(gettext("From")),
                Column(gettext("Up to")),
                Column(gettext("Layer then")),
                Column(gettext("Layer after")),
                Column(gettext("Members"), number=True),
            ),
            [
                (
                    flow.from_on.isoformat(),
                    flow.to_on.isoformat(),
                    names[flow.from_layer],
                    names[flow.to_layer],
                    _count(flow.members),
                )
                for flow in reversed(flows)
            ],
        ),
    )


def _rfm(request: HttpRequest, store: int | None) -> View:
    squares = insight.squares(store)
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for one in squares:
        members, fen = counted.get((one.recency, one.frequency), (0, 0))
        counted[one.recency, one.frequency] = (members + one.members, fen + one.spend_fen)
    people, spend = sum(m for m, _ in counted.values()), sum(fen for _, fen in counted.values())
    if not people:
        return View(SafeString(), None, "")
    cells, places, rows = [], {}, []
    for recency in range(5, 0, -1):
        for frequency in range(1, 6):
            members, fen = counted.get((recency, frequency), (0, 0))
            at = _members(store, r=recency, f=frequency)
            money = f"{figures.money_in_whole(fen)} {figures.currency()}"
            tip = [
                [gettext("Members"), f"{_count(members)} · {figures.rate_of(members, people)}%"],
                [gettext("Spend, 12 months"), f"{money} · {figures.rate_of(fen, spend)}%"],
            ]
            cells.append(
                [frequency - 1, 5 - recency, members, _count(members), [f"R{recency} F{frequency}", tip], False]
            )
            places[f"{frequency - 1},{5 - recency}"] = at
            rows.append(
                (
                    f"R{recency}",
                    f"F{frequency}",
                    Cell(_count(members), at),
                    f"{figures.rate_of(members, people)}%",
                    figures.money_in_whole(fen),
                    f"{figures.rate_of(fen, spend)}%",
                )
            )
    chart = Chart(
        key="rfm",
        builder="squares",
        title=gettext("Recency by frequency"),
        about=gettext("members in each square; click one to see who they are"),
        options={
            "rows": [f"R{score}" for score in range(5, 0, -1)],
            "columns": [f"F{score}" for score in range(1, 6)],
            "cells": cells,
            "high": max(members for members, _ in counted.values()),
            "places": places,
            "across": gettext("how often, 12 months: rarely to often"),
        },
        finding=gettext("{count} members in 25 squares").format(count=_count(people)),
        definition=gettext(
            "R is how recently a member bought, F how many receipts they have in 12 months, each scored 1 to 5 by the "
            "cut-offs: R5 bought last, F5 buys most often. Members with equal values have equal scores."
        ),
        table=Table(
            (
                Column("R"),
                Column("F"),
                Column(gettext("Members"), number=True),
                Column(gettext("Share"), number=True),
                Column(f"{gettext('Spend, 12 months')} ({figures.currency()})", number=True),
                Column(gettext("Share"), number=True, phone=False),
            ),
            rows,
        ),
    )
    return View(
        crowd_said.rfm(counted), chart, gettext("By home store. Spend is that of 12 months in the whole chain.")
    )


def _cohorts(request: HttpRequest, store: int | None) -> View:
    found = insight.cohorts(store)
    base = {one.month_on: one.members for one in found if one.after == 0}
    months = _every_month(base)
    refreshed = last_refresh(request)
    if not months or refreshed is None:
        return View(SafeString(), None, "")
    came = {(one.month_on, one.after): one.members for one in found}
    last = refreshed.as_of
    span = max(_months_between(month, last) for month in months)
    cells, rows = [], []
    for row, month in enumerate(months):
        texts = []
        for after in range(1, span + 1):
            if after > _months_between(month, last) or month not in base:
                texts.append("")
                continue
            members, of = came.get((month, after), 0), base[month]
            running, few = after == _months_between(month, last), of < FEWEST
            share = figures.rate_of(members, of)
            texts.append(f"{share}%")
            tip = [
                [gettext("bought in month {after}").format(after=after), f"{_count(members)} · {share}%"],
                [gettext("of"), _count(of)],
                *([[gettext("Note"), gettext("the month is not over")]] if running else []),
                *([[gettext("Note"), gettext("too few to tell")]] if few else []),
            ]
            shown = figures.rounded(Fraction(members * 100, of), 0)
            cells.append([after - 1, row, round(members * 100 / of, 1), shown, [f"{month:%Y-%m}", tip], few or running])
        rows.append((f"{month:%Y-%m}", _count(base.get(month, 0)), *texts))
    told = [cell[2] for cell in cells if not cell[5]]
    chart = Chart(
        key="cohorts",
        builder="squares",
        title=gettext("Who came back"),
        about=gettext("of those who bought first in a month, per cent who bought in the nth month after"),
        options={
            "rows": [f"{month:%Y-%m}  {_count(base.get(month, 0))}" for month in months],
            "columns": [str(after) for after in range(1, span + 1)],
            "cells": cells,
            "high": max(told, default=1) or 1,
            "low": min(told, default=0) * 0.8,
            "across": gettext("months after the first purchase"),
        },
        finding=gettext("{count} months of new members").format(count=len(months)),
        definition=gettext(
            "A member belongs to the month of their first purchase ever; the number beside it is how many they are. A "
            "square is the share of them with a purchase in that month. Grey: fewer than {fewest} people, or a month "
            "that is not over."
        ).format(fewest=FEWEST),
        table=Table(
            (
                Column(gettext("First purchase in")),
                Column(gettext("Members"), number=True),
                *(Column(str(after), number=True) for after in range(1, span + 1)),
            ),
            rows,
        ),
    )
    return View(crowd_said.cohorts(found, last), chart, gettext("By home store."))


def _every_month(found: Collection[date]) -> list[date]:
    """Also those in which nobody came: a month that is missing would look like a month that never was."""
    if not found:
        return []
    first, last = min(found), max(found)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers][-_TABLE_ROWS:]


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _stages(request: HttpRequest, store: int | None) -> View:
    squares = insight.squares(store)
    counted = {
        key: [sum(getattr(one, what) for one in squares if one.stage == key) for what in _SUMMED] for key in STAGES
    }
    people = sum(members for members, *_ in counted.values())
    if not people:
        return View(SafeString(), None, "")
    months = insight.cut_offs().cut_offs.dormant_after_months
    meanings = {
        "new": gettext("first purchase within {days} days").format(days=insight.NEW_DAYS),
        "active": gettext("bought within {days} days").format(days=insight.RISK_DAYS_A_MONTH * months),
        "at_risk": gettext("not for {days} days, and not dormant yet").format(days=insight.RISK_DAYS_A_MONTH * months),
        "dormant": gettext("not for {months} months").format(months=months),
        "lost": gettext("not for {months} months").format(months=insight.LOST_TIMES * months),
    }
    spend = sum(fen for *_, fen in counted.values())
    table = Table(
        (
            Column(gettext("Stage")),
            Column(gettext("Meaning"), phone=False),
            Column(gettext("Members"), number=True),
            Column(gettext("Share"), number=True),
            Column(gettext("Receipts, 12 months"), number=True, phone=False),
            Column(f"{gettext('Spend, 12 months')} ({figures.currency()})", number=True),
            Column(gettext("Share"), number=True, phone=False),
        ),
        [
            (
                gettext(STAGES[key]),
                meanings[key],
                _count(members),
                f"{figures.rate_of(members, people)}%",
                _count(bought),
                figures.money_in_whole(fen),
                f"{figures.rate_of(fen, spend)}%",
            )
            for key, (members, bought, fen) in counted.items()
        ],
        (
            gettext("Total"),
            "",
            _count(people),
            "100%",
            _count(sum(row[1] for row in counted.values())),
            figures.money_in_whole(spend),
            "100%",
        ),
    )
    by_layer = {
        (stage, layer): sum(one.members for one in squares if one.stage == stage and one.layer == layer)
        for stage in STAGES
        for layer in LAYERS
    }
    chart = Chart(
        key="stages",
        builder="stack",
        title=gettext("Where members stand on their way"),
        about=gettext("by stage, split by layer"),
        options={
            "months": [gettext(name) for name in STAGES.values()],
            "parts": [
                {
                    "name": gettext(name),
                    "colour": layer,
                    "values": [by_layer[stage, layer] for stage in STAGES],
                    "shown": [_count(by_layer[stage, layer]) for stage in STAGES],
                }
                for layer, name in LAYERS.items()
            ],
            "totals": [_count(counted[stage][0]) for stage in STAGES],
        },
        height="mid",
        finding=gettext("{count} members").format(count=_count(people)),
        definition="; ".join(f"{gettext(STAGES[key])}: {meaning}" for key, meaning in meanings.items()),
        table=table,
    )
    foot = gettext(
        "These five stages follow from the cut-offs of layers and the days of the first and last purchase. The stages "
        "in full, with who moved from one to the next, come with segments."
    )
    return View(crowd_said.stages(counted), chart, foot, [(gettext("Stages"), table)])


def _new(request: HttpRequest, store: int | None) -> View:
    found = insight.newcomers(store)
    by = request.GET.get("by", "")
    by = by if by in BY else "channel"
    stores = every_store(request)
    named = {
        "channel": lambda one: gettext(CHANNEL_NAMES.get(one.channel, one.channel)),
        "store": lambda one: stores[one.store_id].name if one.store_id in stores else "—",
        "source": lambda one: one.source,
    }[by]
    months = _every_month({one.month_on for one in found})
    if not months:
        return View(SafeString(), None, "")
    counts: dict[str, dict[date, int]] = {}
    for one in found:
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
                    "shown": [_count(part.get(month, 0)) for month in months],
                }
                for name, part in parts.items()
            ],
            "totals": [_count(totals[month]) for month in months],
        },
        finding=gettext("{count} in the newest month so far").format(count=_count(totals[months[-1]])),
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
                (f"{month:%Y-%m}", *(_count(part.get(month, 0)) for part in parts.values()), _count(totals[month]))
                for month in reversed(months)
            ],
        ),
    )
    tabs = [
        Tab(gettext(name), _address(view="new", by=key, store=store), current=key == by) for key, name in BY.items()
    ]
    return View(crowd_said.newcomers(totals, counts), chart, "", [(gettext("New members by month"), chart.table)], tabs)


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


_BUILT = {"layers": _layers, "rfm": _rfm, "cohorts": _cohorts, "stages": _stages, "new": _new}
