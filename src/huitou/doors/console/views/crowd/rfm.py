"""Members by recency and frequency; a square leads to its members."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from huitou.doors.console import crowd_said, figures
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.views.crowd.view import View, count, members_address
from huitou.insight import service as insight


def rfm(request: HttpRequest, store: int | None, on: date | None) -> View:
    squares = insight.squares(store, on)
    counted: dict[tuple[int, int], tuple[int, int]] = {}
    for one in squares:
        members, fen = counted.get((one.recency, one.frequency), (0, 0))
        counted[one.recency, one.frequency] = (members + one.members, fen + one.spend_fen)
    people, spend = sum(m for m, _ in counted.values()), sum(fen for _, fen in counted.values())
    if not people:
        return View(SafeString(), None, "")
    cells, places, rows = [], {}, []
    for recency in range(5, 0, -1):
        for frequency in range(1, 6):
            members, fen = counted.get((recency, frequency), (0, 0))
            at = members_address(store, r=recency, f=frequency)
            money = f"{figures.money_in_whole(fen)} {figures.currency()}"
            tip = [
                [gettext("Members"), f"{count(members)} · {figures.rate_of(members, people)}%"],
                [gettext("Spend, 12 months"), f"{money} · {figures.rate_of(fen, spend)}%"],
            ]
            cells.append(
                [frequency - 1, 5 - recency, members, count(members), [f"R{recency} F{frequency}", tip], False]
            )
            places[f"{frequency - 1},{5 - recency}"] = at
            rows.append(
                (
                    f"R{recency}",
                    f"F{frequency}",
                    Cell(count(members), at),
                    f"{figures.rate_of(members, people)}%",
                    figures.money_in_whole(fen),
                    f"{figures.rate_of(fen, spend)}%",
                )
            )
    chart = Chart(
        key="rfm",
        builder="squares",
        title=gettext("Recency by frequency"),
        about=gettext("members in each square; click one to see who they are"),
        options={
            "rows": [f"R{score}" for score in range(5, 0, -1)],
            "columns": [f"F{score}" for score in range(1, 6)],
            "cells": cells,
            "high": max(members for members, _ in counted.values()),
            "places": places,
            "across": gettext("how often, 12 months: rarely to often"),
        },
        finding=gettext("{count} members in 25 squares").format(count=count(people)),
        definition=gettext(
            "R is how recently a member bought, F how many receipts they have in 12 months, each scored 1 to 5 by the "
            "cut-offs: R5 bought last, F5 buys most often. Members with equal values have equal scores."
        ),
        table=Table(
            (
                Column("R"),
                Column("F"),
                Column(gettext("Members"), number=True),
                Column(gettext("Share"), number=True),
                Column(f"{gettext('Spend, 12 months')} ({figures.currency()})", number=True),
                Column(gettext("Share"), number=True, phone=False),
            ),
            rows,
        ),
    )
    return View(
        crowd_said.rfm(counted), chart, gettext("By home store. Spend is that of 12 months in the whole chain.")
    )
