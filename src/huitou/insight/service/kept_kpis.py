"""The KPIs that a refresh keeps: the door of the room for the refresh and for who reads what it left.

A window's values come from the days up to its end alone, so one whose days have not changed is never counted again.
Windows that end on any day are counted as days come, also those that are not shown today: those of the newest day are
shown beside the ones that ended 7, 14, ... days before it, and tomorrow those of another weekday are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import duckdb

from huitou.insight.rules import periods
from huitou.insight.rules.kpis import KPIS
from huitou.insight.rules.kpis.kpi import SILENT_MONTHS
from huitou.insight.rules.periods import Period
from huitou.insight.store import kpis as kpi_store
from huitou.insight.store.kpis import CategoryVisits, ChainDays
from huitou.insight.terms import Cut, KpiFigure
from huitou.members.terms import months_before

__all__ = [
    "FORM",
    "CategoryVisits",
    "category_visits",
    "figures_as_of",
    "kpis_query",
    "lay_windows",
    "periods_wanted",
    "reached_back_to",
    "spelled",
    "still_true",
]

FORM = hashlib.sha256(
    "|".join([*(f"{kpi.name} {kpi.sql}" for kpi in KPIS.values()), *kpi_store.PREPARED_BY]).encode()
).hexdigest()[:16]
"""Names how KPIs are counted: values of another form are not these KPIs' values."""
_BEFORE = timedelta(days=28)
LATE_MONTHS = 2
"""Days that are changed so many months late still find what they need after `reached_back_to`."""


def reached_back_to(as_of: date) -> date:
    """The end of a month: nobody needs single visits of before it for the KPIs of the newest months, if it is known who
    had bought last when."""
    return months_before(as_of, SILENT_MONTHS + LATE_MONTHS).replace(day=1) - periods.ONE_DAY


def periods_wanted(first_day: date, as_of: date) -> list[Period]:
    """Every period whose values are to be known: windows up to any day of two years, and calendar months."""
    return [*periods.every_window(first_day, as_of), *periods.months_kept(first_day, as_of)]


def spelled(found: Iterable[Period]) -> list[list[str]]:
    """Periods as `still_true` reads them again, in plain JSON."""
    return [[one.kind, one.starts_on.isoformat(), one.ends_on.isoformat()] for one in found]


def still_true(known: Iterable[Sequence[str]], wanted: Sequence[Period], changed_from: date) -> list[Period]:
    """Those of the known periods, `spelled`, that are wanted and that end before the first day that changed."""
    asked = set(wanted)
    periods_known = (Period(kind, date.fromisoformat(first), date.fromisoformat(last)) for kind, first, last in known)
    return [period for period in periods_known if period in asked and period.ends_on < changed_from]


def figures_as_of(
    session: duckdb.DuckDBPyConnection,
    known: str,
    spelled_periods: Iterable[Sequence[str]],
    as_of: date,
    cut: str | None,
) -> list[KpiFigure]:
    """Every KPI of the windows that end on a day and 7, 14, ... days before it, oldest first, from the view `known`
    that `lay_windows` left; of a store, or (None) of the chain. No row means zero."""
    laid = [Period(kind, date.fromisoformat(first), date.fromisoformat(last)) for kind, first, last in spelled_periods]
    laid = [one for one in laid if one.kind == periods.ROLLING]
    if as_of not in {one.ends_on for one in laid}:
        return []
    first_day = min(one.ends_on for one in laid)
    wanted = list(periods.rolling_windows(first_day, as_of))
    kpi_store.lay_periods(session, wanted)
    place = "cut IS NULL" if cut is None else f"cut = '{int(cut)}'"
    found = kpi_store.filled_query(
        f"FROM {known} WHERE {place}",
        f"SELECT {'NULL' if cut is None else repr(cut)}::VARCHAR AS cut",
        list(KPIS.values()),
    )
    rows = session.sql(f"SELECT kpi, starts_on, ends_on, numerator, denominator FROM ({found}) ORDER BY ends_on")
    return [KpiFigure(*row) for row in rows.fetchall()]


def lay_windows(
    session: duckdb.DuckDBPyConnection,
    known: str | None,
    true: Sequence[Period],
    wanted: Sequence[Period],
    since: date | None,
) -> ChainDays | None:
    """Leaves a table `windows` of (cut, kpi, period, starts_on, ends_on, numerator, denominator) of the wanted periods:
    of those that are still `true` from the view `known`, of the others counted. No row means zero; the cut is a store,
    or NULL for the chain. `since`: a day that `standing` was laid for. Returns which days of members it laid."""
    columns = "cut, kpi, period, starts_on, ends_on, numerator, denominator"
    kpi_store.lay_periods(session, true)
    before = f"SELECT {columns} FROM {known} SEMI JOIN periods USING (period, starts_on, ends_on)"
    session.execute(f"CREATE OR REPLACE TEMP TABLE windows AS {before if known else kpi_store.NONE_FOUND}")
    missing = [period for period in wanted if period not in set(true)]
    if not missing:
        return None
    days = kpi_store.lay_chain_days(session, max(one.ends_on for one in missing), _enough(since, missing))
    for cut in (Cut.CHAIN, Cut.STORE):
        found = kpi_store.found_query(session, KPIS.values(), missing, cut, days.since, days=days)
        session.execute(f"INSERT INTO windows SELECT {columns} FROM ({found})")
    return days


@contextmanager
def category_visits(
    session: duckdb.DuckDBPyConnection, as_of: date, known: CategoryVisits | None
) -> Iterator[CategoryVisits]:
    """What the newest windows need of the baskets by category: what is `known` of it is read, the days that are missing
    are counted from the lines."""
    with kpi_store.category_visits(session, as_of - _BEFORE - periods.WINDOW + periods.ONE_DAY, as_of, known) as laid:
        yield laid


def kpis_query(
    session: duckdb.DuckDBPyConnection,
    first_day: date,
    as_of: date,
    since: date | None,
    days: ChainDays | None = None,
    categories: CategoryVisits | None = None,
) -> str:
    """SQL of every KPI value that is shown: of chain and stores for every window and month, and of the further cuts for
    the newest windows, of the chain and of each store. Reads `windows`, `visits`, `lines` and `layers`, `standing` of
    the day `since`, the `days` that `lay_windows` laid, and the `category_visits`."""
    shown = [*periods.rolling_windows(first_day, as_of), *periods.months_kept(first_day, as_of)]
    newest = [one for one in shown if one.kind == periods.ROLLING and one.ends_on in (as_of, as_of - _BEFORE)]
    every, short = list(KPIS.values()), [kpi for kpi in KPIS.values() if not kpi.looks_back]
    session.execute("CREATE OR REPLACE TEMP TABLE kpis_counted AS " + _row(Cut.CHAIN, kpi_store.NONE_FOUND))

    def add(cut: Cut, query: str) -> None:
        session.execute(f"INSERT INTO kpis_counted {_row(cut, query)}")

    kpi_store.lay_periods(session, shown)
    for cut, places in ((Cut.CHAIN, "SELECT NULL::VARCHAR AS cut"), (Cut.STORE, kpi_store.stores_up_to(as_of))):
        theirs = f"FROM windows WHERE cut IS {'' if cut is Cut.CHAIN else 'NOT '}NULL"
        add(cut, kpi_store.filled_query(theirs, places, every))
    found = kpi_store.found_query(session, every, newest, Cut.LAYER, _enough(since, newest), days=days)
    add(Cut.LAYER, kpi_store.filled_query(found, kpi_store.layers_up_to(session, as_of), every))
    kpi_store.forget_chain_days(session)
    for cut in (Cut.CHANNEL, Cut.CATEGORY):
        add(cut, kpi_store.values_query(session, short, newest, cut, categories=categories))
    # What looks back over the days of a member would read all years once more for every store.
    for cut in (Cut.CHANNEL, Cut.LAYER):
        found = kpi_store.values_query(session, short, newest, cut, of_stores=True)
        session.execute(f"INSERT INTO kpis_counted {_row_of_stores(cut, found)}")
    return "SELECT * FROM kpis_counted"


def _row_of_stores(cut: Cut, query: str) -> str:
    """The values of the parts of each store as they are kept."""
    return (
        "SELECT kpi, period, starts_on, ends_on, split_part(cut, '/', 1)::INTEGER AS store_id, "
        f"'{cut.value}' AS cut, substr(cut, position('/' IN cut) + 1) AS cut_key, numerator, denominator FROM ({query})"
    )


def _enough(since: date | None, missing: Sequence[Period]) -> date | None:
    return since if since is not None and kpi_store.reaches(since, missing) else None


def _row(cut: Cut, query: str) -> str:
    """The values of a cut as they are kept."""
    store = "cut::INTEGER" if cut is Cut.STORE else "NULL::INTEGER"
    named = cut.value if cut not in (Cut.CHAIN, Cut.STORE) else ""
    return (
        f"SELECT kpi, period, starts_on, ends_on, {store} AS store_id, '{named}' AS cut, "
        f"{'cut' if named else repr('')} AS cut_key, numerator, denominator FROM ({query})"
    )
