"""KPIs as they stood on any day of two years: the last refresh left the windows that end on each of them."""

from __future__ import annotations

from datetime import date

from huitou.insight.service import kept_kpis
from huitou.insight.terms import KpiFigure
from huitou.lake import service as lake
from huitou.usecases.reckon import WINDOWS


def kpi_histories_up_to(ends_on: date, store_id: int | None) -> dict[str, list[KpiFigure]]:
    """The 28-day windows of every KPI that end on this day and 7, 14, ... days before, oldest first, of the chain or of
    one store that the reader sees; empty where they are not known."""
    histories: dict[str, list[KpiFigure]] = {}
    with lake.open_remembered(WINDOWS, kept_kpis.FORM) as (session, found):
        if found is None:
            return {}
        cut = None if store_id is None else str(store_id)
        for figure in kept_kpis.figures_as_of(session, found.view, found.said["periods"], ends_on, cut):
            histories.setdefault(figure.kpi, []).append(figure)
    return histories
