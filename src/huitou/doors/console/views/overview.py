"""How the chain, or one store, is doing: six figures, what became of them, who the members are, when they come."""

from __future__ import annotations

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
from huitou.doors.console.tiles import Tile, kpi_change, kpi_tile, kpi_trend
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure
from huitou.receipts import service as receipts

STRIP = ("sales", "receipts", "average_ticket", "active_members", "repurchase_rate", "churn_rate")
"""Six at most; the others stand in a table below."""


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
    every = [kpi_tile(kpi, histories[kpi.name]) for kpi in insight.kpis() if kpi.name in histories]
    tiles = [tile for tile in every if tile.kpi.name in STRIP]
    chosen = next((tile for tile in tiles if tile.kpi.name == request.GET.get("kpi")), tiles[0])
    ranking = _ranking(chosen, seen) if len(seen) > 1 else []
    facts |= {
        "tiles": tiles,
        "more": [tile for tile in every if tile not in tiles],
        "chosen": chosen,
        "finding": overview_finding(tiles, _moves(tiles[0], seen) if store is None else []),
        "trend": kpi_trend(chosen, histories[chosen.kpi.name]),
        "ranking": ranking,
        "layers": _layers(store),
        "hours": _hours(store, chosen.now.now),
        "window": chosen.now.now,
        "refreshed": refreshed,
    }
    return render(request, "console/overview.html", facts)


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
