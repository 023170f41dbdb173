"""KPI figures as they are looked up. The database's policies keep every query to the reader's stores (M6)."""

from __future__ import annotations

from datetime import date

from django.db import connection

from huitou.insight.terms import KpiFigure, RefreshSeen


def rolling_figures(store_id: int | None, kpi: str | None = None) -> list[KpiFigure]:
    """Every 28-day window of the chain (no store) or of one store, oldest first."""
    place, values = ("store_id = %s", [store_id]) if store_id is not None else ("store_id IS NULL", [])
    only = "AND kpi = %s" if kpi is not None else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kpi, starts_on, ends_on, numerator, denominator FROM insight_kpivalue "
            f"WHERE period = 'rolling28' AND {place} {only} ORDER BY ends_on",
            [*values, *([kpi] if kpi is not None else [])],
        )
        return [KpiFigure(*row) for row in cursor.fetchall()]


def rolling_by_store(kpi: str, ends: list[date]) -> list[tuple[int, KpiFigure]]:
    """The windows that end on these days, of each store that the reader sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT store_id, kpi, starts_on, ends_on, numerator, denominator FROM insight_kpivalue "
            "WHERE period = 'rolling28' AND kpi = %s AND store_id IS NOT NULL AND ends_on = ANY(%s)",
            [kpi, ends],
        )
        return [(row[0], KpiFigure(*row[1:])) for row in cursor.fetchall()]


def last_refresh() -> RefreshSeen | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT as_of, ended_at FROM insight_refresh WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return RefreshSeen(*row) if row else None
