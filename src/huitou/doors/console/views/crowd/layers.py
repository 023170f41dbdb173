"""The layers now, and the flow between them month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.views.crowd.flow import FlowWords, flow_chart, newest_days
from huitou.doors.console.views.crowd.view import View, count, members_address
from huitou.insight import service as insight
from huitou.insight.terms.crowd import Flow, Square


def layers(request: HttpRequest, store: int | None, on: date | None) -> View:
    flows = insight.flows(store, on)
    now = by_layer(insight.squares(store, on))
    days, drawn = newest_days(flows)
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
            Column(gettext("Came in"), number=True, phone=False),
            Column(gettext("Went out"), number=True, phone=False),
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
    return flow_chart(
        flows,
        days,
        FlowWords(
            key="flow",
            names={key: gettext(name) for key, name in LAYERS.items()},
            finding=gettext("{count} members changed their layer in the newest span"),
            definition=gettext(
                "Each member's layer on the last day of each month and on the day of the refresh, as it was found "
                "then. Whoever had not bought yet comes from below. The history of layers is kept and never reckoned "
                "anew."
            ),
            then=gettext("Layer then"),
            after=gettext("Layer after"),
        ),
    )
