"""Who moved from which stage of the lifecycle to which, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.parts import Column, Table
from huitou.doors.console.stages import STAGE_COLOURS, STAGES, stage_meanings
from huitou.doors.console.views.crowd.flow import FlowWords, flow_chart, newest_days
from huitou.doors.console.views.crowd.view import View, count
from huitou.insight import service as insight
from huitou.insight.terms.crowd import Flow

MONTHS_IN_TABLE = 13


def moves(request: HttpRequest, store: int | None, on: date | None) -> View:
    flows = insight.stage_flows(store, on)
    days, drawn = newest_days(flows)
    if len(days) < 2:
        return View(SafeString(), None, "")
    names = {key: gettext(name) for key, name in STAGES.items()}
    meanings = stage_meanings(insight.cut_offs().cut_offs.dormant_after_months)
    words = FlowWords(
        key="moves",
        names=names,
        colours=STAGE_COLOURS,
        finding=gettext("{count} members are in another stage than at the end of the last month"),
        definition="; ".join(f"{names[key]}: {meaning}" for key, meaning in meanings.items()),
        then=gettext("Stage then"),
        after=gettext("Stage after"),
    )
    spans = sorted({(flow.from_on, flow.to_on) for flow in flows})[-MONTHS_IN_TABLE:]
    foot = gettext(
        "By the cut-offs in force, at each month's end and on the day of the refresh, by home store. What comes in "
        "late moves the months that it lies in: a stage follows from the days of purchases alone."
    )
    below = [
        (gettext("From stage to stage in the newest span"), _matrix(flows, spans[-1])),
        (gettext("Month by month"), _months(flows, spans)),
    ]
    last_whole = [flow for flow in flows if (flow.from_on, flow.to_on) == (spans[-2] if len(spans) > 1 else spans[-1])]
    return View(crowd_said.moves(last_whole), flow_chart(drawn, days, words), foot, below)


def _matrix(flows: Sequence[Flow], span: tuple[date, date]) -> Table:
    """Rows: where they stood; columns: where they stand."""
    found = {(f.from_layer, f.to_layer): f.members for f in flows if (f.from_on, f.to_on) == span}
    froms = [key for key in ("", *STAGES) if any(one == key for one, _ in found)]
    return Table(
        (
            Column(gettext("From {day}, to {later}").format(day=figures.day(span[0]), later=figures.day(span[1]))),
            *(Column(gettext(name), number=True) for name in STAGES.values()),
            Column(gettext("Total"), number=True, phone=False),  # stands at the picture above
        ),
        [
            (
                gettext(STAGES[key]) if key else gettext("Not yet a buyer"),
                *(count(found.get((key, to), 0)) if found.get((key, to)) else "" for to in STAGES),
                count(sum(members for (one, _), members in found.items() if one == key)),
            )
            for key in froms
        ],
        narrow=True,
    )


def _months(flows: Sequence[Flow], spans: Sequence[tuple[date, date]]) -> Table:
    """Of each span who came into each stage and stood elsewhere before."""
    came = {
        (flow.to_on, flow.to_layer): sum(
            one.members
            for one in flows
            if (one.from_on, one.to_on, one.to_layer) == (flow.from_on, flow.to_on, flow.to_layer)
            and one.from_layer != one.to_layer
        )
        for flow in flows
    }
    return Table(
        (Column(gettext("Up to")), *(Column(gettext(name), number=True) for name in STAGES.values())),
        [(figures.day(to_on), *(count(came.get((to_on, key), 0)) for key in STAGES)) for _, to_on in reversed(spans)],
        narrow=True,
    )
