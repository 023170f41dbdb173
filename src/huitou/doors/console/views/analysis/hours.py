"""When they come: sales by weekday and hour, beside everybody's."""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Chart, Column, Table
from huitou.doors.console.views.analysis.view import Question, View, compared, count, index
from huitou.insight.terms import HourSeen
from huitou.usecases.analyse import hours_of


def hours(question: Question) -> View:
    span, found = hours_of(question.asked)
    visits, everybody = sum(one.visits for one in found), sum(one.all_visits for one in found)
    if not visits:
        return View(blank=gettext("No receipt of theirs in these weeks."))
    most = max(found, key=lambda one: one.visits)
    used = sorted({one.hour for one in found if one.visits})
    places = list(range(used[0], used[-1] + 1))
    counted = {(one.hour, one.weekday): one for one in found}
    days = [figures.weekday(number) for number in range(1, 8)]
    finding = gettext("Most come on {weekday} between {hour}:00 and {next}:00: {count} of {visits} visits.").format(
        weekday=figures.weekday_in_full(most.weekday), hour=most.hour, next=most.hour + 1, count=count(most.visits),
        visits=count(visits),
    )  # fmt: skip
    chart = Chart(
        key="when",
        builder="hours",
        title=gettext("When they come"),
        about=gettext("sales by weekday and hour, {span}").format(span=figures.span(span.first, span.last)),
        options={
            "days": days,
            "hours": places,
            "cells": [
                [place, day - 1, counted[hour, day].visits if (hour, day) in counted else 0]
                for place, hour in enumerate(places)
                for day in range(1, 8)
            ],
            "high": most.visits,
            "unit": gettext("receipts"),
        },
        finding=finding,
        definition=gettext("Sales by the weekday and hour in which they were paid, returns not taken off."),
        table=Table(
            (Column(gettext("Hour")), *(Column(day, True) for day in days)),
            [
                (
                    f"{hour}:00",
                    *(str(counted[hour, day].visits if (hour, day) in counted else 0) for day in range(1, 8)),
                )
                for hour in places
            ],
        ),
        height="mid",
        link=question.address(view="hours", ends=span.last),
    )
    by_hour = _table(question, gettext("Hour"), [(f"{hour}:00", [o for o in found if o.hour == hour])
                                                 for hour in places], (visits, everybody))  # fmt: skip
    by_day = _table(
        question,
        gettext("Weekday"),
        [(figures.weekday(day), [o for o in found if o.weekday == day]) for day in range(1, 8)],
        (visits, everybody),
    )
    tables = [("by-weekday", gettext("By weekday"), by_day), ("by-hour", gettext("By hour"), by_hour)]
    foot = gettext("Each receipt of a sale counts once, by the clock of its store.")
    if question.whose:
        foot = gettext(
            "Each receipt of a sale counts once, by the clock of its store. The index is the share of their visits by "
            "the share of everybody's, 100 is the same."
        )
    return View(finding, chart, tables, foot=foot)


def _table(question: Question, heading: str, rows: list[tuple[str, list[HourSeen]]], whole: tuple[int, int]) -> Table:
    def row(name: str, found: list[HourSeen]) -> tuple[str, ...]:
        visits, fen = sum(one.visits for one in found), sum(one.net_fen for one in found)
        everybody = sum(one.all_visits for one in found)
        return (
            name,
            count(visits),
            figures.rate_of(visits, whole[0]) + "%",
            figures.rate_of(everybody, whole[1]) + "%",
            index(visits, whole[0], everybody, whole[1]),
            figures.money(Fraction(fen, visits)) if visits else "—",
        )

    table = Table(
        (
            Column(heading),
            Column(gettext("Times they came"), number=True),
            Column(gettext("Share"), number=True),
            Column(gettext("Everybody's"), number=True, phone=False),
            Column(gettext("Index"), number=True),
            Column(f"{gettext('Average ticket')} ({figures.currency()})", number=True, phone=False),
        ),
        [row(name, found) for name, found in rows],
    )
    return compared(question, table, 3, 4)
