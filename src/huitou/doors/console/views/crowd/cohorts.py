"""Of those who bought first in a month, who came back."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.gate import last_refresh
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.views.crowd.view import (
    FEWEST,
    View,
    count,
    every_month,
    months_between,
    without_the_beginning,
)
from huitou.doors.console.whose import asked_whose
from huitou.insight import service as insight
from huitou.usecases.analyse import Asked, cohorts_of
from huitou.usecases.kpis_of_chosen import PAGE_SECONDS


def cohorts(request: HttpRequest, store: int | None, on: date | None) -> View:
    whose, refreshed = asked_whose(request), last_refresh(request)
    if whose is not None and refreshed is not None:
        until = on or refreshed.as_of
        _, found = cohorts_of(Asked(whose.chosen, until=until, seconds=PAGE_SECONDS), store)
    else:
        found = insight.cohorts(store, on)
    base = {one.month_on: one.members for one in found if one.after == 0}
    months = every_month(base)
    if not months or refreshed is None:
        return View(SafeString(), None, "")
    months, foot = without_the_beginning(months, store)
    came = {(one.month_on, one.after): one.members for one in found}
    last = on or refreshed.as_of
    span = max(months_between(month, last) for month in months)
    cells, rows = [], []
    for row, month in enumerate(months):
        texts = []
        for after in range(1, span + 1):
            if after > months_between(month, last) or month not in base:
                texts.append("")
                continue
            members, of = came.get((month, after), 0), base[month]
            running, few = after == months_between(month, last), of < FEWEST
            share = figures.rate_of(members, of)
            texts.append(f"{share}%")
            tip = [
                [gettext("bought in month {after}").format(after=after), f"{count(members)} · {share}%"],
                [gettext("of"), count(of)],
                *([[gettext("Note"), gettext("the month is not over")]] if running else []),
                *([[gettext("Note"), gettext("too few to tell")]] if few else []),
            ]
            shown = figures.rounded(Fraction(members * 100, of), 0)
            cells.append([after - 1, row, round(members * 100 / of, 1), shown, [f"{month:%Y-%m}", tip], few or running])
        rows.append((f"{month:%Y-%m}", count(base.get(month, 0)), *texts))
    rates = [cell[2] for cell in cells if not cell[5]]
    chart = Chart(
        key="cohorts",
        builder="squares",
        title=gettext("Who came back"),
        about=gettext("of those who bought first in a month, per cent who bought in the nth month after"),
        options={
            "rows": [f"{month:%Y-%m}  {count(base.get(month, 0))}" for month in months],
            "columns": [str(after) for after in range(1, span + 1)],
            "cells": cells,
            "high": max(rates, default=1) or 1,
            "low": min(rates, default=0) * 0.8,
            "across": gettext("months after the first purchase"),
        },
        finding=gettext("{count} months of new members").format(count=len(months)),
        definition=gettext(
            "A member belongs to the month of their first purchase ever; the number beside it is how many they are. A "
            "square is the share of them with a purchase in that month. Grey: fewer than {fewest} people, or a month "
            "that is not over."
        ).format(fewest=FEWEST),
        table=Table(
            (
                Column(gettext("First purchase in")),
                Column(gettext("Members"), number=True),
                *(Column(str(after), number=True) for after in range(1, span + 1)),
            ),
            rows,
        ),
    )
    told = [one for one in found if one.month_on >= months[0]]
    by_home = figures.sentences(gettext("By home store."), foot)
    return View(crowd_said.cohorts(told, last, FEWEST), chart, by_home)
