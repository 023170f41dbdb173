"""The KPIs of some members, as pages show them: counted from the lake while somebody waits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from huitou.insight import service as insight
from huitou.insight.terms import Cut, KpiFigure, KpiOfPart
from huitou.lake import service as lake
from huitou.usecases.chosen_members import Chosen, counting_within

PAGE_SECONDS = 30
_BEFORE = timedelta(days=28)
_WINDOWS_TO_COMPARE = 5
"""Of each part the newest 28 days, and those that end 28 days before."""


@dataclass(frozen=True, slots=True)
class KpiOfChosen:
    """One KPI of some members: its 28-day windows and calendar months, oldest first, and by cut and part the newest
    window beside the one before it. Parts are kept for the whole chain alone. `first_day`: nothing is known before."""

    series: Sequence[KpiFigure]
    months: Sequence[KpiFigure]
    parts: Sequence[tuple[Cut, str, KpiFigure, KpiFigure | None]]
    first_day: date


def histories_of_chosen(chosen: Chosen, stores: Collection[int] | None, as_of: date) -> dict[str, list[KpiFigure]]:
    """Every KPI's 28-day windows up to this day, oldest first, in these stores (None: in all); empty where the lake
    knows nothing so early. Raises SegmentTookTooLong."""
    with _opened(chosen, stores, as_of) as opened:
        if opened is None:
            return {}
        session, first_day, only = opened
        histories: dict[str, list[KpiFigure]] = {}
        for one in insight.windows_of(session, first_day, as_of, only):
            histories.setdefault(one.figure.kpi, []).append(one.figure)
        return histories


def kpi_of_chosen(chosen: Chosen, name: str, stores: Collection[int] | None, as_of: date) -> KpiOfChosen | None:
    """One KPI up to this day; None where the lake knows nothing so early. Raises KpiUnknown or SegmentTookTooLong."""
    with _opened(chosen, stores, as_of) as opened:
        if opened is None:
            return None
        session, first_day, only = opened
        series = insight.windows_of(session, first_day, as_of, only, names=[name])
        months = insight.months_of(session, first_day, as_of, only, name=name)
        cuts = [Cut.STORE, Cut.LAYER] if insight.kpi(name).looks_back else [*_EVERY_CUT]
        found = (
            insight.windows_of(session, first_day, as_of, only, names=[name], cuts=cuts_of, most=_WINDOWS_TO_COMPARE)
            for cuts_of in ([cut] for cut in cuts)
        )
        parts = [
            (cut, part, now, before)
            for cut, rows in zip(cuts, found, strict=True)
            for part, now, before in _beside_before(rows, as_of)
        ]
        return KpiOfChosen([one.figure for one in series], months, parts if stores is None else [], first_day)


_EVERY_CUT = (Cut.STORE, Cut.LAYER, Cut.CHANNEL, Cut.CATEGORY)


def _beside_before(rows: Sequence[KpiOfPart], as_of: date) -> Iterator[tuple[str, KpiFigure, KpiFigure | None]]:
    before = {one.part: one.figure for one in rows if one.figure.ends_on == as_of - _BEFORE}
    for one in rows:
        if one.part is not None and one.figure.ends_on == as_of:
            yield one.part, one.figure, before.get(one.part)


@contextmanager
def _opened(
    chosen: Chosen, stores: Collection[int] | None, as_of: date
) -> Iterator[tuple[duckdb.DuckDBPyConnection, date, insight.Only] | None]:
    with lake.open_snapshot() as snapshot, counting_within(snapshot.session, PAGE_SECONDS):
        known = insight.days_known(snapshot.session)
        if known is None or as_of < known[0]:
            yield None
            return
        insight.lay_chosen(snapshot.session, chosen.ids)
        yield snapshot.session, known[0], insight.Only(stores)
