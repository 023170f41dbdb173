"""The figures: all of them in a list, and a page for each with its trend, its definition, its SQL and every cut."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.access.terms import Right
from huitou.doors.console import figures
from huitou.doors.console.channels import CHANNEL_NAMES
from huitou.doors.console.findings import kpi_finding
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.periods import asked_goals
from huitou.doors.console.tiles import kpi_change, kpi_tile, trend_chart
from huitou.insight import service as insight
from huitou.insight.terms import Cut, KpiFigure
from huitou.kernel.errors import N_
from huitou.usecases.kpis import kpi_window
from huitou.usecases.kpis_of_days import kpi_histories_up_to

MONTHS_SHOWN = 13
CUT_NAMES = {Cut.LAYER: N_("By layer"), Cut.CHANNEL: N_("By channel"), Cut.CATEGORY: N_("By category")}
HEADINGS = {"store": N_("Store"), "layer": N_("Layer"), "channel": N_("Channel"), "category": N_("Category")}
NONE_NAMES = {Cut.LAYER: N_("Without a card"), Cut.CHANNEL: N_("Not named"), Cut.CATEGORY: N_("Without a category")}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of figures: one part or period."""

    name: str
    now: KpiFigure
    before: KpiFigure | None
    key: str = ""


@needs(Right.SEE_OVERVIEW)
def kpis(request: HttpRequest) -> HttpResponse:
    """Every figure of the newest 28 days."""
    seen, store = asked_place(request)
    histories = insight.kpi_histories(store)
    tiles = [kpi_tile(kpi, histories[kpi.name]) for kpi in insight.kpis() if kpi.name in histories]
    window = tiles[0].now.now if tiles else None
    facts = {"tiles": tiles, "window": window, "empty": not tiles, "refreshed": last_refresh(request)}
    return render(request, "console/kpis.html", facts | _stores(request, seen, store))


@needs(Right.SEE_OVERVIEW)
def kpi(request: HttpRequest, name: str) -> HttpResponse:
    """One figure, in the window that `ends` names or the newest."""
    definition = insight.kpi(name)
    seen, store = asked_place(request)
    whole = insight.kpi_series(name, store)
    series = _up_to(request, name, store, whole)
    facts = {"kpi": definition, "empty": not series} | _stores(request, seen, store)
    if not series:
        return render(request, "console/kpi.html", facts | {"refreshed": last_refresh(request)})
    goals = insight.goals(asked_goals(request.GET)) if store is None else None
    tile = kpi_tile(definition, series, goals.goals.get(name) if goals else None)
    newest = bool(whole) and series[-1:] == whole[-1:]
    permalink = _permalink(request, name, store, series[-1].ends_on, goals.version if goals else None)
    facts |= {
        "tile": tile,
        "window": series[-1],
        "newest": newest,
        "finding": kpi_finding(tile),
        "trend": trend_chart(tile, series, link=permalink, more=""),
        "above": _amount(series[-1].numerator, money=definition.numerator_is_money),
        "below": _amount(series[-1].denominator, money=definition.denominator_is_money),
        "months": _months(definition, name, store, series[-1].ends_on),
        "parts": _parts(definition, series[-1].ends_on, seen) if store is None or len(seen) > 1 else [],
        "asked_only": _asked_only(definition, series[-1].ends_on) if newest and _whole_chain(request) else [],
        "command": _command(definition.name, series[-1]),
        "permalink": permalink,
    }
    return render(request, "console/kpi.html", facts)


@needs(Right.SEE_OVERVIEW)
def kpi_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Every kept value of one figure that the reader may see."""
    definition = insight.kpi(name)
    seen, store = asked_place(request)
    sink = StringIO()
    writer = csv.writer(sink)
    writer.writerow(("kpi", "cut", "part", "from", "to", "numerator", "denominator"))
    for cut, part, figure in _kept(name, store, seen):
        written = (figure.starts_on, figure.ends_on, figure.numerator, figure.denominator)
        writer.writerow((definition.name, cut, _inert(part), *("" if one is None else one for one in written)))
    response = HttpResponse("\ufeff" + sink.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{definition.name}.csv"'
    return response


def _kept(name: str, store: int | None, seen: dict[int, Any]) -> Iterator[tuple[str, str, KpiFigure]]:
    for figure in insight.kpi_series(name, store):
        yield "28 days", "", figure
    for figure in insight.kpi_months(name, store):
        yield "month", "", figure
    newest = next(reversed(insight.kpi_series(name, store)), None)
    if store is not None or newest is None:
        return
    for row in insight.kpi_by_store(name, newest.ends_on):
        if row.store_id in seen:
            yield Cut.STORE, seen[row.store_id].code, row.now
    for cut in CUT_NAMES:
        for part, now, _ in insight.kpi_by_part(name, cut, newest.ends_on):
            yield cut, part, now


def _inert(text: str) -> str:
    """A spreadsheet runs what begins like a formula; a name of ours never has to."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _whole_chain(request: HttpRequest) -> bool:
    return access.scope_of(request.user).everything


def _stores(request: HttpRequest, seen: dict[int, Any], store: int | None) -> dict[str, object]:
    return {"stores": seen.values(), "store": store, "whole_chain": _whole_chain(request)}


def _up_to(request: HttpRequest, name: str, store: int | None, series: list[KpiFigure]) -> list[KpiFigure]:
    """The windows up to the one that the address names: a link that is kept shows the same window for ever. One that is
    kept no more, or lies between those that are, is counted from the lake."""
    asked, refreshed = request.GET.get("ends", ""), last_refresh(request)
    if not asked or refreshed is None:
        return series
    try:
        ends = date.fromisoformat(asked)
    except ValueError as error:
        raise Http404 from error
    kept = [figure for figure in series if figure.ends_on <= ends]
    if kept and kept[-1].ends_on == ends:
        return kept
    known = kpi_histories_up_to(ends, store).get(name)
    if known:
        return known
    counted = kpi_window(name, ends, store) if ends <= refreshed.as_of else None
    if counted is None:
        raise Http404
    return [*kept, counted]


def _months(definition: Any, name: str, store: int | None, ends_on: date) -> list[dict[str, object]]:
    months = [figure for figure in insight.kpi_months(name, store) if figure.starts_on <= ends_on]
    before = [None, *months]
    rows = [
        Row(f"{figure.starts_on:%Y-%m}", figure, previous) for figure, previous in zip(months, before, strict=False)
    ]
    return _shown(definition, rows[-MONTHS_SHOWN:][::-1])


def _parts(definition: Any, ends_on: date, seen: dict[int, Any]) -> list[tuple[str, str, str, list[dict[str, object]]]]:
    """(cut, its name, what its parts are called, rows) of every cut that is kept for this window, the largest first."""
    stores = [
        Row(seen[row.store_id].name, row.now, row.previous, str(row.store_id))
        for row in insight.kpi_by_store(definition.name, ends_on)
        if row.store_id in seen
    ]
    found = [("store", N_("By store"), stores)] if len(stores) > 1 else []
    for cut, title in CUT_NAMES.items():
        rows = [
            Row(_part_name(cut, part), now, before, part)
            for part, now, before in insight.kpi_by_part(definition.name, cut, ends_on)
        ]
        if rows:
            found.append((str(cut), title, rows))
    return [
        (cut, title, HEADINGS[cut], _shown(definition, sorted(rows, key=_largest_first))) for cut, title, rows in found
    ]


def _largest_first(row: Row) -> tuple[bool, Any, str]:
    return (row.now.value is None, -(row.now.value or 0), row.name)


def _part_name(cut: Cut, part: str) -> str:
    if part == "":
        return gettext(NONE_NAMES[cut])
    names = {Cut.LAYER: LAYERS, Cut.CHANNEL: CHANNEL_NAMES}.get(cut, {})
    return gettext(names[part]) if part in names else part


def _shown(definition: Any, rows: list[Row]) -> list[dict[str, object]]:
    values = [row.now.value for row in rows if row.now.value is not None]
    largest = max(values, default=0)
    return [
        {
            "name": row.name,
            "key": row.key,
            "shown": figures.in_full(row.now.value, definition.unit, values),
            "above": _amount(row.now.numerator, money=definition.numerator_is_money),
            "below": _amount(row.now.denominator, money=definition.denominator_is_money),
            "change": kpi_change(definition, row.now, row.before),
            "width": figures.rounded(max(0, row.now.value * 100 / largest), 1)
            if row.now.value is not None and largest > 0
            else "0",
        }
        for row in rows
    ]


def _amount(amount: int | None, *, money: bool) -> str:
    if amount is None:
        return ""
    return figures.money(amount) if money else figures.rounded(amount, 0)


def _asked_only(definition: Any, ends_on: date) -> list[str]:
    """The cuts that are counted when somebody asks: they need each member's whole past, channel by channel."""
    return [str(cut) for cut in (Cut.CHANNEL, Cut.CATEGORY)] if definition.looks_back else []


def _permalink(request: HttpRequest, name: str, store: int | None, ends_on: date, goals: int | None) -> str:
    kept = {"store": store, "goals": goals}
    asked = {"ends": ends_on.isoformat()} | {key: str(value) for key, value in kept.items() if value is not None}
    return request.build_absolute_uri(f"{reverse('console:kpi', args=[name])}?{urlencode(asked)}")


def _command(name: str, window: KpiFigure) -> str:
    return f"huitou kpis --kpi {name} --from {window.starts_on} --to {window.ends_on}"
