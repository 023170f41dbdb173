"""How the chain, or one store, is doing, for whoever looks: six figures against their targets, what became of them and
what drove it, who the members are, when they come; of one store also its day so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from huitou.access import service as access
from huitou.access.terms import Right, Role
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.attention import notices
from huitou.doors.console.driven import split_by, splits, unit_of, why_not_split
from huitou.doors.console.findings import overview_finding
from huitou.doors.console.gate import asked_store, last_refresh, needs, seen_stores
from huitou.doors.console.hours import hours_chart
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.periods import asked_day, asked_goals, asked_windows, pick
from huitou.doors.console.tiles import Tile, goals_in, kpi_change, kpi_tile, trend_chart
from huitou.doors.console.today import day_of
from huitou.doors.console.views import desk
from huitou.doors.console.views.crowd.layers import by_layer
from huitou.insight import service as insight
from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Goal, KpiFigure, KpiOfStore
from huitou.usecases.sample_chain.asking import is_begun
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

Rows = list[tuple[StoreSeen, KpiOfStore]]
"""One figure, store by store."""


def overview(request: HttpRequest) -> HttpResponse:
    """Of whoever answers members and sees no figures, where they begin instead."""
    if request.user.is_authenticated and desk.begins_here(request.user):
        return redirect("console:desk")
    return _overview(request)


@needs(Right.SEE_OVERVIEW)
def _overview(request: HttpRequest) -> HttpResponse:
    if access.may(request.user, Right.SET_TARGETS) and last_refresh(request) is None and (is_asked() or is_begun()):
        return redirect("console:start")
    seen = seen_stores(request)
    store = asked_store(request.GET, seen)
    whole_chain = access.scope_of(request.user).everything
    if store is None and not whole_chain:
        store = next(iter(seen), None)
    windows = asked_windows(request.GET, store)
    refreshed = last_refresh(request)
    facts: dict[str, object] = {"stores": seen.values(), "store": store, "whole_chain": whole_chain}
    if refreshed is None or windows is None:
        return render(request, "console/overview.html", facts | {"empty": True, "refreshed": refreshed})
    histories, ends_on = windows.histories, windows.ends_on
    strip = STRIPS.get(request.user.role, STRIPS[Role.ADMINISTRATOR])
    pinned_goals = asked_goals(request.GET)
    goals = kpi_goals.standing(pinned_goals)
    tiles, more = _tiles(histories, strip, goals_in(store, goals.goals))
    chosen = next((tile for tile in tiles if tile.kpi.name == request.GET.get("kpi")), tiles[0])
    by_store = _by_store({tiles[0].kpi.name, chosen.kpi.name}, ends_on, seen)
    driven = splits(chosen, by_store[chosen.kpi.name], newest=windows.newest, store=store)
    pinned = _pinned(chosen, ends_on, store, goals.version)
    facts |= {
        "tiles": tiles,
        "more": more,
        "chosen": chosen,
        "finding": overview_finding(tiles, _moves(tiles[0], by_store) if store is None else []),
        "trend": trend_chart(chosen, histories[chosen.kpi.name], link=pinned, more=_all_about(chosen, store)),
        "splits": driven,
        "split_by": split_by(driven),
        "not_split": why_not_split(chosen.kpi, newest=windows.newest, store=store),
        "chains_goals": store is not None and any(tile.goal for tile in tiles),
        "drivers_unit": unit_of(chosen.kpi),
        "ranking": _ranking(chosen, by_store[chosen.kpi.name]) if store is not None or not driven else [],
        "layers": _layers(store, None if windows.newest else insight.picture_of(ends_on)),
        "hours": hours_chart(store, chosen.now.now, newest=windows.newest, link=pinned),
        "day": day_of(seen[store], windows.kept[0], timezone.now(), asked_day(request.GET, "day"))
        if store is not None
        else None,
        "period": pick(windows.kept, ends_on, request.GET),
        "refreshed": refreshed,
        "notices": notices(request, store, tiles, histories, with_targets=bool(goals.goals))
        if windows.newest and pinned_goals is None
        else None,
    }
    return render(request, "console/overview.html", facts)


def _tiles(
    histories: dict[str, list[KpiFigure]], strip: tuple[str, ...], goals: Mapping[str, Goal]
) -> tuple[list[Tile], list[Tile]]:
    """Those of the strip in its order, and all others."""
    every = {
        kpi.name: kpi_tile(kpi, histories[kpi.name], goals.get(kpi.name))
        for kpi in insight.kpis()
        if kpi.name in histories
    }
    shown = [every[name] for name in strip if name in every]
    return shown, [tile for name, tile in every.items() if name not in strip]


def _pinned(tile: Tile, ends_on: date, store: int | None, goals: int) -> str:
    """The address that shows this window for ever, with the goals that it was held against."""
    asked = {"kpi": tile.kpi.name, "ends": ends_on.isoformat()}
    asked |= {"store": str(store)} if store is not None else {}
    asked |= {"goals": str(goals)}
    return f"{reverse('console:overview')}?{urlencode(asked)}"


def _all_about(tile: Tile, store: int | None) -> str:
    page = reverse("console:kpi", args=[tile.kpi.name])
    return f"{page}?store={store}" if store is not None else page


def _by_store(kpis: set[str], ends_on: date, seen: Mapping[int, StoreSeen]) -> dict[str, Rows]:
    """These figures store by store, where there are several to be put beside each other."""
    if len(seen) < 2:
        return {kpi: [] for kpi in kpis}
    found = insight.kpis_by_store(kpis, ends_on)
    return {kpi: [(seen[row.store_id], row) for row in rows if row.store_id in seen] for kpi, rows in found.items()}


def _ranking(tile: Tile, by_store: Rows) -> list[dict[str, object]]:
    """The chosen KPI store by store, best first; the bar is its share of the largest."""
    valued = [(store, row) for store, row in by_store if row.now.value is not None]
    valued.sort(key=lambda pair: (-pair[1].now.value * tile.kpi.good_direction, pair[0].id))
    largest = max((row.now.value for _, row in valued), default=0)
    among = [row.now.value for _, row in valued]
    return [
        {
            "store": store,
            "shown": figures.in_full(row.now.value, tile.kpi.unit, among),
            "before": figures.in_full(row.previous.value, tile.kpi.unit, among) if row.previous else "—",
            "change": kpi_change(tile.kpi, row.now, row.previous),
            "width": figures.rounded(max(0, row.now.value * 100 / largest), 1) if largest > 0 else "0",
        }
        for store, row in valued
    ]


def _moves(lead: Tile, by_store: Mapping[str, Rows]) -> list[tuple[str, figures.Change, Fraction]]:
    """How far the first KPI moved in each store: name, change as shown, ratio."""
    moves = []
    for store, row in by_store[lead.kpi.name]:
        shown = kpi_change(lead.kpi, row.now, row.previous)
        if shown is not None:
            moves.append((store.name, shown, row.now.value / row.previous.value))
    return moves


def _layers(store: int | None, on: date | None) -> dict[str, object]:
    """Each layer's people and spend with its share of both, and the totals that they add up to."""
    counted = by_layer(insight.squares(store, on))
    people, spend = (sum(pair[place] for pair in counted.values()) for place in (0, 1))
    rows = []
    for key, name in LAYERS.items():
        members, spent = counted[key]
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
