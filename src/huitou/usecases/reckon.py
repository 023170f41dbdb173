"""What a refresh reckons of members and KPIs: from what the last one left and from the days that changed since.

What it leaves for the next is a file each in the lake (`lake.remember`). Without such a file, or asked to reckon
`anew`, everything is counted from the beginning; the result is the same, row by row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from huitou.insight import service as insight
from huitou.insight.service import kept_kpis
from huitou.insight.terms import CutOffsSeen
from huitou.lake import service as lake

WINDOWS, _CATEGORIES, _PREFERENCES, _STAGES = "kpi_windows", "kpi_categories", "preferences", "stages"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run counts: these lines, from their first day to this one, by these cut-offs."""

    snapshot: lake.Snapshot
    first_day: date
    day: date
    by: CutOffsSeen
    anew: bool
    newest: date
    """The last day of the lines."""

    @property
    def looks_back(self) -> bool:
        """Whether lines of later days are there: then what is remembered of these is left for the next refresh. Where
        the newest day was undone, what is remembered of it is of no use to anybody, and is remembered anew."""
        return self.day < self.newest


def files_of(run: int) -> str:
    """Where a run keeps what it has reckoned. Where it was stopped and another release goes on with it, that is another
    place: what the code before had reckoned need not be what this one asks for."""
    return f"{run}-{_code()}"


@cache
def _code() -> str:
    told = hashlib.sha256()
    for room in (insight, lake):
        for file in sorted(Path(room.__file__).parent.rglob("*.py")):
            told.update(file.read_bytes())
    return told.hexdigest()[:16]


def reckon_facts(asked: Asked, files: str) -> None:
    """Leaves the views `facts` and `layers`, and `standing` for those that follow."""
    session, since = asked.snapshot.session, _since(asked)
    lake.lay_standing(asked.snapshot, since, anew=asked.anew, looks_back=asked.looks_back)
    query = insight.facts_query(asked.day, asked.by.cut_offs, since)
    lake.keep_result(session, files, "facts", lambda: query)
    session.execute("CREATE OR REPLACE VIEW layers AS SELECT member_id, layer FROM facts")


def reckon_preferences(asked: Asked, files: str) -> None:
    """Leaves the view `preferences`. Within a month only those are reckoned whose tastes changed; with a new month all
    months are a month older, and everybody is."""
    snapshot, month = asked.snapshot, f"{asked.day:%Y-%m}"
    session, form, version = snapshot.session, insight.PREFERENCES_FORM, lake.tastes_version()
    found = None if asked.anew else lake.recall(snapshot, _PREFERENCES, form)
    changed = None
    if found is not None and found.said["month"] == month and version is not None:
        changed = lake.members_whose_tastes_changed(snapshot, found.said["tastes"])
    query = insight.preferences_query(asked.day)
    if found is not None and changed is not None:
        session.execute(f"CREATE OR REPLACE TEMP TABLE changed_members AS {changed}")
        session.execute(
            "CREATE OR REPLACE TEMP TABLE changed_tastes AS FROM tastes SEMI JOIN changed_members USING (member_id)"
        )
        some = insight.preferences_query(asked.day, "changed_tastes")
        query = f"FROM {found.view} ANTI JOIN changed_members USING (member_id) UNION ALL ({some})"
    lake.keep_result(session, files, "preferences", lambda: query)
    if version is not None and (found is None or not asked.looks_back or month >= found.said["month"]):
        said = {"month": month, "tastes": version}
        lake.remember(snapshot, _PREFERENCES, form, "FROM preferences", said)


def reckon_kpis(asked: Asked, files: str) -> None:
    """Leaves the view `kept_kpis`. Only windows are counted that nobody counted, or that end after the first day that
    changed."""
    lake.keep_result(asked.snapshot.session, files, "kept_kpis", lambda: _kpis(asked))


def _kpis(asked: Asked) -> str:
    snapshot, session, since = asked.snapshot, asked.snapshot.session, _since(asked)
    found = None if asked.anew else lake.recall(snapshot, WINDOWS, kept_kpis.FORM)
    wanted, true = kept_kpis.periods_wanted(asked.first_day, asked.day), []
    if found is not None:
        true = kept_kpis.still_true(found.said["periods"], wanted, found.changed_from)
    days = kept_kpis.lay_windows(session, found.view if found is not None else None, true, wanted, since)
    if found is None or not asked.looks_back or asked.day >= date.fromisoformat(found.said["as_of"]):
        said = {"as_of": asked.day.isoformat(), "periods": kept_kpis.spelled(wanted)}
        lake.remember(snapshot, WINDOWS, kept_kpis.FORM, "FROM windows", said)
    with _baskets_by_category(asked) as categories:
        return kept_kpis.kpis_query(session, asked.first_day, asked.day, since, days, categories)


@contextmanager
def _baskets_by_category(asked: Asked) -> Iterator[kept_kpis.CategoryVisits]:
    """What the newest windows hold of each category, dear to find from lines: only days are counted that nobody
    counted, or that changed."""
    snapshot = asked.snapshot
    found = None if asked.anew else lake.recall(snapshot, _CATEGORIES, kept_kpis.FORM)
    known = None
    if found is not None:
        last = min(date.fromisoformat(found.said["last"]), found.changed_from - timedelta(days=1))
        known = kept_kpis.CategoryVisits(date.fromisoformat(found.said["first"]), last, found.view)
    with kept_kpis.category_visits(snapshot.session, asked.day, known) as laid:
        yield laid
        if found is None or not asked.looks_back or asked.day.isoformat() >= found.said["last"]:
            said = {"first": laid.first.isoformat(), "last": laid.last.isoformat()}
            lake.remember(snapshot, _CATEGORIES, kept_kpis.FORM, f"FROM {laid.view}", said)


def reckon_stages(asked: Asked, files: str) -> date | None:
    """Leaves the view `stage_moves`, all moves of members from stage to stage, and `new_flows`; returns the first
    month's end whose moves may read otherwise than last time, None where none may. Only the months' ends are looked at
    that nobody looked at, or that come after the first day that changed.

    What it found is remembered by `remember_stages`, once it is written down."""
    snapshot, session, by = asked.snapshot, asked.snapshot.session, asked.by.cut_offs
    found = None if asked.anew else lake.recall(snapshot, _STAGES, insight.stages_form(by))
    again = ends = insight.stage_months(asked.first_day, asked.day)
    known, again_from = _NO_MOVES, asked.first_day
    if found is not None:
        until = date.fromisoformat(found.said["until"])
        again = [day for day in ends if day > until or day >= found.changed_from]
        # A month's end that is none any more, as the days after it were undone, is no end to go on from.
        again_from = min([found.changed_from, ends[-1] + timedelta(days=1) if ends else asked.first_day, *again])
        known = f"(SELECT member_id, on_day, stage, before FROM {found.view} WHERE on_day < DATE '{again_from}')"
    insight.reckon_stages(session, known, again, asked.day, by, _since(asked))
    if not again and found is not None and again_from > date.fromisoformat(found.said["until"]):
        session.execute(f"CREATE OR REPLACE VIEW stage_moves AS FROM {known}")
        return None
    lake.keep_result(session, files, "stage_moves", lambda: f"FROM {known} UNION ALL FROM new_moves")
    return again_from


def remember_stages(asked: Asked) -> None:
    """Let the next refresh go on from the moves that this one wrote down."""
    form, ends = insight.stages_form(asked.by.cut_offs), insight.stage_months(asked.first_day, asked.day)
    found = lake.recall(asked.snapshot, _STAGES, form)
    if found is not None and found.said["until"] == ends[-1].isoformat() and found.changed_from > ends[-1]:
        lake.confirm_remembered(asked.snapshot, _STAGES)
    elif ends:
        lake.remember(asked.snapshot, _STAGES, form, "FROM stage_moves", {"until": ends[-1].isoformat()})


_NO_MOVES = "(SELECT 0::BIGINT AS member_id, DATE '1970-01-01' AS on_day, '' AS stage, '' AS before WHERE false)"


def _since(asked: Asked) -> date | None:
    """The day up to which `standing` stands for single visits; None where none lie before it."""
    since = kept_kpis.reached_back_to(asked.day)
    return since if since >= asked.first_day else None
