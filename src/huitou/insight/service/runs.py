"""The runs of the refresh, and what they leave behind; a part of the room's door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
from django.db import transaction

from huitou.insight.rules import periods
from huitou.insight.service.shelf import PICTURES, forget_flows, forget_pictures
from huitou.insight.store import facts, reading, stages, writing
from huitou.insight.terms import CutOffsSeen, RefreshSeen

HISTORY_MONTHS = 12
"""The first history of layers begins so many months' ends back."""


def last() -> RefreshSeen | None:
    return reading.last_refresh()


def newest(limit: int = 20) -> list[RefreshSeen]:
    """The newest runs of the refresh, newest first."""
    return reading.last_runs(limit)


def one_at_a_time() -> AbstractContextManager[None]:
    return writing.one_at_a_time()


def note(as_of: date | None, *, anew: bool) -> int:
    """Note a run before anybody knows how far the lake reaches: whoever is killed then is seen, too."""
    return writing.note_refresh(as_of, anew=anew)


def begin(refresh: int, as_of: date, version: int, cut_offs: int, *, anew: bool) -> tuple[int, dict[str, int]]:
    """Say where a noted run is going, or take up the one that was stopped on its way to the same; and what that one had
    restated."""
    if stopped := writing.take_up(refresh, as_of, version, cut_offs, anew=anew):
        return stopped
    writing.begin_refresh(refresh, as_of, version, cut_offs, anew=anew)
    return refresh, {}


def forget(refresh: int) -> None:
    """A run that found nothing to reckon is none."""
    writing.forget_refresh(refresh)


def forget_reckoned() -> None:
    """No figure, picture or layer is kept, and no run of the refresh: as before the first. Cut-offs and goals stay."""
    writing.forget_reckoned(PICTURES)


def forget_layers(members: Sequence[int]) -> None:
    """Members leave with the import that brought them, and what layers they were in with them."""
    writing.forget_layers(members)
    stages.forget(members)
    forget_flows()


def forget_stores(stores: Sequence[int]) -> None:
    """Stores leave with the import that brought them: what is kept of them goes, and the next refresh reckons the
    chain's."""
    writing.forget_stores(stores)
    forget_pictures(stores)


def note_steps(refresh: int, steps: Sequence[Mapping[str, Any]], restated: Mapping[str, int]) -> None:
    """How far the run is: of each step its seconds, and the days of each month that were counted otherwise."""
    writing.note_steps(refresh, steps, restated)


def note_stop(refresh: int, reason: str) -> None:
    """The run ends here without being done."""
    writing.note_stop(refresh, reason)


def end(refresh: int, steps: Sequence[Mapping[str, Any]]) -> None:
    """The refresh has ended."""
    writing.end_refresh(refresh, steps)


@transaction.atomic
def keep_kpis(values: pa.RecordBatchReader) -> int:
    """Put these in the place of all that were kept; returns how many."""
    return writing.replace_kpis(values)


def looks_back(as_of: date) -> bool:
    """Whether histories go on beyond this day already: a refresh of it leaves them as they are."""
    ends = writing.history_ends()
    return ends is not None and as_of < ends


@transaction.atomic
def keep_layers(session: duckdb.DuckDBPyConnection, first_day: date, as_of: date, by: CutOffsSeen) -> None:
    """Continue the history of layers with those in `facts`. The first time it begins with the ends of the past months.

    A refresh that looks back to a day before the end of the history leaves it as it is.
    """
    ends = writing.history_ends()
    if ends is None:
        days = [*periods.month_ends(first_day, as_of, HISTORY_MONTHS), as_of]
        spans = facts.spans_query(session, days, by.cut_offs)
        query = f"SELECT member_id, layer, since, until, {by.version} AS cut_offs_id FROM ({spans})"
        writing.insert_spans(session.sql(query).to_arrow_reader(100_000))
    elif as_of >= ends:
        rows = session.sql("SELECT member_id, layer FROM facts").to_arrow_reader(100_000)
        writing.note_layers(rows, as_of, by.version)
