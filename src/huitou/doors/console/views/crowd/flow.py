"""Who went from where to where, from one day to the next: drawn as columns with bands between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.views.crowd.view import count
from huitou.insight.terms.crowd import Flow

FLOW_DAYS, FLOW_DAYS_ON_A_PHONE = 4, 2


@dataclass(frozen=True, slots=True)
class FlowWords:
    """What a flow says of itself: the names of its places in their order, and the colours where these are not layers.
    `finding` has a place for {count}."""

    key: str
    names: Mapping[str, str]
    finding: str
    definition: str
    then: str
    after: str
    colours: Mapping[str, str] = field(default_factory=dict)


def newest_days(flows: Sequence[Flow]) -> tuple[list[date], list[Flow]]:
    """The days that are drawn, and what went between them."""
    days = sorted({flow.from_on for flow in flows} | {flow.to_on for flow in flows})[-FLOW_DAYS:]
    return days, [flow for flow in flows if flow.from_on in days and flow.to_on in days and flow.to_layer]


def flow_chart(flows: Sequence[Flow], days: Sequence[date], words: FlowWords) -> Chart:
    place = {day: number for number, day in enumerate(days)}
    standing: dict[tuple[int, str], int] = {}
    for flow in flows:
        from_key, to_key = (place[flow.from_on], flow.from_layer), (place[flow.to_on], flow.to_layer)
        if flow.from_on == days[0] or not flow.from_layer:
            standing[from_key] = standing.get(from_key, 0) + flow.members
        standing[to_key] = standing.get(to_key, 0) + flow.members
    order = [*words.names, ""]
    names = {**words.names, "": gettext("Not yet a buyer")}
    moved = [flow for flow in flows if flow.from_layer != flow.to_layer and flow.to_on == days[-1]]
    options = {
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
        "colours": dict(words.colours),
    }
    return Chart(
        key=words.key,
        builder="flow",
        title=gettext("Who went where"),
        about=gettext("from each month's end to the next, and up to now"),
        options=options,
        finding=words.finding.format(count=count(sum(flow.members for flow in moved))),
        definition=words.definition,
        table=_table(flows, words, names),
    )


def _table(flows: Sequence[Flow], words: FlowWords, names: Mapping[str, str]) -> Table:
    return Table(
        (
            Column(gettext("From")),
            Column(gettext("Up to")),
            Column(words.then),
            Column(words.after),
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
    )
