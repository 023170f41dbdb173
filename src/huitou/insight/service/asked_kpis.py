"""The KPIs of any period that somebody asks for, of everybody or of some members; a part of the room's door."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import duckdb

from huitou.insight.errors import CutUnknown, KpiUnknown, PeriodBackwards, TooManyParts
from huitou.insight.rules import periods
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import Kpi
from huitou.insight.rules.periods import Period
from huitou.insight.store import kpis as kpi_store
from huitou.insight.store.kpis import Only
from huitou.insight.terms import Cut, KpiFigure, KpiOfPart
from huitou.members import service as members

__all__ = ["Only", "cut_named", "kpi_named", "kpis_of_period", "lay_chosen", "months_of", "windows_of"]


def kpi_named(name: str) -> Kpi:
    """Raises KpiUnknown."""
    if name not in KPIS:
        raise KpiUnknown(kpi=name, kpis=", ".join(KPIS))
    return KPIS[name]


def cut_named(text: str) -> Cut:
    """Raises CutUnknown."""
    if text not in list(Cut):
        raise CutUnknown(cut=text, cuts=", ".join(Cut))
    return Cut(text)


def lay_chosen(session: duckdb.DuckDBPyConnection, member_ids: Collection[int]) -> None:
    """From here on `Only` means these members in this session."""
    kpi_store.lay_chosen(session, member_ids)


def kpis_of_period(
    session: duckdb.DuckDBPyConnection,
    starts_on: date,
    ends_on: date,
    *,
    names: Sequence[str] = (),
    by: Cut = Cut.CHAIN,
    only: Only | None = None,
) -> list[KpiOfPart]:
    """Every KPI (or those named) of any period, of the chain and of each part of it that `by` makes; by day, week
    or month, of each of these in its place. Reckoned from the lake, not from kept values; `only` from some members'
    receipts.

    Raises PeriodBackwards, KpiUnknown or TooManyParts.
    """
    if ends_on < starts_on:
        raise PeriodBackwards(starts_on=starts_on, ends_on=ends_on)
    whole = [Period(periods.ASKED, starts_on, ends_on)]
    if by in (Cut.DAY, Cut.WEEK, Cut.MONTH):
        whole = periods.parts_of(starts_on, ends_on, by)
        if len(whole) > periods.MOST_PARTS:
            raise TooManyParts(most=periods.MOST_PARTS)
        by = Cut.CHAIN
    wanted = [kpi_named(name) for name in names] or list(KPIS.values())
    return _counted(session, wanted, whole, dict.fromkeys((Cut.CHAIN, by)), only)


def windows_of(
    session: duckdb.DuckDBPyConnection,
    first_day: date,
    as_of: date,
    only: Only,
    *,
    names: Sequence[str] = (),
    cuts: Iterable[Cut] = (Cut.CHAIN,),
    most: int | None = None,
) -> list[KpiOfPart]:
    """The 28 days that end on `as_of` and 7, 14, ... days before (all, or the newest `most`) of some members: every
    KPI or those named, by these cuts; oldest first within a part. Raises KpiUnknown."""
    windows = [*periods.rolling_windows(first_day, as_of)][:most]
    return _counted(session, [kpi_named(name) for name in names] or list(KPIS.values()), windows, cuts, only)


def months_of(
    session: duckdb.DuckDBPyConnection, first_day: date, as_of: date, only: Only, *, name: str
) -> list[KpiFigure]:
    """The calendar months up to `as_of` of some members, oldest first. Raises KpiUnknown."""
    months = periods.months_kept(first_day, as_of)
    return [one.figure for one in _counted(session, [kpi_named(name)], months, (Cut.CHAIN,), only)]


def _counted(
    session: duckdb.DuckDBPyConnection,
    wanted: Sequence[Kpi],
    whole: Sequence[Period],
    cuts: Iterable[Cut],
    only: Only | None,
) -> list[KpiOfPart]:
    found = []
    for cut in cuts:
        if cut is Cut.LAYER:
            session.register("layers", members.facts_now().select(["member_id", "layer"]))
        found += session.sql(kpi_store.values_query(session, wanted, whole, cut, only)).to_arrow_table().to_pylist()
    order = list(KPIS)
    found.sort(key=lambda row: (order.index(row["kpi"]), row["cut"] is not None, row["cut"] or "", row["starts_on"]))
    return [
        KpiOfPart(
            row["cut"],
            KpiFigure(row["kpi"], row["starts_on"], row["ends_on"], row["numerator"], row["denominator"]),
        )
        for row in found
    ]
