"""What lies in one basket: what to lay side by side, and what apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.lifts import Named, lifts_shown, share
from huitou.doors.console.parts import Tab
from huitou.doors.console.views.analysis.view import Lifts, Question, View, count, last_name
from huitou.insight import service as insight
from huitou.kernel.errors import N_
from huitou.usecases.analyse import Pair, Together, together_of

LEVELS = {
    "1": N_("Categories"),
    "2": N_("Second level"),
    "3": N_("Third level"),
    insight.PRODUCT_PAIRS: N_("Products"),
}
SHOWN = 30


def together(question: Question) -> View:
    level = question.level if question.level in LEVELS else "2"
    found = together_of(question.asked, level)
    tabs = [
        Tab(gettext(name), question.address(view="together", level=key), current=key == level)
        for key, name in LEVELS.items()
    ]
    if not found.baskets:
        return View(blank=gettext("No basket of theirs in these weeks."), tabs=tabs)
    foot = gettext(
        "{baskets} baskets at the tills, {span}; {pairs} pairs lie in at least ten of them. Support is the part of all "
        "baskets that holds both; confidence the part of those with the first that holds the other; lift how many "
        "times as often as by chance. Intervals are widened for all pairs together (Bonferroni). A basket is the unit: "
        "somebody who comes often counts often. Baskets of more than 60 products are left out."
    ).format(
        baskets=count(found.baskets), pairs=count(found.pairs), span=figures.span(found.span.first, found.span.last)
    )
    lifts = [
        _lifts(
            found,
            found.together,
            gettext("Lies together"),
            gettext("side by side, or on the way from one to the other; the surest first"),
            "together",
        ),
        _lifts(found, found.apart, gettext("Lies apart"), gettext("seldom in one basket"), "apart"),
    ]
    return View(_finding(found), None, (), lifts, foot, tabs)


def _finding(found: Together) -> str:
    if not found.together:
        return gettext("No pair lies together more often than chance would do.")
    pair = found.together[0]
    return gettext("{one} and {other} lie in one basket {lift} times as often as by chance.").format(
        one=_name(found, pair.seen.one), other=_name(found, pair.seen.other), lift=f"{pair.lift.at:.1f}"
    )


def _name(found: Together, item: str) -> str:
    return found.names.get(item, item) if found.names else last_name(item)


def _lifts(found: Together, pairs: Sequence[Pair], title: str, about: str, key: str) -> Lifts:
    named = [
        Named(
            gettext("{one} → {other}").format(one=_name(found, one.seen.one), other=_name(found, one.seen.other)),
            one.lift,
            gettext("in {together} baskets, support {support}; other way round {back}").format(
                together=count(one.seen.together),
                support=share(one.seen.together / one.seen.baskets),
                back=figures.rate(Fraction(one.seen.together, one.seen.of_other)) + "%",
            ),
        )
        for one in pairs[:SHOWN]
    ]
    return Lifts(title, about, gettext("Pair"), lifts_shown(named), gettext("Nothing that tells."), key,
                 gettext("Confidence"), gettext("By chance"))  # fmt: skip
