"""The layers now, and the flow between them month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.views.crowd.view import View, count, members_address
from huitou.insight import service as insight
from huitou.insight.terms import Flow, Square

FLOW_DAYS, FLOW_DAYS_ON_A_PHONE = 4, 2


def layers(request: HttpRequest, store: int | None, on: date | None) -> View:
    flows = insight.flows(store, on)
    now = by_layer(insight.squares(store, on))
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
                Cell(gettext(LAYERS[key]), members_address(store, layer=key), layer=key),
                count(members),
                f"{figures.rate_of(members, people)}%",
                figures.money_in_whole(fen),
                f"{figures.rate_of(fen, spend)}%",
                count(sum(f.members for f in newest if f.to_layer == key != f.from_layer)),
                count(sum(f.members for f in newest if f.from_layer == key != f.to_layer)),
            )
            for key, (members, fen) in now.items()
        ],
        (gettext("Total"), count(people), "100%", figures.money_in_whole(spend), "100%", "", ""),
    )
    foot = gettext(
        "Layers by the cut-offs in force when they were counted, by home store; what came in and went out is since the "
        "end of the last month."
    )
    return View(crowd_said.flow(now, newest), chart, foot, [(gettext("Layers now"), table)])


def by_layer(squares: Sequence[Square]) -> dict[str, tuple[int, int]]:
    return {
        key: (
            sum(one.members for one in squares if one.layer == key),
            sum(one.spend_fen for one in squares if one.layer == key),
        )
        for key in LAYERS
    }


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
            "counts": {f"{day}|{key}": count(members) for (day, key), members in standing.items()},
            "nodes": [
                [day, key, members]
                for (day, key), members in sorted(standing.items(), key=lambda one: (one[0][0], order.index(one[0][1])))
            ],
            "bands": [
                [place[flow.from_on], flow.from_layer, flow.to_layer, flow.members, count(flow.members)]
                for flow in sorted(flows, key=lambda f: (f.from_on, order.index(f.from_layer), order.index(f.to_layer)))
            ],
            "unit": gettext("members"),
        },
        finding=gettext("{count} members changed their layer in the newest span").format(
            count=count(sum(flow.members for flow in newest))
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
                    count(flow.members),
                )
                for flow in reversed(flows)
            ],
        ),
    )
