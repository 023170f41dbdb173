"""How the chain, or one store, is doing, for whoever looks: six figures against their targets, what became of them and
what drove it, who the members are, when they come; of one store also its day so far."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right, Role
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.driven import splits, unit_of
from huitou.doors.console.findings import overview_finding
from huitou.doors.console.gate import asked_store, last_refresh, needs, seen_stores
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.periods import asked_end, pick
from huitou.doors.console.tiles import Tile, kpi_change, kpi_tile, trend_chart
from huitou.doors.console.today import day_of
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure
from huitou.receipts import service as receipts
from huitou.usecases.start import is_asked

STRIPS = {
    Role.ADMINISTRATOR: (
        *("sales", "repurchase_rate", "average_ticket", "churn_rate", "wake_up_rate", "digital_share"),
    ),
    Role.MARKETER: (
        *("active_members", "new_members", "repurchase_rate", "churn_rate", "wake_up_rate", "member_share"),
    ),
    Role.STORE_MANAGER: (
        *("sales", "receipts", "average_ticket", "active_members", "repurchase_rate", "member_share"),
    ),
}
"""Six at most, of what each role answers for; the others stand in a table below."""


@needs(Right.SEE_OVERVIEW)
def overview(request: HttpRequest) -> HttpResponse:
    if access.may(request.user, Right.SET_TARGETS) and last_refresh(request) is None and is_asked():
        return redirect("console:start")
    seen = seen_stores(request)
    store = asked_store(request.GET, seen)
    whole_chain = access.scope_of(request.user).everything
    if store is None and not whole_chain:
        store = next(iter(seen), None)
    histories = insight.kpi_histories(store)
    refreshed = last_refresh(request)
    facts: dict[str, object] = {"stores": seen.values(), "store": store, "whole_chain": whole_chain}
    if refreshed is None or not histories:
        return render(request, "console/overview.html", facts | {"empty": True, "refreshed": refreshed})
    kept = [figure.ends_on for figure in next(iter(histories.values()))][::-1]
    ends_on = asked_end(request.GET, kept) or kept[0]
    strip = STRIPS.get(request.user.role, STRIPS[Role.ADMINISTRATOR])
    tiles, more = _tiles(histories, ends_on, strip, store)
    chosen = next((tile for tile in tiles if tile.kpi.name == request.GET.get("kpi")), tiles[0])
    driven = splits(chosen, seen, newest=ends_on == kept[0]) if store is None else []
    hours = _hours(store, chosen.now.now)
    facts |= {
        "tiles": tiles,
        "more": more,
        "chosen": chosen,
        "finding": overview_finding(tiles, _moves(tiles[0], seen) if store is None else []),
        "trend": _trend(chosen, histories, ends_on, store),
        "splits": driven,
        "drivers_unit": unit_of(chosen.kpi),
        "ranking": _ranking(chosen, seen) if len(seen) > 1 and not driven else [],
        "layers": _layers(store),
        "hours": hours,
        "day": day_of(seen[store], kept[0], timezone.now()) if store is not None else None,
        "period": pick(kept, ends_on, request.GET),
        "refreshed": refreshed,
        "without_targets": store is None and not insight.goals().goals and access.may(request.user, Right.SET_TARGETS),
    }
    return render(request, "console/overview.html", facts)


def _tiles(
    histories: dict[str, list[KpiFigure]], ends_on: date, strip: tuple[str, ...], store: int | None
) -> tuple[list[Tile], list[Tile]]:
    """Those of the strip in its order, and all others. A target is the whole chain's."""
    goals = insight.goals().goals if store is None else {}
    every = {}
    for kpi in insight.kpis():
        series = [figure for figure in histories.get(kpi.name, ()) if figure.ends_on <= ends_on]
        if series:
            every[kpi.name] = kpi_tile(kpi, series, goals.get(kpi.name))
    shown = [every[name] for name in strip if name in every]
    return shown, [tile for name, tile in every.items() if name not in strip]


def _trend(tile: Tile, histories: dict[str, list[KpiFigure]], ends_on: date, store: int | None) -> Chart:
    series = [figure for figure in histories[tile.kpi.name] if figure.ends_on <= ends_on]
    place = f"&store={store}" if store is not None else ""
    return trend_chart(
        tile,
        series,
        link=f"{reverse('console:overview')}?kpi={tile.kpi.name}&ends={ends_on}{place}",
        more=f"{reverse('console:kpi', args=[tile.kpi.name])}?{place.lstrip('&')}".rstrip("?"),
    )


def _ranking(tile: Tile, seen: dict[int, StoreSeen]) -> list[dict[str, object]]:
    """The chosen KPI store by store, best first; the bar is its share of the largest."""
    rows = [row for row in insight.kpi_by_store(tile.kpi.name, tile.now.now.ends_on) if row.store_id in seen]
    valued = [row for row in rows if row.now.value is not None]
    valued.sort(key=lambda row: (-row.now.value * tile.kpi.good_direction, row.store_id))
    largest = max((row.now.value for row in valued), default=0)
    return [
        {
            "store": seen[row.store_id],
            "shown": figures.in_full(row.now.value, tile.kpi.unit),
            "before": figures.in_full(row.previous.value, tile.kpi.unit) if row.previous else "—",
            "change": kpi_change(tile.kpi, row.now, row.previous),
            "width": figures.rounded(max(0, row.now.value * 100 / largest), 1) if largest > 0 else "0",
        }
        for row in valued
    ]


def _moves(lead: Tile, seen: dict[int, StoreSeen]) -> list[tuple[str, figures.Change, Fraction]]:
    """How far the first KPI moved in each store: name, change as shown, ratio."""
    moves = []
    for row in insight.kpi_by_store(lead.kpi.name, lead.now.now.ends_on):
        shown = kpi_change(lead.kpi, row.now, row.previous)
        if shown is not None and row.store_id in seen:
            moves.append((seen[row.store_id].name, shown, row.now.value / row.previous.value))
    return moves


def _layers(store: int | None) -> dict[str, object]:
    """Each layer's people and spend with its share of both, and the totals that they add up to."""
    counted = {share.layer: share for share in insight.layer_counts(store)}
    people = sum(share.members for share in counted.values())
    spend = sum(share.spend_fen for share in counted.values())
    rows = []
    for key, name in LAYERS.items():
        share = counted.get(key)
        members, spent = (share.members, share.spend_fen) if share else (0, 0)
        rows.append(
            {
                "key": key,
                "name": name,
                "members": members,
                "spend_fen": spent,
                "of_members": figures.rate_of(members, people),
                "of_spend": figures.rate_of(spent, spend),
            }
        )
    return {"rows": rows, "members": people, "spend_fen": spend}


def _hours(store: int | None, window: KpiFigure) -> Chart | None:
    visits = receipts.visits_by_hour(store, window.starts_on, window.ends_on)
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
            weekday=figures.weekday(most.weekday), hour=most.hour, next=most.hour + 1, count=most.receipts
        ),
        definition=gettext("Sales by the weekday and hour in which they were paid, returns not taken off.")
        + f" {figures.span(window.starts_on, window.ends_on)}",
        table=Table(
            (Column(gettext("Hour")), *(Column(day, True) for day in days)),
            [(f"{hour}:00", *(Cell(str(counted.get((hour, number), 0))) for number in range(1, 8))) for hour in hours],
        ),
        height="mid",
    )
