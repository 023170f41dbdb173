"""Where members stand on their way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.stages import STAGES, stage_meanings
from huitou.doors.console.views.crowd.view import View, count
from huitou.insight import service as insight
from huitou.insight.terms.crowd import Square

_SUMMED = ("members", "receipts", "spend_fen")


def stages(request: HttpRequest, store: int | None, on: date | None) -> View:
    squares = insight.squares(store, on)
    counted = {
        key: [sum(getattr(one, what) for one in squares if one.stage == key) for what in _SUMMED] for key in STAGES
    }
    people = sum(members for members, *_ in counted.values())
    if not people:
        return View(SafeString(), None, "")
    meanings = stage_meanings(insight.cut_offs().cut_offs.dormant_after_months)
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
                count(members),
                f"{figures.rate_of(members, people)}%",
                count(bought),
                figures.money_in_whole(fen),
                f"{figures.rate_of(fen, spend)}%",
            )
            for key, (members, bought, fen) in counted.items()
        ],
        (
            gettext("Total"),
            "",
            count(people),
            "100%",
            count(sum(row[1] for row in counted.values())),
            figures.money_in_whole(spend),
            "100%",
        ),
    )
    chart = _chart(squares, counted, people, meanings, table)
    foot = gettext(
        "Stages follow from the days of purchases and from when the cut-offs call somebody dormant. Who moved from one "
        "to the next stands under moves between stages."
    )
    return View(crowd_said.stages(counted), chart, foot, [(gettext("Stages"), table)])


def _chart(
    squares: Sequence[Square],
    counted: Mapping[str, Sequence[int]],
    people: int,
    meanings: Mapping[str, str],
    table: Table,
) -> Chart:
    by_layer = {
        (stage, layer): sum(one.members for one in squares if one.stage == stage and one.layer == layer)
        for stage in STAGES
        for layer in LAYERS
    }
    return Chart(
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
                    "shown": [count(by_layer[stage, layer]) for stage in STAGES],
                }
                for layer, name in LAYERS.items()
            ],
            "totals": [count(counted[stage][0]) for stage in STAGES],
        },
        height="mid",
        finding=gettext("{count} members").format(count=count(people)),
        definition="; ".join(f"{gettext(STAGES[key])}: {meaning}" for key, meaning in meanings.items()),
        table=table,
    )
