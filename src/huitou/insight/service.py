"""The door of insight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from huitou.insight.errors import KpiUnknown, PeriodBackwards
from huitou.insight.rules import periods, rhythm
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.periods import Period
from huitou.insight.store import reading, reckoning
from huitou.insight.terms import KpiFigure, KpiNow, KpiOfPeriod, KpiOfStore, RefreshSeen, Rhythm
from huitou.members import service as members
from huitou.members.terms import LayerShare

_BEFORE = timedelta(days=28)
_YEAR_BEFORE = timedelta(days=364)


def kpi_histories(store_id: int | None = None) -> dict[str, list[KpiFigure]]:
    """Every 28-day window of every KPI, oldest first, of the chain or of one store: one trip."""
    histories: dict[str, list[KpiFigure]] = {}
    for figure in reading.rolling_figures(store_id):
        histories.setdefault(figure.kpi, []).append(figure)
    return histories


def kpi_series(kpi: str, store_id: int | None = None) -> list[KpiFigure]:
    """Every 28-day window of one KPI, oldest first; they end 7 days apart."""
    return reading.rolling_figures(store_id, kpi)


def newest(series: Sequence[KpiFigure]) -> KpiNow:
    """The newest window of a series that is not empty, with the two it is compared with."""
    by_end = {figure.ends_on: figure for figure in series}
    now = series[-1]
    return KpiNow(now, by_end.get(now.ends_on - _BEFORE), by_end.get(now.ends_on - _YEAR_BEFORE))


def kpi_now(store_id: int | None = None) -> dict[str, KpiNow]:
    """Each KPI's newest 28 days beside the 28 before and the same weeks a year ago; empty before a refresh."""
    return {kpi: newest(series) for kpi, series in kpi_histories(store_id).items()}


def kpi_by_store(kpi: str, ends_on: date) -> list[KpiOfStore]:
    """One KPI of each store that the reader sees, for the 28 days that end on `ends_on`; in no order."""
    rows = reading.rolling_by_store(kpi, [ends_on, ends_on - _BEFORE])
    previous = {store: figure for store, figure in rows if figure.ends_on != ends_on}
    return [KpiOfStore(store, figure, previous.get(store)) for store, figure in rows if figure.ends_on == ends_on]


def layer_counts(store_id: int | None = None) -> list[LayerShare]:
    """Members and 12-month spend of each layer, of the chain or of one home store."""
    return members.layer_shares(store_id)


def last_refresh() -> RefreshSeen | None:
    return reading.last_refresh()


def rhythm_of(days: Sequence[date]) -> Rhythm | None:
    """How regularly somebody comes who came on these days; None where they are too few to tell."""
    return rhythm.rhythm_of(days)


def kpis() -> tuple[Kpi, ...]:
    """Every KPI, in the order in which pages show them."""
    return tuple(KPIS.values())


def days_known(session: duckdb.DuckDBPyConnection) -> tuple[date, date] | None:
    """The first and the last business date of the lake; None when it is empty."""
    return reckoning.days_known(session)


def begin_refresh(as_of: date) -> int:
    return reckoning.begin_refresh(as_of)


def end_refresh(refresh: int, steps: list[dict[str, Any]]) -> None:
    """The refresh has ended; `steps` say how many seconds each took."""
    reckoning.end_refresh(refresh, steps)


def forget_stores(stores: Sequence[int]) -> None:
    """Stores leave with the import that brought them: their kept KPIs go, and the next refresh reckons the chain's."""
    reckoning.forget_stores(stores)


def reckon_facts(session: duckdb.DuckDBPyConnection, as_of: date) -> pa.Table:
    """RFM and layer of every member who ever bought up to `as_of`, in the columns of members' facts."""
    return reckoning.facts(session, as_of)


def reckon_kpis(session: duckdb.DuckDBPyConnection, first_day: date, as_of: date) -> int:
    """Reckon and keep every KPI of every 28-day window up to `as_of`. Returns how many values."""
    kept = list(periods.rolling_windows(first_day, as_of))
    reckoning.prepare_visits(session, as_of)
    values = reckoning.kpi_values(session, KPIS.values(), kept)
    reckoning.replace_kpis(values)
    return len(values)


def kpis_of_period(
    session: duckdb.DuckDBPyConnection, starts_on: date, ends_on: date, names: Sequence[str] = ()
) -> list[KpiOfPeriod]:
    """Every KPI (or those named) of any period, for the chain (store None) and for each store.

    Reckoned from the lake, not from kept values. Raises PeriodBackwards or KpiUnknown.
    """
    if ends_on < starts_on:
        raise PeriodBackwards(starts_on=starts_on, ends_on=ends_on)
    for name in names:
        if name not in KPIS:
            raise KpiUnknown(kpi=name, kpis=", ".join(KPIS))
    wanted = [KPIS[name] for name in names] or list(KPIS.values())
    reckoning.prepare_visits(session, ends_on)
    rows = reckoning.kpi_values(session, wanted, [Period(periods.ASKED, starts_on, ends_on)]).to_pylist()
    rows.sort(key=lambda row: (list(KPIS).index(row["kpi"]), row["store_id"] is not None, row["store_id"] or 0))
    return [
        KpiOfPeriod(row["store_id"], KpiFigure(row["kpi"], starts_on, ends_on, row["numerator"], row["denominator"]))
        for row in rows
    ]
