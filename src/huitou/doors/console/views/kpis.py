"""The figures: all of them in a list, and a page for each with its trend, its definition, its SQL and every cut."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from huitou.doors.console.driven import is_circular, why_not_split
from huitou.doors.console.findings import kpi_finding
from huitou.doors.console.gate import asked_place, last_refresh, needs
from huitou.doors.console.layers import LAYERS
from huitou.doors.console.periods import asked_goals
from huitou.doors.console.tiles import goals_in, kpi_change, kpi_tile, trend_chart
from huitou.doors.console.whose import Whose, asked_whose, kept_in, picking
from huitou.insight import service as insight
from huitou.insight.service import goals as kpi_goals
from huitou.insight.terms import Cut, KpiFigure
from huitou.kernel.channels import CHANNEL_NAMES
from huitou.kernel.errors import N_
from huitou.usecases.kpis import first_day_known, kpi_window
from huitou.usecases.kpis_of_chosen import histories_of_chosen, kpi_of_chosen
from huitou.usecases.kpis_of_days import kpi_histories_up_to

MONTHS_SHOWN = 13
CUT_NAMES = {Cut.LAYER: N_("By layer"), Cut.CHANNEL: N_("By channel"), Cut.CATEGORY: N_("By category")}
HEADINGS = {
    Cut.STORE: N_("Store"), Cut.LAYER: N_("Layer"), Cut.CHANNEL: N_("Channel"), Cut.CATEGORY: N_("Category")
}  # fmt: skip
NONE_NAMES = {Cut.LAYER: N_("Without a card"), Cut.CHANNEL: N_("Not named"), Cut.CATEGORY: N_("Without a category")}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of figures: one part or period."""

    name: str
    now: KpiFigure
    before: KpiFigure | None
    key: str = ""
    alone: str = ""
    """Why it is compared with nothing, in words."""


@needs(Right.SEE_OVERVIEW)
def kpis(request: HttpRequest) -> HttpResponse:
    """Every figure of the newest 28 days."""
    seen, store = asked_place(request)
    whose, refreshed = asked_whose(request), last_refresh(request)
    histories = insight.kpi_histories(store)
    if whose is not None and refreshed is not None:
        histories = histories_of_chosen(whose.chosen, _only(request, store), refreshed.as_of)
    tiles = [kpi_tile(kpi, histories[kpi.name]) for kpi in insight.kpis() if kpi.name in histories]
    window = tiles[0].now.now if tiles else None
    facts = {"tiles": tiles, "window": window, "empty": not tiles, "refreshed": refreshed}
    facts |= {"figure_asked": urlencode(kept_in(whose, store=store)), **picking(request, whose)}
    return render(request, "console/kpis.html", facts | _stores(request, seen, store))


@needs(Right.SEE_OVERVIEW)
def kpi(request: HttpRequest, name: str) -> HttpResponse:
    """One figure, in the window that `ends` names or the newest."""
    definition = insight.kpi(name)
    seen, store = asked_place(request)
    whose = asked_whose(request)
    kept = insight.kpi_series(name, store)
    everybody = _up_to(request, name, store, kept)
    of = _source(request, name, store, whose, everybody)
    series = of.series
    facts = {"kpi": definition, "empty": not series} | _stores(request, seen, store) | picking(request, whose)
    if not series:
        return render(request, "console/kpi.html", facts | {"refreshed": last_refresh(request)})
    goals = kpi_goals.standing(asked_goals(request.GET)) if whose is None else None
    tile = kpi_tile(definition, series, goals_in(store, goals.goals).get(name) if goals else None)
    newest = bool(kept) and series[-1].ends_on == kept[-1].ends_on
    permalink = _permalink(
        request, name, kept_in(whose, store=store, ends=series[-1].ends_on, goals=goals.version if goals else None)
    )
    facts |= {
        "tile": tile,
        "window": series[-1],
        "newest": newest,
        "finding": kpi_finding(tile),
        "trend": trend_chart(tile, series, link=permalink, more=""),
        "above": _amount(series[-1].numerator, money=definition.numerator_is_money),
        "below": _amount(series[-1].denominator, money=definition.denominator_is_money),
        "beside": _beside(definition, whose, everybody, series),
        "months": _months(definition, of, series[-1].ends_on),
        "parts": _parts(definition, of, seen),
        "not_split": _not_split(definition, store) if newest else [],
        "command": _command(definition.name, series[-1], whose),
        "csv_asked": urlencode(kept_in(whose, store=store)),
        "permalink": permalink,
    }
    return render(request, "console/kpi.html", facts)


@needs(Right.SEE_OVERVIEW)
def kpi_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Every value of one figure that the reader may see."""
    definition = insight.kpi(name)
    seen, store = asked_place(request)
    whose = asked_whose(request)
    sink = StringIO()
    writer = csv.writer(sink)
    writer.writerow(("kpi", "cut", "part", "from", "to", "numerator", "denominator", *(_WHOSE if whose else ())))
    told = (_inert(whose.segment.name), whose.chosen.version, whose.chosen.as_of) if whose else ()
    of = _source(request, name, store, whose, insight.kpi_series(name, store))
    for cut, part, figure in _rows_of(of, store, seen):
        written = (figure.starts_on, figure.ends_on, figure.numerator, figure.denominator)
        writer.writerow((definition.name, cut, _inert(part), *("" if one is None else one for one in written), *told))
    response = HttpResponse("\ufeff" + sink.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{definition.name}.csv"'
    return response


_WHOSE = ("segment", "version", "as_of")


@dataclass(frozen=True, slots=True)
class Source:
    """One figure of everybody or of some members: windows and months, oldest first; of the last window by cut and part
    beside the 28 days before. The part of a store is its id."""

    series: Sequence[KpiFigure]
    months: Sequence[KpiFigure]
    parts: Sequence[tuple[Cut, str, KpiFigure, KpiFigure | None]]
    first_day: date = date.min
    """Nothing is known of days before it."""


def _source(
    request: HttpRequest, name: str, store: int | None, whose: Whose | None, everybody: Sequence[KpiFigure]
) -> Source:
    if not everybody:
        return Source((), (), ())
    ends_on = everybody[-1].ends_on
    if whose is not None:
        counted = kpi_of_chosen(whose.chosen, name, _only(request, store), ends_on)
        if counted is None:
            return Source((), (), ())
        return Source(counted.series, counted.months, counted.parts, counted.first_day)
    by_store = insight.kpis_by_store([name], ends_on)[name]
    parts = [(Cut.STORE, str(row.store_id), row.now, row.previous) for row in by_store]
    for cut, found in insight.kpi_by_part(name, CUT_NAMES, ends_on, store).items():
        parts += [(cut, part, now, before) for part, (now, before) in found.items()]
    months = insight.kpi_months(name, store)
    # Of a chain with more months than are shown, and the one before them, it does not matter when the first began.
    first_day = first_day_known() if len(months) <= MONTHS_SHOWN + 1 else None
    return Source(everybody, months, parts, first_day or date.min)


def _only(request: HttpRequest, store: int | None) -> list[int] | None:
    """The stores whose receipts may be counted for a page; None: all. The lake knows no policies."""
    if store is not None:
        return [store]
    return None if _whole_chain(request) else []


def _rows_of(of: Source, store: int | None, seen: dict[int, Any]) -> Iterator[tuple[str, str, KpiFigure]]:
    for figure in of.series:
        yield "28 days", "", figure
    for figure in of.months:
        yield "month", "", figure
    for cut, part, now, _ in of.parts:
        if cut is not Cut.STORE:
            yield cut, part, now
        elif store is None and int(part) in seen:
            yield cut, seen[int(part)].code, now


def _beside(
    definition: Any, whose: Whose | None, everybody: Sequence[KpiFigure], series: Sequence[KpiFigure]
) -> list[dict[str, object]]:
    """Some members beside everybody else and everybody, in the window that is shown and the 28 days before."""
    if whose is None:
        return []
    of_all, of_them = ({one.ends_on: one for one in windows} for windows in (everybody, series))
    now, before = everybody[-1].ends_on, everybody[-1].ends_on - timedelta(days=28)

    def row(name: str, one: Callable[[date], KpiFigure | None]) -> Row | None:
        shown = one(now)
        return Row(name, shown, one(before)) if shown is not None else None

    def others(day: date) -> KpiFigure | None:
        whole = of_all.get(day)
        return None if whole is None else whole.without(of_them.get(day))

    rows = (
        row(whose.segment.name, of_them.get),
        row(gettext("Everybody else"), others),
        row(gettext("Everybody"), of_all.get),
    )
    return _shown(definition, [one for one in rows if one is not None])


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


def _months(definition: Any, of: Source, ends_on: date) -> list[dict[str, object]]:
    """The months, each whole one beside a whole one before it."""
    months = [figure for figure in of.months if figure.starts_on <= ends_on]
    rows = [
        _month_row(figure, previous, of.first_day) for figure, previous in zip(months, [None, *months], strict=False)
    ]
    return _shown(definition, rows[-MONTHS_SHOWN:][::-1])


def _month_row(figure: KpiFigure, previous: KpiFigure | None, first_day: date) -> Row:
    name = figures.month(figure.starts_on)
    if figure.starts_on < first_day:
        return Row(name, figure, None, alone=gettext("from {day} on").format(day=figures.day(first_day)))
    if not figure.is_whole_month(first_day):
        return Row(name, figure, None, alone=gettext("not over yet"))
    if previous is None or not previous.is_whole_month(first_day):
        return Row(name, figure, None, alone=gettext("no whole month before"))
    return Row(name, figure, previous)


def _parts(definition: Any, of: Source, seen: dict[int, Any]) -> list[tuple[str, str, str, list[dict[str, object]]]]:
    """(cut, its name, what its parts are called, rows) of every cut that is known for this window, the largest
    first."""
    found = []
    for cut, title in {Cut.STORE: N_("By store"), **CUT_NAMES}.items():
        if is_circular(definition, cut):
            continue
        rows = [
            Row(_part_name(cut, part, seen), now, before, part)
            for one, part, now, before in of.parts
            if one is cut and (cut is not Cut.STORE or int(part) in seen)
        ]
        if len(rows) > (cut is Cut.STORE):
            found.append((str(cut), title, HEADINGS[cut], _shown(definition, sorted(rows, key=_largest_first))))
    return found


def _largest_first(row: Row) -> tuple[bool, Any, str]:
    return (row.now.value is None, -(row.now.value or 0), row.name)


def _part_name(cut: Cut, part: str, seen: dict[int, Any]) -> str:
    if cut is Cut.STORE:
        return str(seen[int(part)].name)
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
            "alone": row.alone,
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


def _not_split(definition: Any, store: int | None) -> list[str]:
    """Why some cuts are missing, each in a sentence."""
    said = why_not_split(definition, newest=True, store=store)
    if definition.looks_back and store is None:
        said.append(gettext("Not split by category: that needs each member's past in each of them."))
    elif store is not None:
        said.append(gettext("In a store not split by category: that is counted for the chain."))
    return said


def _permalink(request: HttpRequest, name: str, asked: Mapping[str, str]) -> str:
    return request.build_absolute_uri(f"{reverse('console:kpi', args=[name])}?{urlencode(asked)}")


def _command(name: str, window: KpiFigure, whose: Whose | None) -> str:
    command = f"huitou kpis --kpi {name} --from {window.starts_on} --to {window.ends_on}"
    if whose is None:
        return command
    if whose.chosen.snapshot is not None:
        return f"{command} --snapshot {whose.chosen.snapshot}"
    return f"{command} --segment {shlex.quote(whose.segment.name)}"
