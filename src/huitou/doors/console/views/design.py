"""Every component of the console with figures as they look in a shop: what a page is made of, in one place."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext

from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.gate import needs
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import (
    Cell,
    Chart,
    Column,
    Driver,
    Event,
    Explained,
    Lot,
    Split,
    Step,
    Tab,
    Table,
    interval,
    road,
)
from huitou.doors.console.periods import PeriodPick
from huitou.kernel.errors import N_

COLOURS = (
    *("paper", "sheet", "sunk", "line-2", "ink-3", "ink-2", "ink", "dan", "qing", "ochre", "error"),
    *("diamond", "gold", "silver", "dormant", "c1", "c2", "c3", "c4", "c5", "c6"),
    *("seq-0", "seq-1", "seq-2", "seq-3", "seq-4", "seq-5", "seq-6"),
)
ENDS_ON = date(2026, 11, 22)
WEEKS = 53
LAYER_RATES = (
    ("silver", 347, 319, 205, "92"),
    ("gold", 584, 561, 51, "23"),
    ("diamond", 712, 698, 14, "6"),
)
FUNNEL = (
    (N_("Chosen"), 118_604, ""),
    (N_("Reachable"), 109_126, ""),
    (N_("Held out at random"), 10_912, "held"),
    (N_("Sent"), 98_214, ""),
    (N_("Redeemed"), 9_870, "end"),
)


@needs(Right.SEE_OVERVIEW)
def design(request: HttpRequest) -> HttpResponse:
    facts = {
        "colours": COLOURS,
        "layers": LAYERS.items(),
        "finding": format_html(
            gettext("{name} rose to {value}, {change} above the 28 days before."),
            name=gettext("Repurchase rate"),
            value=format_html('<b class="u">{}</b>', "41.6%"),
            change=gettext("{amount} pts").format(amount="2.7"),
        ),
        "up": figures.Change("▲", "2.7%", "good"),
        "down": figures.Change("▼", "0.9%", "bad"),
        "chart": _chart(),
        "splits": _splits(),
        "table": _table(),
        "steps": [
            Step(gettext(name), figures.rounded(count, 0), figures.rate_of(count, FUNNEL[0][1]), kind=kind)
            for name, count, kind in FUNNEL
        ],
        "ladder": [
            {"from": "88.00", "off": "30.00", "rate": "34.1%", "width": "68"},
            {"from": "168.00", "off": "60.00", "rate": "35.7%", "width": "71"},
        ],
        "intervals": _intervals(),
        "days": _days(),
        "lots": [
            Lot(gettext("Earned on a purchase"), "456", "456", "100", "100", figures.day(date(2027, 11, 20))),
            Lot(gettext("Brought from the old programme"), "120", "300", "66", "26", figures.day(ENDS_ON), soon=True),
        ],
        "why": Explained(
            "sample",
            "41.6%",
            f"{gettext('Repurchase rate')} 41.6%",
            gettext("Of the members who bought, how many came back in the same period?"),
            [
                (gettext("Above"), "228,065"),
                (gettext("Below"), "548,234"),
                (gettext("Source"), gettext("receipts, returns included")),
            ],
        ),
        "sample_tabs": [
            Tab(gettext("Trend"), "?view=trend", current=True),
            Tab(gettext("Layers"), "?view=layers", count="4"),
            Tab(gettext("Stores"), "?view=stores", count="30"),
        ],
        "road": road(
            Fraction(32),
            Fraction(416, 10),
            Fraction(48),
            ("32%", "48%"),
            gettext("{now}, on the way from {baseline} to {target}").format(now="41.6%", baseline="32%", target="48%"),
        ),
        "period": PeriodPick.sample(ENDS_ON),
        "toast": {"text": gettext("The targets are kept."), "undo": ""},
    }
    return render(request, "console/design.html", facts)


def _chart() -> Chart:
    ends = [ENDS_ON - timedelta(days=7 * (WEEKS - 1 - number)) for number in range(WEEKS)]
    now = [round(34 + number * 0.14 + (number * 7 % 5) * 0.35, 1) for number in range(WEEKS)]
    before = [round(31.5 + (number * 5 % 7) * 0.3, 1) for number in range(WEEKS)]
    options = {
        "ends": [end.isoformat() for end in ends],
        "labels": [figures.span(end - timedelta(days=27), end) for end in ends],
        "now": now,
        "before": before,
        "shown": [f"{value}%" for value in now],
        "shownBefore": [f"{value}%" for value in before],
        "last": f"{now[-1]}%",
        "words": {"now": gettext("This period"), "before": gettext("Year before")},
        "unit": "rate",
    }
    columns = (Column(gettext("Period")), Column(gettext("This period"), True), Column(gettext("Year before"), True))
    rows = [
        (label, Cell(f"{one}%", exact=str(one)), Cell(f"{other}%", tone="mut", exact=str(other)))
        for label, one, other in zip(options["labels"], now, before, strict=True)
    ]
    return Chart(
        key="sample-trend",
        builder="trend",
        title=gettext("Repurchase rate"),
        about=gettext("28 days up to each week, this year and the year before"),
        options=options,
        finding=gettext("{name} stands at {value}.").format(name=gettext("Repurchase rate"), value=f"{now[-1]}%"),
        definition=gettext("Of the members who bought, how many came back in the same period?"),
        table=Table(columns, rows[::-1]),
    )


def _splits() -> list[Split]:
    drivers = [
        Driver(
            name=gettext(LAYERS[layer]),
            now=f"{figures.rounded(Fraction(now, 10), 1)}%",
            before=f"{figures.rounded(Fraction(before, 10), 1)}%",
            moved=f"+{figures.rounded(Fraction(moved, 100), 2)}",
            width=width,
            layer=layer,
        )
        for layer, now, before, moved, width in LAYER_RATES
    ]
    drivers.append(Driver(name=gettext("Change of mix"), moved="−0.12", up=False, good=False, width="5"))
    return [Split(gettext("By layer"), "+2.58", drivers)]


def _table() -> Table:
    columns = (
        Column(gettext("Layer")),
        Column(gettext("Members"), True),
        Column(gettext("Spend"), True),
        Column(gettext("Share"), True, phone=False),
    )
    people = {"diamond": 24_186, "gold": 121_930, "silver": 402_118, "dormant": 257_980}
    spend = {"diamond": 1_912, "gold": 2_844, "silver": 2_086, "dormant": 0}
    rows = [
        (
            Cell(gettext(name), layer=layer),
            figures.rounded(people[layer], 0),
            Cell(figures.rounded(spend[layer] * 10_000, 0)),
            f"{figures.rate_of(spend[layer], sum(spend.values()))}%",
        )
        for layer, name in LAYERS.items()
    ]
    total = (gettext("Total"), figures.rounded(sum(people.values()), 0), figures.rounded(68_420_000, 0), "100.0%")
    return Table(columns, rows, total)


def _intervals() -> list[tuple[str, object]]:
    said = gettext("{at}, 95% interval {low} to {high}")
    cases = ((N_("3 to 4 months away"), 100, 119, 138), (N_("Over 12 months away"), -10, 26, 62))
    return [
        (
            gettext(name),
            interval(
                *(Fraction(value) for value in (low, at, high)),
                (Fraction(-40), Fraction(160)),
                said.format(at=at / 10, low=low / 10, high=high / 10),
            ),
        )
        for name, low, at, high in cases
    ]


def _days() -> list[tuple[str, list[Event]]]:
    return [
        (
            figures.day_and_weekday(date(2026, 11, 20)),
            [
                Event("18:42", "receipt", gettext("Earned on a purchase"), "236.40", "1120-3-2207"),
                Event("18:42", "coins", gettext("{count} receipts").format(count="3"), "+456"),
            ],
        ),
        (figures.day_and_weekday(date(2026, 11, 17)), [Event("10:05", "user", gettext("Claimed at the desk"))]),
    ]
