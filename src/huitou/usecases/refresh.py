"""The nightly refresh: from the lake's lines to what is known of each member, and to the KPIs.

What changed in the lake since the last time is counted anew day by day (`lake.fold`); facts, layers, preferences and
KPIs are reckoned from these days and published in one transaction. Each step leaves its result behind, so a run that
was killed goes on where it was: the days in the lake's own tables, the others as files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import DatabaseError, transaction

from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.insight.service import runs
from huitou.lake import service as lake
from huitou.lake.errors import LakeBehind
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts.service import for_the_lake
from huitou.usecases.load_lake import hear_facts, repair_lake, tell_claims, tell_moves
from huitou.usecases.reckon import (
    Asked,
    files_of,
    reckon_facts,
    reckon_kpis,
    reckon_preferences,
    reckon_stages,
    remember_stages,
)
from huitou.usecases.shown_figures import facts_query, facts_that_differ, reckon_shelf, remember_shown

Progress = Callable[[str], None]

LAKE_SECONDS = 30.0
"""How long a refresh waits for another worker that loads the lake."""
_BATCH = 50_000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh counted up to, and what it found."""

    as_of: date
    members: int
    layers: dict[str, int]
    kpi_values: int
    days: int
    """How many days were counted anew, with those that are new ..."""
    restated: dict[str, int]
    """... and, of each month, how many had been counted before."""
    steps: list[dict[str, object]]


Then = Callable[[Refreshed], None]


@dataclass(slots=True)
class _Run:
    """Times each step and notes it where the status page reads."""

    progress: Progress
    then: Then
    steps: list[dict[str, Any]] = field(default_factory=list)
    restated: dict[str, int] = field(default_factory=dict)
    id: int | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        started = time.perf_counter()
        told: dict[str, Any] = {"step": name, "seconds": 0.0}
        self.note(told)
        self.progress(name)
        yield told
        told["seconds"] = round(time.perf_counter() - started, 3)
        self.steps.append(told)
        self.note()

    def note(self, *under_way: dict[str, Any]) -> None:
        """Let the status page know how far the run is."""
        if self.id is not None:
            runs.note_steps(self.id, [*self.steps, *under_way], self.restated)


def refresh(
    *,
    as_of: date | None = None,
    anew: bool = False,
    progress: Progress = lambda step: None,
    then: Then = lambda refreshed: None,
) -> Refreshed:
    """Bring facts and KPIs up to `as_of` (the newest business date of the lake unless given).

    `anew` counts every day again and not only those that changed; the result is the same. Facts, layers and KPIs change
    together in one transaction, in which `then` is called: a refresh that is stopped leaves what was there. Runs that
    meet take turns. Where everything was taken back, what was kept of it is forgotten, as before the first refresh.
    Raises NothingToReckon where the lake is empty up to that day, LakeBehind where receipts wait that cannot get into
    it.
    """
    run = _Run(progress, then)
    with runs.one_at_a_time():
        run.id = runs.note(as_of, anew=anew)
        try:
            with run.step("lake"):
                _wait_for_the_lake()
            with lake.open_snapshot() as snapshot:
                known = insight.days_known(snapshot.session)
                if known is None and (last := runs.last()) is not None:
                    return _forget(run, snapshot, last.as_of)
                if known is None or (as_of is not None and as_of < known[0]):
                    raise NothingToReckon(day=as_of or "-")
                asked = Asked(snapshot, known[0], as_of or known[1], insight.cut_offs(), anew, newest=known[1])
                return _run_through(run, asked)
        except NothingToReckon:
            runs.forget(run.id)
            raise
        except BaseException as stopped:
            with suppress(DatabaseError):
                runs.note_stop(run.id, f"{type(stopped).__name__}: {stopped}")
            raise


def _run_through(run: _Run, asked: Asked) -> Refreshed:
    assert run.id is not None, "a run is noted before it begins"
    run.id, run.restated = runs.begin(run.id, asked.day, asked.snapshot.version, asked.by.version, anew=asked.anew)
    run.note()
    days = _fold(run, asked)
    reckoned = _reckon(run, asked)
    found = _publish(run, asked, days, reckoned)
    remember_shown(asked)
    if not runs.looks_back(asked.day):
        remember_stages(asked)
    lake.forget_results()
    return found


def _fold(run: _Run, asked: Asked) -> int:
    """Count the days that changed; returns how many differ from what was kept."""
    before = runs.last()
    days = 0

    def told(month: str, left: int, changed: set[date]) -> None:
        nonlocal days
        days += len(changed)
        restated = sum(1 for day in changed if before is not None and day <= before.as_of)
        if restated:
            run.restated[month] = run.restated.get(month, 0) + restated
        step.update(days=days, months_left=left)
        run.note(step)

    with run.step("days") as step:
        lake.fold(asked.snapshot, anew=f"anew/{run.id}" if asked.anew else "", told=told)
        step.update(days=days, months_left=0)
    return days


@dataclass(frozen=True, slots=True)
class _Reckoned:
    """What need not be written down, as it is shown already."""

    still: frozenset[str]
    """Results of the shelf."""
    again_from: date | None
    """The first month's end whose moves between stages may read otherwise; None where none may."""


def _reckon(run: _Run, asked: Asked) -> _Reckoned:
    """Leaves the views `facts`, `preferences`, `kept_kpis`, `stage_moves` and those of the shelf in the session, over
    files of this run."""
    assert run.id is not None, "a run is noted before it begins"
    session, files = asked.snapshot.session, files_of(run.id)
    lake.forget_results(but=files)
    with run.step("rfm"):
        reckon_facts(asked, files)
    with run.step("preferences"):
        reckon_preferences(asked, files)
    with run.step("kpis"):
        reckon_kpis(asked, files)
    with run.step("shelf"):
        session.register("homes", members.homes_now())
        still = reckon_shelf(asked, files)
    if runs.looks_back(asked.day):
        return _Reckoned(still, None)
    with run.step("stages"):
        return _Reckoned(still, reckon_stages(asked, files))


def _publish(run: _Run, asked: Asked, days: int, reckoned: _Reckoned) -> Refreshed:
    session = asked.snapshot.session
    # What is noted inside goes with the transaction; whoever is killed there was seen to get so far.
    run.note({"step": "facts", "seconds": 0.0})
    with transaction.atomic():
        with run.step("facts"):
            _note_facts(asked)
        with run.step("history"):
            runs.keep_layers(session, asked.first_day, asked.day, asked.by)
        if not runs.looks_back(asked.day):
            with run.step("moves") as step:
                step["moves"] = insight.keep_stages(session, "stage_moves", reckoned.again_from, asked.day)
        with run.step("figures") as step:
            values = runs.keep_kpis(session.sql("SELECT * FROM kept_kpis").to_arrow_reader(_BATCH))
            step["values"] = values
        with run.step("pictures"):
            insight.keep_shelf(session, asked.first_day, asked.day, anew=asked.anew, but=reckoned.still)
        runs.end(run.id, run.steps)
        layers = dict(session.sql("SELECT layer, count(*) FROM facts GROUP BY layer").fetchall())
        found = Refreshed(asked.day, sum(layers.values()), layers, values, days, run.restated, run.steps)
        run.then(found)
    run.progress("done")
    return found


def _note_facts(asked: Asked) -> None:
    """Most members are today what they were yesterday. Whose facts were taken away meanwhile (a merge that was undone)
    is missing in the end: then everybody's are written."""
    session = asked.snapshot.session
    if (differ := facts_that_differ(asked)) is not None:
        changed, gone = differ
        left = session.sql(gone).to_arrow_table()
        known = members.note_changed_facts(session.sql(changed).to_arrow_reader(_BATCH), left)
        if known == session.sql("SELECT count(*) FROM facts").fetchall()[0][0]:
            return
    members.note_facts(session.sql(facts_query(asked.day)).to_arrow_reader(_BATCH))


def _forget(run: _Run, snapshot: lake.Snapshot, day: date) -> Refreshed:
    """No receipt is left of what was reckoned: neither are its figures. `day`: up to which they went."""
    with run.step("days"):
        lake.fold(snapshot)
    with transaction.atomic():
        with run.step("facts"):
            members.note_facts(None)
        with run.step("figures"):
            runs.forget_reckoned()
        found = Refreshed(day, 0, {}, 0, 0, {}, run.steps)
        run.then(found)
    lake.forget_results()
    run.progress("done")
    return found


def _wait_for_the_lake() -> None:
    """What was recorded so far is in the lake, or LakeBehind: another worker may be bringing some in at this moment."""
    give_up_at = time.monotonic() + LAKE_SECONDS
    hear_facts(at_once=True)
    while waiting := [*outbox.waiting("receipts_taken"), *outbox.waiting(for_the_lake.BUNDLED)]:
        if time.monotonic() > give_up_at:
            raise LakeBehind(count=len(waiting))
        time.sleep(0.2)
        hear_facts()
    repair_lake()
    tell_claims()
    tell_moves()
