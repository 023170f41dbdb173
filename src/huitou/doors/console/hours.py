"""When people come: sales by weekday and hour, of the chain or of one store."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure
from huitou.receipts import service as receipts
from huitou.receipts.terms import HourOfVisits


def _counted(store: int | None, window: KpiFigure, newest: bool) -> Sequence[HourOfVisits]:
    """As a refresh counted it that day; of a day that none kept, from the receipts."""
    kept = newest or insight.picture_of(window.ends_on) == window.ends_on
    found = insight.hours(store, None if newest else window.ends_on) if kept else []
    return found or receipts.visits_by_hour(store, window.starts_on, window.ends_on)


def hours_chart(store: int | None, window: KpiFigure, *, newest: bool, link: str) -> Chart | None:
    """Of the days of this window; None where nothing was sold."""
    visits = _counted(store, window, newest)
    if not visits:
        return None
    used = {visit.hour for visit in visits}
    hours = list(range(min(used), max(used) + 1))
    counted = {(visit.hour, visit.weekday): visit.receipts for visit in visits}
    most = max(visits, key=lambda visit: visit.receipts)
    days = [figures.weekday(number) for number in range(1, 8)]
    return Chart(
        key="hours",
        builder="hours",
        title=gettext("When people come"),
        about=gettext("receipts by weekday and hour of the 28 days"),
        options={
            "days": days,
            "hours": hours,
            "cells": [
                [place, number - 1, counted.get((hour, number), 0)]
                for place, hour in enumerate(hours)
                for number in range(1, 8)
            ],
            "high": most.receipts,
            "unit": gettext("receipts"),
        },
        finding=gettext("most on {weekday} between {hour}:00 and {next}:00: {count} receipts").format(
            weekday=figures.weekday_in_full(most.weekday), hour=most.hour, next=most.hour + 1, count=most.receipts
        ),
        definition=gettext("Sales by the weekday and hour in which they were paid, returns not taken off.")
        + f" {figures.span(window.starts_on, window.ends_on)}",
        table=Table(
            (Column(gettext("Hour")), *(Column(day, True) for day in days)),
            [(f"{hour}:00", *(Cell(str(counted.get((hour, number), 0))) for number in range(1, 8))) for hour in hours],
        ),
        height="mid",
        link=link,
    )
