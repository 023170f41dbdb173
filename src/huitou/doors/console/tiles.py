"""A KPI as pages show it: its value with what it is compared with, its sparkline, its trend over a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.holidays import festival_bands
from huitou.doors.console.parts import Cell, Chart, Column, Road, Table, road
from huitou.doors.console.spark import spark_points
from huitou.insight import service as insight
from huitou.insight.terms import Goal, KpiFigure, KpiNow

SPARK_WINDOWS = 26
TREND_WINDOWS = 53


@dataclass(frozen=True, slots=True)
class Tile:
    """One KPI of the strip."""

    kpi: Any
    now: KpiNow
    shown: figures.Shown
    change: figures.Change | None
    year_change: figures.Change | None
    spark: str
    spark_end: tuple[str, str]
    road: Road | None = None
    goal: Goal | None = None


def kpi_tile(kpi: Any, series: list[KpiFigure], goal: Goal | None = None) -> Tile:
    now = insight.newest(series)
    points = spark_points([figure.value for figure in series[-SPARK_WINDOWS:]])
    return Tile(
        kpi,
        now,
        figures.figure(now.now.value, kpi.unit),
        kpi_change(kpi, now.now, now.previous),
        kpi_change(kpi, now.now, _told(now.year_before, insight.known_from(kpi.name, series))),
        " ".join(f"{x},{y}" for x, y in points),
        points[-1] if points else ("", ""),
        _road(kpi, now.now.value, goal),
        goal,
    )


def goals_in(store: int | None, goals: Mapping[str, Goal]) -> Mapping[str, Goal]:
    """The chain's goals as a store is held against them: what is wanted of an average or of a share of sales is wanted
    of each. A sum is wanted of all together, and a share of people counts others in a store."""
    if store is None:
        return goals
    return {
        name: goal
        for name, goal in goals.items()
        if insight.kpi(name).denominator and not insight.kpi(name).counts_members
    }


def _told(figure: KpiFigure | None, known_from: date | None) -> KpiFigure | None:
    """None where it lies too near to where the data begin to be compared with."""
    return figure if figure is None or known_from is None or figure.starts_on >= known_from else None


def _road(kpi: Any, now: Fraction | None, goal: Goal | None) -> Road | None:
    if goal is None or goal.baseline is None or goal.target is None or now is None:
        return None
    shown = (figures.figure(goal.baseline, kpi.unit), figures.figure(goal.target, kpi.unit))
    # Below the tile's own figure there is no need, and in English no room, for the currency again.
    ends = tuple(one.figure if kpi.unit == "money" and not figures.chinese() else _tight(one) for one in shown)
    said = gettext("{now}, on the way from {baseline} to {target}").format(
        now=figures.figure(now, kpi.unit), baseline=ends[0], target=ends[1]
    )
    return road(goal.baseline, now, goal.target, (ends[0], ends[1]), said)


def _tight(shown: figures.Shown) -> str:
    return str(shown).replace(" ", "") if figures.chinese() else str(shown)


def kpi_change(kpi: Any, now: KpiFigure, before: KpiFigure | None) -> figures.Change | None:
    return figures.change(now.value, before.value if before else None, kpi.unit, kpi.good_direction)


def _plotted(figure: KpiFigure | None, unit: str) -> float | None:
    """For drawing only: yuan, per cent or a count. What is written beside it comes from the exact value."""
    return None if figure is None else _drawn(figure.value, unit)


def _drawn(value: Fraction | None, unit: str) -> float | None:
    if value is None:
        return None
    factor = 100 if unit == "rate" else 1
    return round(float(value * factor / (100 if unit == "money" else 1)), 4)


def kpi_trend(tile: Tile, series: list[KpiFigure]) -> dict[str, object]:
    """What the chart draws: a year of windows, and beside each the window 364 days before."""
    unit = tile.kpi.unit
    by_end = {figure.ends_on: figure for figure in series}
    shown = series[-TREND_WINDOWS:]
    known_from = insight.known_from(tile.kpi.name, series)
    before = [_told(by_end.get(figure.ends_on - timedelta(days=364)), known_from) for figure in shown]
    return {
        "ends": [figure.ends_on.isoformat() for figure in shown],
        "labels": [figures.span(figure.starts_on, figure.ends_on) for figure in shown],
        "now": [_plotted(figure, unit) for figure in shown],
        "before": [_plotted(figure, unit) for figure in before],
        "shown": [figures.in_full(figure.value, unit) for figure in shown],
        "shownBefore": [figures.in_full(figure.value, unit) if figure else "—" for figure in before],
        "last": str(tile.shown),
        "words": {"now": gettext("This period"), "before": gettext("Year before")},
        "unit": unit,
        "lines": _lines(tile),
        "bands": [*_beginning(shown, known_from), *festival_bands([one.ends_on for one in shown], 7, days_begin=False)],
    }


def _beginning(shown: Sequence[KpiFigure], known_from: date | None) -> list[dict[str, object]]:
    """Where the data begin: what members had bought before is not known, so that most look new."""
    near = [one for one in shown if known_from is not None and one.starts_on < known_from]
    return [{"from": 0, "to": min(len(near), len(shown) - 1), "name": gettext("the data begin")}] if near else []


def _lines(tile: Tile) -> list[dict[str, object]]:
    """Target and baseline, each with what stands beside its line."""
    if tile.goal is None:
        return []
    named = ((gettext("target"), tile.goal.target, True), (gettext("baseline"), tile.goal.baseline, False))
    unit = tile.kpi.unit
    return [
        {"at": _drawn(value, unit), "text": f"{name} {_tight(figures.figure(value, unit))}", "strong": strong}
        for name, value, strong in named
        if value is not None
    ]


def trend_chart(tile: Tile, series: list[KpiFigure], *, link: str, more: str) -> Chart:
    """The trend as a panel: what it found, its definition, the figures of every window."""
    kpi, options = tile.kpi, kpi_trend(tile, series)
    columns = (Column(gettext("Period")), Column(gettext("This period"), True), Column(gettext("Year before"), True))
    rows = [
        (Cell(label), Cell(now, exact=_exact(drawn)), Cell(before, tone="mut", exact=_exact(drawn_before)))
        for label, now, before, drawn, drawn_before in zip(
            *(options[name] for name in ("labels", "shown", "shownBefore", "now", "before")), strict=True
        )
    ]
    parts = filter(None, (gettext(kpi.numerator), gettext(kpi.denominator) if kpi.denominator else ""))
    return Chart(
        key="trend",
        builder="trend",
        title=gettext(kpi.title),
        about=gettext("28 days up to each week, this year and the year before"),
        options=options,
        finding=_found(tile),
        definition=f"{gettext(kpi.question)} {' ÷ '.join(parts)}. {gettext(kpi.caveat)}",
        table=Table(columns, rows[::-1]),
        link=link,
        more=more,
    )


def _found(tile: Tile) -> str:
    said = [str(tile.shown)]
    for change, beside in ((tile.change, "vs prior 28 days"), (tile.year_change, "vs a year ago")):
        if change is not None:
            said.append(f"{change.arrow} {change.text} {gettext(beside)}".strip())
    return ("，" if figures.chinese() else ", ").join(said)


def _exact(drawn: object) -> str:
    return "" if drawn is None else str(drawn)
