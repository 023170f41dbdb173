"""KPI figures, runs, cut-offs and histories as they are looked up. The database's policies keep every query to the
reader's stores (M6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from huitou.insight.store.writing import LOCK
from huitou.insight.terms import CutOffs, CutOffsSeen, KpiFigure, LayerSpanSeen, RefreshSeen, RunState

_FIGURE = "kpi, starts_on, ends_on, numerator, denominator"


def figures(store_id: int | None, period: str, kpis: Sequence[str]) -> list[KpiFigure]:
    """Every kept period of this kind of these KPIs of the chain (no store) or of one store, oldest first."""
    place, values = ("store_id = %s", [store_id]) if store_id is not None else ("store_id IS NULL", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FIGURE} FROM insight_kpivalue WHERE kpi = ANY(%s) AND period = %s AND {place} AND cut = '' "
            "ORDER BY ends_on",
            [list(kpis), period, *values],
        )
        return [KpiFigure(*row) for row in cursor.fetchall()]


def rolling_of_stores(kpis: list[str], ends: list[date]) -> list[tuple[int, KpiFigure]]:
    """The windows of these KPIs that end on these days, of each store that the reader sees."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT store_id, {_FIGURE} FROM insight_kpivalue WHERE period = 'rolling28' AND kpi = ANY(%s) "
            "AND store_id IS NOT NULL AND cut = '' AND ends_on = ANY(%s)",
            [kpis, ends],
        )
        return [(row[0], KpiFigure(*row[1:])) for row in cursor.fetchall()]


def rolling_by_part(kpi: str, cuts: list[str], ends: list[date], store: int | None) -> list[tuple[str, str, KpiFigure]]:
    """Those of one KPI by parts of the chain or of a store: by which cut, which part, and the window."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT cut, cut_key, {_FIGURE} FROM insight_kpivalue "
            "WHERE period = 'rolling28' AND kpi = %s AND cut = ANY(%s) AND ends_on = ANY(%s) "
            "AND store_id IS NOT DISTINCT FROM %s",
            [kpi, cuts, ends, store],
        )
        return [(row[0], row[1], KpiFigure(*row[2:])) for row in cursor.fetchall()]


_RUN = """
SELECT id, as_of, started_at, ended_at, steps, anew, lake_version, cut_offs_id, restated, stopped_by,
       CASE WHEN ended_at IS NOT NULL THEN 'done'
            WHEN id = (SELECT max(id) FROM insight_refresh) AND EXISTS (
                SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND objsubid = 2
                AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            ) THEN 'running' ELSE 'stopped' END, interrupted
FROM insight_refresh
"""


def last_refresh() -> RefreshSeen | None:
    found = _runs("WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1")
    return found[0] if found else None


def last_runs(limit: int) -> list[RefreshSeen]:
    return _runs("ORDER BY id DESC LIMIT %s", limit)


def _runs(which: str, *values: Any) -> list[RefreshSeen]:
    with connection.cursor() as cursor:
        cursor.execute(_RUN + which, [*LOCK, *values])
        return [
            RefreshSeen(
                *row[:4],
                json.loads(row[4]),
                *row[5:8],
                json.loads(row[8]),
                row[9],
                RunState(row[10]),
                json.loads(row[11]),
            )
            for row in cursor.fetchall()
        ]


def cut_offs(limit: int) -> list[CutOffsSeen]:
    """The newest versions, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, body, made_by, made_at, note FROM insight_cutoffs ORDER BY id DESC LIMIT %s", [limit]
        )
        return [CutOffsSeen(version, _cut_offs(json.loads(body)), *rest) for version, body, *rest in cursor.fetchall()]


def _cut_offs(body: dict[str, Any]) -> CutOffs:
    return CutOffs(**{name: tuple(value) if isinstance(value, list) else value for name, value in body.items()})


def layer_spans(member_id: int) -> list[LayerSpanSeen]:
    """A member's layers, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT layer, since, until, cut_offs_id FROM insight_layerspan WHERE member_id = %s ORDER BY since DESC",
            [member_id],
        )
        return [LayerSpanSeen(*row) for row in cursor.fetchall()]


def delete_layer_spans(member_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM insight_layerspan WHERE member_id = %s", [member_id])
        return cursor.rowcount
