"""The sentences that open the views of all members together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.findings import joined, say, strong
from huitou.doors.console.layers import LAYERS
from huitou.insight.terms.crowd import CohortSeen, Flow, LoyaltyTenth
from huitou.kernel.errors import N_

_TOP = N_("{share} of the members are {layer} and bring {spend} of the spend.")
_UP = N_("Since the end of last month {up} rose to a better layer and {down} fell.")
_SLEPT = N_("{count} fell asleep, {woke} woke up.")
_CORE = N_("{count} members bought lately and often (R and F of 4 or 5): {share} of all, with {spend} of the spend.")
_FADING = N_("{count} used to come often and have stayed away (F of 4 or 5, R of 1 or 2).")
_BACK = N_("Of those who bought first in {month}, {share} bought again in the month after.")
_BACK_FEW = N_("In no month {fewest} of them bought first: too few to say how many come back.")
_BACK_UP = N_("That is {change} more than of the three months before.")
_BACK_DOWN = N_("That is {change} less than of the three months before.")
_RISK = N_("{count} members are at risk: {share} of those who still buy.")
_RISK_SPEND = N_("They spent {spend} in 12 months.")
_NEW = N_("{count} new members in {month}, the newest whole month.")
_NEW_PART = N_("{share} of them came by {part}.")
_NOBODY = N_("No member has bought yet.")
_INDEX = N_("The loyalty index is {mean} on the average; {loyal} members have 70 or more: {share} of all.")
_INDEX_LOW = N_("{count} stand below 30: {share}.")
_ORDER = list(LAYERS)


_MOVED = N_("In {month} {risk} members came to be at risk, and {asleep} fell asleep.")
_WON_BACK = N_("{count} were won back.")


def loyalty(found: Sequence[LoyaltyTenth]) -> SafeString:
    people = sum(one.members for one in found)
    if not people:
        return joined([say(_NOBODY)])
    mean = figures.rounded(Fraction(sum(one.loyalty for one in found), people), 1)
    loyal, weak = (sum(one.members for one in found if one.tenth in range(*tenths)) for tenths in ((7, 10), (0, 3)))
    said = [say(_INDEX, mean=strong(mean), loyal=figures.rounded(loyal, 0), share=figures.rate_of(loyal, people) + "%")]
    if weak:
        said.append(say(_INDEX_LOW, count=figures.rounded(weak, 0), share=figures.rate_of(weak, people) + "%"))
    return joined(said)


def flow(now: Mapping[str, tuple[int, int]], newest: Sequence[Flow]) -> SafeString:
    people, spend = sum(m for m, _ in now.values()), sum(fen for _, fen in now.values())
    if not people:
        return joined([say(_NOBODY)])
    members, fen = now[_ORDER[0]]
    said = [
        say(
            _TOP,
            share=figures.rate_of(members, people) + "%",
            layer=strong(gettext(LAYERS[_ORDER[0]])),
            spend=format_html('<b class="u">{}%</b>', figures.rate_of(fen, spend)),
        )
    ]
    moved = [one for one in newest if one.from_layer and one.from_layer != one.to_layer]
    up = sum(one.members for one in moved if _ORDER.index(one.to_layer) < _ORDER.index(one.from_layer))
    down = sum(one.members for one in moved) - up
    if up or down:
        said.append(say(_UP, up=figures.rounded(up, 0), down=figures.rounded(down, 0)))
        asleep = sum(one.members for one in moved if one.to_layer == _ORDER[-1])
        woke = sum(one.members for one in moved if one.from_layer == _ORDER[-1])
        said.append(say(_SLEPT, count=figures.rounded(asleep, 0), woke=figures.rounded(woke, 0)))
    return joined(said)


def rfm(counted: Mapping[tuple[int, int], tuple[int, int]]) -> SafeString:
    """`counted` is members and spend by (recency, frequency)."""
    people, spend = sum(m for m, _ in counted.values()), sum(fen for _, fen in counted.values())
    core = [pair for (r, f), pair in counted.items() if r >= 4 and f >= 4]
    fading = sum(members for (r, f), (members, _) in counted.items() if r <= 2 and f >= 4)
    members, fen = sum(m for m, _ in core), sum(fen for _, fen in core)
    said = [
        say(
            _CORE,
            count=strong(figures.rounded(members, 0)),
            share=figures.rate_of(members, people) + "%",
            spend=format_html('<b class="u">{}%</b>', figures.rate_of(fen, spend)),
        )
    ]
    if fading:
        said.append(say(_FADING, count=strong(figures.rounded(fading, 0))))
    return joined(said)


def cohorts(found: Sequence[CohortSeen], last: date, fewest: int) -> SafeString:
    """The newest month whose month after is over and that `fewest` bought first in, beside the three before it; of
    fewer people a share says nothing."""
    base = {one.month_on: one.members for one in found if one.after == 0}
    back = {one.month_on: one.members for one in found if one.after == 1}
    whole = [month for month in sorted(base) if (last.year - month.year) * 12 + last.month - month.month >= 2]
    if not whole:
        return joined([])
    whole = [month for month in whole if base[month] >= fewest]
    if not whole:
        return joined([say(_BACK_FEW, fewest=fewest)])
    newest, before = whole[-1], whole[-4:-1]
    share = Fraction(back.get(newest, 0), base[newest])
    said = [say(_BACK, month=figures.month(newest), share=format_html('<b class="u">{}%</b>', figures.rate(share)))]
    earlier = sum(base[month] for month in before)
    if earlier:
        change = figures.change(share, Fraction(sum(back.get(month, 0) for month in before), earlier), "rate", 1)
        if change is not None and change.arrow:
            said.append(say(_BACK_UP if change.arrow == "▲" else _BACK_DOWN, change=change.text))
    return joined(said)


def stages(counted: Mapping[str, Sequence[int]]) -> SafeString:
    """`counted` is members, receipts and spend by stage."""
    risk, _, fen = counted["at_risk"]
    buying = sum(counted[stage][0] for stage in ("new", "active", "won_back", "at_risk"))
    said = [
        say(
            _RISK,
            count=strong(figures.rounded(risk, 0)),
            share=format_html('<b class="u">{}%</b>', figures.rate_of(risk, buying)),
        ),
        say(_RISK_SPEND, spend=str(figures.money_headline(fen))),
    ]
    return joined(said)


def moves(flows: Sequence[Flow]) -> SafeString:
    """`flows` are those of one span between stages."""
    moved = [one for one in flows if one.from_layer and one.from_layer != one.to_layer]
    risk = sum(one.members for one in moved if one.to_layer == "at_risk")
    asleep = sum(one.members for one in moved if one.to_layer == "dormant")
    back = sum(one.members for one in moved if one.to_layer == "won_back")
    if not flows:
        return joined([])
    month = figures.month(flows[0].to_on)
    return joined(
        [
            say(_MOVED, month=month, risk=strong(figures.rounded(risk, 0)), asleep=strong(figures.rounded(asleep, 0))),
            say(_WON_BACK, count=format_html('<b class="u">{}</b>', figures.rounded(back, 0))),
        ]
    )


def newcomers(totals: Mapping[date, int], counts: Mapping[str, Mapping[date, int]]) -> SafeString:
    """The newest month that is over, and the part that brought most of them."""
    months = sorted(totals)
    month = months[-2] if len(months) > 1 else months[-1]
    said = [
        say(
            _NEW,
            count=format_html('<b class="u">{}</b>', figures.rounded(totals[month], 0)),
            month=figures.month(month),
        )
    ]
    if len(counts) > 1 and totals[month]:
        part = max(counts, key=lambda name: (counts[name].get(month, 0), name))
        share = figures.rate_of(counts[part].get(month, 0), totals[month]) + "%"
        said.append(say(_NEW_PART, share=share, part=strong(part)))
    return joined(said)
