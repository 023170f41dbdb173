"""From looking to paying, by channel: how many go on at each step, how many leave, and why where an event told it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.views.analysis.view import Question, View, count
from huitou.insight.service import ChannelSteps, FunnelSeen, Part, Steps
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.usecases.analyse import Span, funnel_of

SHOWN = 12
REASONS = {
    "sold_out": N_("sold out"),
    "no_slot": N_("no time of delivery was free"),
    "delivery_fee": N_("the delivery fee"),
    "price": N_("the price"),
}
"""What events call the usual reasons; any other is shown as they tell it."""


def funnel(question: Question) -> View:
    span, found = funnel_of(question.asked)
    channels = [one for one in found.channels if one.here.looked][:SHOWN]
    if found.whole is None or not channels:
        return View(blank=_blank(found))
    tables = [("steps", gettext("Steps by channel"), _steps_table(question, found.whole, channels))]
    if any(one.looks for one in found.paid_in):
        tables.append(("paid-in", gettext("Where they paid"), _paid_table(found)))
    if any(one.looks for one in found.left_for):
        tables.append(("left-for", gettext("Why they left"), _left_table(found)))
    finding = _finding(found.whole.here)
    return View(finding, _chart(question, span, channels, finding), tables, foot=_foot(found, span))


def _blank(found: FunnelSeen) -> str:
    if found.without_look:
        return gettext(
            "Events tell of {count} baskets in these weeks and of no look. Send views and scans too (POST "
            "/api/v1/events, kind view or scan): the way from looking to paying begins with them."
        ).format(count=count(found.without_look))
    return gettext(
        "No event of theirs in these weeks. Send views, scans and baskets from your app or mini program (POST "
        "/api/v1/events, kind view, scan or basket, with the member, and the channel in the detail)."
    )


def _finding(here: Steps) -> str:
    if not here.basket.part:
        return gettext(
            "{paid} of {looked} looks ({share}) were paid within 24 hours; no event tells of a basket."
        ).format(
            looked=count(here.looked), paid=count(here.paid.part),
            share=figures.rate_of(here.paid.part, here.looked) + "%",
        )  # fmt: skip
    return gettext(
        "{baskets} of {looked} looks led to something in the basket, and {paid} of these were paid: most are lost "
        "{where}."
    ).format(
        looked=count(here.looked),
        baskets=count(here.basket.part),
        paid=count(here.basket_paid.part),
        where=gettext("before the basket") if here.only_looked >= here.left_basket else gettext("after the basket"),
    )


def _chart(question: Question, span: Span, channels: Sequence[ChannelSteps], finding: str) -> Chart:
    parts = [
        (gettext("Paid from the basket"), [one.here.basket_paid.part for one in channels]),
        (gettext("Paid without a basket"), [one.here.paid_without for one in channels]),
        (gettext("Left the basket"), [one.here.left_basket for one in channels]),
        (gettext("Only looked"), [one.here.only_looked for one in channels]),
    ]
    names = [_channel(one.channel or "") for one in channels]
    return Chart(
        key="funnel",
        builder="stack",
        title=gettext("How looks ended"),
        about=gettext("by channel, {span}").format(span=figures.span(span.first, span.last)),
        options={
            "months": names,
            "parts": [
                {"name": name, "values": values, "shown": [count(one) for one in values]} for name, values in parts
            ],
            "totals": [count(one.here.looked) for one in channels],
            "unit": gettext("looks"),
        },
        finding=finding,
        definition=gettext(
            "A look is a member on a day in a channel, from the first view or scan on; paid is the next sale within 24 "
            "hours."
        ),
        table=Table(
            (Column(gettext("Channel")), *(Column(name, True) for name, _ in parts)),
            [(name, *(count(values[place]) for _, values in parts)) for place, name in enumerate(names)],
        ),
        height="mid",
        link=question.address(view="funnel", ends=span.last),
    )


def _steps_table(question: Question, whole: ChannelSteps, channels: Sequence[ChannelSteps]) -> Table:
    beside = [(gettext("Everybody: basket"), 0), (gettext("Everybody: paid"), 1)] if question.whose else []

    def row(name: str, one: ChannelSteps) -> tuple[Cell | str, ...]:
        here = one.here
        everybody = (_share(one.all.basket), _share(one.all.basket_paid))
        return (
            name,
            count(here.looked),
            count(here.basket.part),
            _with_interval(here.basket),
            count(here.looked - here.basket.part),
            count(here.basket_paid.part),
            _with_interval(here.basket_paid),
            count(here.left_basket),
            _with_interval(here.paid),
            *(everybody[place] for _, place in beside),
        )

    columns = (
        Column(gettext("Channel")),
        Column(gettext("Looked"), number=True),
        Column(gettext("Into the basket"), number=True),
        Column(gettext("Share (95% interval)"), number=True, phone=False),
        Column(gettext("Without one"), number=True, phone=False),
        Column(gettext("Basket paid"), number=True),
        Column(gettext("Share (95% interval)"), number=True, phone=False),
        Column(gettext("Left unpaid"), number=True),
        Column(gettext("Paid, basket or not"), number=True, phone=False),
        *(Column(name, number=True, phone=False) for name, _ in beside),
    )
    rows = [row(_channel(one.channel or ""), one) for one in channels]
    return Table(columns, rows, row(gettext("All together"), whole))


def _share(part: Part) -> str:
    return figures.rate_of(part.part, part.whole) + "%" if part.whole else "—"


def _with_interval(part: Part) -> Cell | str:
    """The interval in the next line where a narrow table has no room beside the share."""
    between = part.between()
    if between is None:
        return "—"
    low, high = (figures.rate(Fraction(end).limit_denominator(100_000)) for end in between)
    return Cell(f"{_share(part)} ({figures.between(low, high)})", tone="turns")


def _paid_table(found: FunnelSeen) -> Table:
    return Table(
        (Column(gettext("Looked in")), Column(gettext("Paid in")), Column(gettext("Looks"), number=True)),
        [
            (_channel(one.channel), _channel(one.paid_in), count(one.looks))
            for one in sorted(found.paid_in, key=lambda one: -one.looks)
            if one.looks
        ],
    )


def _left_table(found: FunnelSeen) -> Table:
    return Table(
        (
            Column(gettext("Channel")),
            Column(gettext("Lost where")),
            Column(gettext("Reason, as events tell it")),
            Column(gettext("Looks"), number=True),
        ),
        [
            (
                _channel(one.channel),
                gettext("after the basket") if one.with_basket else gettext("before the basket"),
                _reason(one.reason),
                count(one.looks),
            )
            for one in sorted(found.left_for, key=lambda one: -one.looks)[: 3 * SHOWN]
            if one.looks
        ],
    )


def _reason(reason: str | None) -> str:
    if not reason:
        return gettext("not told")
    return gettext(REASONS[reason]) if reason in REASONS else reason


def _foot(found: FunnelSeen, span: Span) -> str:
    foot = gettext(
        "{span}. Only what events tell is seen: who looks without being signed in is nobody, and of a shelf in a store "
        "nobody knows. A look without a reason has none because no event told it. Whoever looked on the last day may "
        "still pay. One payment can follow two looks. Intervals take each member as one draw."
    ).format(span=figures.span(span.first, span.last))
    if found.without_look:
        foot += " " + gettext("{count} baskets without a look before are left out.").format(
            count=count(found.without_look)
        )
    return foot


def _channel(channel: str) -> str:
    if not channel:
        return gettext("Not told")
    return gettext(CHANNEL_NAMES[channel]) if channel in CHANNEL_NAMES else channel
