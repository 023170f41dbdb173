"""A KPI as pages show it: its value with what it is compared with, its sparkline, its trend over a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from huitou.doors.console import figures
from huitou.doors.console.spark import spark_points
from huitou.insight import service as insight
from huitou.insight.terms import KpiFigure, KpiNow

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


def kpi_tile(kpi: Any, series: list[KpiFigure]) -> Tile:
    now = insight.newest(series)
    points = spark_points([figure.value for figure in series[-SPARK_WINDOWS:]])
    return Tile(
        kpi,
        now,
        figures.figure(now.now.value, kpi.unit),
        kpi_change(kpi, now.now, now.previous),
        kpi_change(kpi, now.now, now.year_before),
        " ".join(f"{x},{y}" for x, y in points),
        points[-1] if points else ("", ""),
    )


def kpi_change(kpi: Any, now: KpiFigure, before: KpiFigure | None) -> figures.Change | None:
    return figures.change(now.value, before.value if before else None, kpi.unit, kpi.good_direction)


def _plotted(figure: KpiFigure | None, unit: str) -> float | None:
    """For drawing only: yuan, per cent or a count. What is written beside it comes from the exact value."""
    if figure is None or figure.value is None:
        return None
    factor = 100 if unit == "rate" else 1
    return round(float(figure.value * factor / (100 if unit == "money" else 1)), 4)


def kpi_trend(tile: Tile, series: list[KpiFigure]) -> dict[str, object]:
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
