"""Where members stand on the loyalty index."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures, loyalty_said
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.views.crowd.view import View, count
from huitou.insight import service as insight

TENTHS = tuple((10 * place, 10 * place + 9 if place < 9 else 100) for place in range(10))


def loyalty(request: HttpRequest, store: int | None, on: date | None) -> View:
    found = insight.loyalty_tenths(store, on)
    people = sum(one.members for one in found)
    if not people:
        return View(SafeString(), None, "")
    by_place = {(one.layer, one.tenth): one.members for one in found}
    totals = [sum(by_place.get((layer, tenth), 0) for layer in LAYERS) for tenth in range(len(TENTHS))]
    names = [figures.between(str(low), str(high), short=True) for low, high in TENTHS]
    tenths = Table(
        (
            Column(gettext("Index")),
            Column(gettext("Members"), number=True),
            Column(gettext("Share"), number=True),
            *(Column(gettext(name), number=True, phone=False) for name in LAYERS.values()),
        ),
        [
            (
                names[tenth],
                count(totals[tenth]),
                f"{figures.rate_of(totals[tenth], people)}%",
                *(count(by_place.get((layer, tenth), 0)) for layer in LAYERS),
            )
            for tenth in range(len(TENTHS))
        ],
    )
    chart = Chart(
        key="loyalty",
        builder="stack",
        title=gettext("Where members stand on the loyalty index"),
        about=gettext("members by tenths of the index, split by layer"),
        options={
            "months": names,
            "parts": [
                {
                    "name": gettext(name),
                    "colour": layer,
                    "values": [by_place.get((layer, tenth), 0) for tenth in range(len(TENTHS))],
                    "shown": [count(by_place.get((layer, tenth), 0)) for tenth in range(len(TENTHS))],
                }
                for layer, name in LAYERS.items()
            ],
            "totals": [count(total) for total in totals],
        },
        height="mid",
        finding=gettext("{count} members, an index of {index} on the average").format(
            count=count(people), index=_mean(sum(one.loyalty for one in found), people)
        ),
        definition=loyalty_said.formula(),
        table=tenths,
    )
    return View(
        crowd_said.loyalty(found),
        chart,
        loyalty_said.formula(),
        [(gettext("By layer"), _by_layer(found))],
    )


def _by_layer(found: list[insight.LoyaltyTenth]) -> Table:
    """The mean of the index and of its parts, of each layer and of all."""
    names = ("loyalty", *loyalty_said.PARTS)

    def row(name: str, layer: str | None) -> tuple[str, ...]:
        theirs = [one for one in found if layer in (None, one.layer)]
        people = sum(one.members for one in theirs)
        means = (_mean(sum(getattr(one, what) for one in theirs), people) for what in names)
        return (name, count(people), *means)

    rows = [row(gettext(name), layer) for layer, name in LAYERS.items()]
    return Table(
        (
            Column(gettext("Layer")),
            Column(gettext("Members"), number=True),
            Column(gettext("Index"), number=True),
            *(Column(gettext(name), number=True, phone=False) for name in loyalty_said.PARTS.values()),
        ),
        rows,
        row(gettext("Total"), None),
    )


def _mean(whole: int, people: int) -> str:
    return figures.rounded(Fraction(whole, people), 1) if people else "—"
