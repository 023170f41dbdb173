"""What a segment asks for at which hour, and what to have in place by then."""

from __future__ import annotations

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.lifts import Named, lifts_shown
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.views.analysis.view import Lifts, Question, View, count, last_name
from huitou.insight import service as insight
from huitou.insight.service import DemandSeen
from huitou.kernel.errors import N_
from huitou.usecases.analyse import Demand, demand_of

ROWS = 16
_FINDING = N_("At {hour}:00 in {store} the baskets of {name} hold {category} {lift} times as often as everybody's.")


def demand(question: Question) -> View:
    if question.whose is None:
        return View(
            blank=gettext("Pick a segment above: this compares what its members buy at each hour with everybody.")
        )
    found = demand_of(question.asked, question.within)
    cells = [one for one in found.cells if one.here.visits]
    if not cells:
        return View(blank=gettext("No receipt of theirs in these weeks."))
    foot = gettext(
        "At the tills, {span}. Of the baskets of members in an hour, the part that holds the category; the index is "
        "their part by that of all members' baskets of that hour, 100 is the same. Grey: too few to tell, or nothing "
        "that chance would not do. Intervals take each member as one draw, however often they come; in the list they "
        "are widened for all comparisons together (Bonferroni). It says what they buy when they come, not what they "
        "would buy if there were more."
    ).format(span=figures.span(found.span.first, found.span.last))
    return View(_finding(question, found), _chart(question, found, cells), (), [_wanted(question, found)], foot)


def _finding(question: Question, found: Demand) -> str:
    if not found.wanted:
        return gettext("Compared all together, no hour of a store stands out.")
    first = found.wanted[0]
    says = gettext(_FINDING)
    return says.format(
        name=question.whom,
        store=_store(question, first.seen),
        hour=first.seen.hour,
        category=last_name(first.seen.category),
        lift=f"{first.lift.at:.1f}",
    )


def _store(question: Question, seen: DemandSeen) -> str:
    store = question.stores.get(seen.store_id or 0)
    return store.name if store else gettext("all stores")


def _chart(question: Question, found: Demand, cells: list[DemandSeen]) -> Chart:
    hours = sorted({one.hour for one in cells})
    places = list(range(hours[0], hours[-1] + 1))
    bought = {
        path: sum(one.here.bought for one in cells if one.category == path) for path in {o.category for o in cells}
    }
    paths = sorted(bought, key=lambda path: (-bought[path], path))[:ROWS]
    drawn, rows = [], []
    seen = {(one.category, one.hour): one for one in cells}
    for row, path in enumerate(paths):
        texts = []
        for place, hour in enumerate(places):
            one = seen.get((path, hour))
            lift = insight.demand_lift(one) if one else None
            if one is None:
                texts.append("")
                continue
            shown = figures.rounded(figures.Fraction(lift.at).limit_denominator(1000) * 100, 0) if lift else "—"
            texts.append(shown)
            tip = [
                [question.whom, f"{count(one.here.bought)} / {count(one.here.visits)}"],
                [gettext("Everybody"), f"{count(one.all.bought)} / {count(one.all.visits)}"],
                *(
                    [[gettext("Lift"), f"{lift.at:.2f} ({figures.between(f'{lift.low:.2f}', f'{lift.high:.2f}')})"]]
                    if lift
                    else []
                ),
            ]
            grey = lift is None or not lift.clear
            drawn.append([place, row, round(lift.at * 100, 1) if lift else 0, shown,
                          [f"{last_name(path)} {hour}:00", tip], grey])  # fmt: skip
        rows.append((last_name(path), *texts))
    told = [cell[2] for cell in drawn if not cell[5]]
    return Chart(
        key="demand",
        builder="squares",
        title=gettext("What they ask for by hour"),
        about=gettext("index of {name} beside all members' baskets of that hour; 100 is the same").format(
            name=question.whom
        ),
        options={
            "rows": [last_name(path) for path in paths],
            "columns": [str(hour) for hour in places],
            "cells": drawn,
            "high": max(told, default=100),
            "low": min(told, default=0) * 0.8,
            "across": gettext("hour of the store's clock"),
        },
        finding=_finding(question, found),
        definition=gettext("Of the baskets of members in an hour, the part that holds the category."),
        table=Table((Column(gettext("Category")), *(Column(f"{hour}:00", True) for hour in places)), rows),
        link=question.address(view="demand", ends=found.span.last),
    )


def _wanted(question: Question, found: Demand) -> Lifts:
    named = [
        Named(
            gettext("{store}, {hour}:00: {category}").format(
                store=_store(question, one.seen), hour=one.seen.hour, category=last_name(one.seen.category)
            ),
            one.lift,
            gettext("in {bought} of {visits} baskets, by {buyers} members; have it in place by {hour}:00").format(
                bought=count(one.seen.here.bought),
                visits=count(one.seen.here.visits),
                buyers=count(one.seen.here.buyers),
                hour=one.seen.hour,
            ),
        )
        for one in found.wanted
    ]
    return Lifts(
        gettext("What to have in place, and when"),
        gettext("what their baskets of that hour hold more often than everybody's; the line is 1 ×"),
        gettext("Store, hour and category"),
        lifts_shown(named),
        gettext(
            "Nothing stands out after the {count} comparisons that were made: more weeks or a larger segment may tell."
        ).format(count=count(found.comparisons)),
    )
