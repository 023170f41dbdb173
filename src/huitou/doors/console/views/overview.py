"""How the chain, or one store, is doing: six figures, what became of them, who the members are, when they come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.findings import overview_finding
from huitou.doors.console.gate import asked_store, last_refresh, needs, seen_stores
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.spark import spark_points
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure, KpiNow
from huitou.receipts import service as receipts

SPARK_WINDOWS = 26
TREND_WINDOWS = 53


@dataclass(frozen=True, slots=True)
class Tile:
    """One KPI of the strip."""

    kpi: object
    now: KpiNow
    shown: figures.Shown
    change: figures.Change | None
    year_change: figures.Change | None
    spark: str
    spark_end: tuple[str, str]


@needs(Right.SEE_OVERVIEW)
def overview(request: HttpRequest) -> HttpResponse:
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
    tiles = [_tile(kpi, histories[kpi.name]) for kpi in insight.kpis() if kpi.name in histories]
    chosen = next((tile for tile in tiles if tile.kpi.name == request.GET.get("kpi")), tiles[0])
    ranking = _ranking(chosen, seen) if len(seen) > 1 else []
    facts |= {
        "tiles": tiles,
        "chosen": chosen,
        "finding": overview_finding(tiles, _moves(tiles[0], seen) if store is None else []),
        "trend": _trend(chosen, histories[chosen.kpi.name]),
        "ranking": ranking,
        "layers": _layers(store),
        "hours": _hours(store, chosen.now.now),
        "window": chosen.now.now,
        "refreshed": refreshed,
    }
    return render(request, "console/overview.html", facts)


def _tile(kpi: object, series: list[KpiFigure]) -> Tile:
    now = insight.newest(series)
    points = spark_points([figure.value for figure in series[-SPARK_WINDOWS:]])
    return Tile(
        kpi,
        now,
        figures.figure(now.now.value, kpi.unit),
        _change(kpi, now.now, now.previous),
        _change(kpi, now.now, now.year_before),
        " ".join(f"{x},{y}" for x, y in points),
        points[-1] if points else ("", ""),
    )


def _change(kpi: object, now: KpiFigure, before: KpiFigure | None) -> figures.Change | None:
    return figures.change(now.value, before.value if before else None, kpi.unit, kpi.good_direction)


def _plotted(figure: KpiFigure | None, unit: str) -> float | None:
    """For drawing only: yuan, per cent or a count. What is written beside it comes from the exact value."""
    if figure is None or figure.value is None:
        return None
    factor = 100 if unit == "rate" else 1
    return round(float(figure.value * factor / (100 if unit == "money" else 1)), 4)


def _trend(tile: Tile, series: list[KpiFigure]) -> dict[str, object]:
    """What the chart draws: a year of windows, and beside each the window 364 days before."""
    unit = tile.kpi.unit
    by_end = {figure.ends_on: figure for figure in series}
    shown = series[-TREND_WINDOWS:]
    before = [by_end.get(figure.ends_on - timedelta(days=364)) for figure in shown]
    return {
        "ends": [figure.ends_on.isoformat() for figure in shown],
        "labels": [figures.span(figure.starts_on, figure.ends_on) for figure in shown],
        "now": [_plotted(figure, unit) for figure in shown],
        "before": [_plotted(figure, unit) for figure in before],
        "shown": [figures.in_full(figure.value, unit) for figure in shown],
        "shownBefore": [figures.in_full(figure.value, unit) if figure else "—" for figure in before],
        "last": str(tile.shown).replace(" ", "") if figures.chinese() else str(tile.shown),
        "words": {"now": gettext("This period"), "before": gettext("Year before")},
        "unit": unit,
    }


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
            "change": _change(tile.kpi, row.now, row.previous),
            "width": figures.rounded(max(0, row.now.value * 100 / largest), 1) if largest > 0 else "0",
        }
        for row in valued
    ]


def _moves(lead: Tile, seen: dict[int, StoreSeen]) -> list[tuple[str, figures.Change, Fraction]]:
    """How far the first KPI moved in each store: name, change as shown, ratio."""
    moves = []
    for row in insight.kpi_by_store(lead.kpi.name, lead.now.now.ends_on):
        shown = _change(lead.kpi, row.now, row.previous)
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


def _hours(store: int | None, window: KpiFigure) -> dict[str, object] | None:
    visits = receipts.visits_by_hour(store, window.starts_on, window.ends_on)
    if not visits:
        return None
    used = {visit.hour for visit in visits}
    hours = list(range(min(used), max(used) + 1))
    counted = {(visit.hour, visit.weekday): visit.receipts for visit in visits}
    return {
        "days": [figures.weekday(number) for number in range(1, 8)],
        "hours": hours,
        "cells": [
            [place, number - 1, counted.get((hour, number), 0)]
            for place, hour in enumerate(hours)
            for number in range(1, 8)
        ],
        "high": max(visit.receipts for visit in visits),
        "unit": gettext("receipts"),
    }
