"""The stores side by side: a ranking by each figure, a map, and a page for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import cos, radians
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from huitou.access.terms import Right
from huitou.catalogue.errors import StoreNotFound
from huitou.catalogue.terms import StoreSeen
from huitou.doors.console import figures
from huitou.doors.console.gate import last_refresh, needs, seen_stores
from huitou.doors.console.hours import hours_chart
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.parts import Cell, Chart, Column, Table
from huitou.doors.console.periods import asked_day, asked_windows, pick
from huitou.doors.console.shops_said import shop_finding, shops_finding
from huitou.doors.console.tiles import kpi_change, kpi_tile, trend_chart
from huitou.doors.console.views.crowd.layers import by_layer
from huitou.doors.console.widths import of_largest
from huitou.insight import service as insight
from huitou.insight.terms import KpiNow, RefreshSeen
from huitou.insight.terms.goods import GoodsSold
from huitou.usecases.kpis_of_days import kpi_histories_up_to
from huitou.usecases.rank_goods import rank_goods

COMPARED = ("sales", "receipts", "average_ticket", "member_share", "repurchase_rate", "active_members")
KM_A_DEGREE = 111.2
TOP_PRODUCTS = 10
Compared = Mapping[int, Mapping[str, KpiNow]]


@require_safe
@needs(Right.SEE_OVERVIEW)
def stores(request: HttpRequest) -> HttpResponse:
    """Every store that the reader sees, by the figure that `kpi` names."""
    seen = seen_stores(request)
    refreshed = last_refresh(request)
    chosen = insight.kpi(request.GET["kpi"] if request.GET.get("kpi") in COMPARED else COMPARED[0])
    ends_on = _asked_end(request, refreshed) if refreshed else None
    compared = _compared(seen, ends_on, newest=refreshed.as_of) if refreshed and ends_on else {}
    means = {name: _mean([kpis[name] for kpis in compared.values() if name in kpis]) for name in COMPARED}
    rows = _ranked(chosen, compared, seen, means[chosen.name])
    facts = {
        "chosen": chosen,
        "kpis": [(name, insight.kpi(name).title) for name in COMPARED],
        "rows": rows,
        "mean": figures.in_full(means[chosen.name], chosen.unit),
        "comparison": _comparison(compared, seen, means),
        "map": _map(chosen, rows, f"{reverse('console:stores')}?kpi={chosen.name}&ends={ends_on}"),
        "finding": shops_finding(chosen, rows) if rows else "",
        "window": next(iter(compared.values()), {}).get(chosen.name),
        "refreshed": refreshed,
        "empty": not rows,
    }
    return render(request, "console/stores.html", facts)


def _asked_end(request: HttpRequest, refreshed: RefreshSeen) -> date:
    asked = asked_day(request.GET)
    return asked if asked is not None and asked < refreshed.as_of else refreshed.as_of


def _compared(seen: Mapping[int, StoreSeen], ends_on: date, *, newest: date) -> Compared:
    """The figures of each store that the reader sees; of a day that only a link names, from what the last refresh knows
    of every day."""
    found = insight.kpis_of_stores(COMPARED, ends_on)
    if not found and ends_on < newest:
        found = {
            store: {name: insight.newest(series) for name, series in kpi_histories_up_to(ends_on, store).items()}
            for store in seen
        }
    return {store: kpis for store, kpis in found.items() if store in seen and kpis}


def _mean(figures_now: Sequence[KpiNow]) -> Fraction | None:
    """Of rates the stores taken together, of all else what a store has on the average."""
    if not figures_now:
        return None
    above = sum(one.now.numerator for one in figures_now)
    if figures_now[0].now.denominator is None:
        return Fraction(above, len(figures_now))
    below = sum(one.now.denominator or 0 for one in figures_now)
    return Fraction(above, below) if below else None


def _ranked(kpi: Any, compared: Compared, seen: Mapping[int, StoreSeen], mean: Fraction | None) -> list[dict[str, Any]]:
    """The best first; stores without a value are left out."""
    valued = [(store, kpis[kpi.name]) for store, kpis in compared.items() if kpi.name in kpis]
    valued = [(store, now) for store, now in valued if now.now.value is not None]
    valued.sort(key=lambda pair: (-(pair[1].now.value or 0) * kpi.good_direction, pair[0]))
    values = [now.now.value for _, now in valued]
    widths = of_largest([value or 0 for value in values])
    return [
        {
            "store": seen[store],
            "place": number,
            "address": reverse("console:store", args=[store]),
            "now": now,
            "shown": figures.in_full(now.now.value, kpi.unit, values),
            "width": width,
            "change": kpi_change(kpi, now.now, now.previous),
            "year_change": kpi_change(kpi, now.now, now.year_before),
            "from_mean": figures.change(now.now.value, mean, kpi.unit, kpi.good_direction),
        }
        for number, ((store, now), width) in enumerate(zip(valued, widths, strict=True), 1)
    ]


def _comparison(
    compared: Compared, seen: Mapping[int, StoreSeen], means: Mapping[str, Fraction | None]
) -> dict[str, Any]:
    """Every store by every figure; each cell says whether it lies on the good side of the mean."""
    kpis = [insight.kpi(name) for name in COMPARED]
    columns = {kpi.name: [kpis[kpi.name].now.value for kpis in compared.values() if kpi.name in kpis] for kpi in kpis}
    rows = []
    for store, of_store in compared.items():
        cells = []
        for kpi in kpis:
            value = of_store[kpi.name].now.value if kpi.name in of_store else None
            against = figures.change(value, means[kpi.name], kpi.unit, kpi.good_direction)
            notable = against is not None and against.arrow and _far(value, means[kpi.name], kpi.unit)
            cells.append((figures.in_full(value, kpi.unit, columns[kpi.name]), against if notable else None))
        rows.append({"store": seen[store], "address": reverse("console:store", args=[store]), "cells": cells})
    rows.sort(key=lambda row: row["store"].id)
    return {
        "heads": [(kpi.title, figures.currency() if kpi.unit == "money" else "") for kpi in kpis],
        "rows": rows,
        "means": [figures.in_full(means[kpi.name], kpi.unit, columns[kpi.name]) for kpi in kpis],
    }


def _far(value: Fraction | None, mean: Fraction | None, unit: str) -> bool:
    """Whether it lies far enough from the mean to be coloured: a point of a rate, a tenth of all else."""
    if value is None or mean is None:
        return False
    return abs(value - mean) >= Fraction(1, 100) if unit == "rate" else abs(value - mean) * 10 >= abs(mean)


def _map(kpi: Any, rows: Sequence[dict[str, Any]], link: str) -> Chart | None:
    """Stores that have told where they stand, in kilometres around their middle; by the plain of the place's latitude,
    which a city is small enough for."""
    placed = [row for row in rows if row["store"].site]
    if len(placed) < 2:
        return None
    sites = [row["store"].site for row in placed]
    north, east = (sum(float(getattr(site, what)) for site in sites) / len(sites) for what in ("latitude", "longitude"))
    largest = max(row["now"].now.value for row in placed) or 1
    dots = [
        {
            "name": row["store"].name,
            "x": round((float(site.longitude) - east) * KM_A_DEGREE * cos(radians(north)), 3),
            "y": round((float(site.latitude) - north) * KM_A_DEGREE, 3),
            "part": max(0.05, float(row["now"].now.value / largest)),
            "tone": row["year_change"].tone if row["year_change"] else "flat",
            "rows": [
                [gettext(kpi.title), row["shown"]],
                [gettext("vs a year ago"), _spoken(row["year_change"])],
            ],
            "place": row["address"],
        }
        for row, site in zip(placed, sites, strict=True)
    ]
    return Chart(
        key="places",
        builder="places",
        link=link,
        title=gettext("Where they stand"),
        about=gettext("blue grew over a year"),
        options={"stores": dots, "height": 400, "km": gettext("km"), "words": {"north": gettext("north")}},
        finding=gettext("{count} stores on a plain grid of kilometres").format(count=len(dots)),
        definition=gettext(
            "Each store at its degrees of latitude and longitude, drawn in kilometres around the middle of all. The "
            "area of a square is the chosen figure of the newest 28 days; blue is better than a year ago, ochre worse."
        ),
        table=Table(
            (
                Column(gettext("Store")),
                Column(gettext(kpi.title), number=True),
                Column(gettext("vs a year ago"), number=True),
                Column(gettext("Latitude"), number=True, phone=False),
                Column(gettext("Longitude"), number=True, phone=False),
            ),
            [
                (
                    Cell(row["store"].name, row["address"]),
                    row["shown"],
                    _spoken(row["year_change"]),
                    str(site.latitude),
                    str(site.longitude),
                )
                for row, site in zip(placed, sites, strict=True)
            ],
        ),
    )


def _spoken(change: figures.Change | None) -> str:
    return "—" if change is None else f"{change.arrow} {change.text}".strip()


@require_safe
@needs(Right.SEE_OVERVIEW)
def store(request: HttpRequest, store_id: int) -> HttpResponse:
    """One store. Raises StoreNotFound, also for a store that is not the reader's."""
    seen = seen_stores(request)
    if store_id not in seen:
        raise StoreNotFound()
    refreshed = last_refresh(request)
    windows = asked_windows(request.GET, store_id)
    facts: dict[str, Any] = {"it": seen[store_id], "refreshed": refreshed, "stores": seen.values(), "store": store_id}
    if refreshed is None or windows is None:
        return render(request, "console/store.html", facts | {"empty": True})
    histories, ends_on = windows.histories, windows.ends_on
    tiles = [kpi_tile(insight.kpi(name), histories[name]) for name in COMPARED if name in histories]
    chosen = next((tile for tile in tiles if tile.kpi.name == request.GET.get("kpi")), tiles[0])
    compared = list(_compared(seen, ends_on, newest=refreshed.as_of).values())
    means = {name: _mean([kpis[name] for kpis in compared if name in kpis]) for name in COMPARED}
    window = tiles[0].now.now
    ranked = rank_goods(store_id, page_size=TOP_PRODUCTS)
    link = f"{reverse('console:store', args=[store_id])}?kpi={chosen.kpi.name}&ends={ends_on}"
    facts |= {
        "tiles": [(tile, _against(tile, means) if len(seen) > 1 else None) for tile in tiles],
        "chosen": chosen,
        "finding": shop_finding(seen[store_id].name, tiles),
        "trend": trend_chart(
            chosen,
            histories[chosen.kpi.name],
            link=link,
            more=f"{reverse('console:kpi', args=[chosen.kpi.name])}?store={store_id}",
        ),
        "hours": hours_chart(store_id, window, newest=windows.newest, link=link),
        "period": pick(windows.kept, ends_on, request.GET),
        "categories": _categories(store_id, ranked.categories),
        "layers": _layers(store_id),
        "products": ranked.rows,
        "weeks": insight.goods_weeks(refreshed.as_of),
        "window": window,
    }
    return render(request, "console/store.html", facts)


def _against(tile: Any, means: Mapping[str, Fraction | None]) -> figures.Change | None:
    """Beside the mean of the stores: the chain's own rate of coming back is higher than any store's, as people change
    stores."""
    return figures.change(tile.now.now.value, means[tile.kpi.name], tile.kpi.unit, tile.kpi.good_direction)


def _categories(store_id: int, found: Sequence[tuple[str, GoodsSold]]) -> list[dict[str, Any]]:
    whole = sum(max(0, sold.net_fen) for _, sold in found)
    widths, goods = of_largest([sold.net_fen for _, sold in found]), reverse("console:products")
    return [
        {
            "name": name or gettext("Without a category"),
            "address": f"{goods}?{urlencode({'store': store_id, 'category': name})}" if name else "",
            "sold": sold,
            "width": width,
            "share": figures.rate_of(max(0, sold.net_fen), max(1, whole)),
            "change": figures.change(Fraction(sold.net_fen), Fraction(sold.before_fen), "money", 1),
            "year_change": figures.change(Fraction(sold.net_fen), Fraction(sold.year_before_fen), "money", 1),
        }
        for (name, sold), width in zip(found, widths, strict=True)
    ]


def _layers(store_id: int) -> dict[str, Any]:
    """Members whose home store it is, by layer, with their receipts and spend of a year in the whole chain."""
    counted = by_layer(insight.squares(store_id))
    people, spend = (sum(pair[place] for pair in counted.values()) for place in (0, 1))
    return {
        "members": people,
        "spend_fen": spend,
        "rows": [
            {
                "key": key,
                "name": name,
                "members": counted[key][0],
                "of_members": figures.rate_of(counted[key][0], people),
                "spend_fen": counted[key][1],
                "of_spend": figures.rate_of(counted[key][1], spend),
            }
            for key, name in LAYERS.items()
        ],
    }
