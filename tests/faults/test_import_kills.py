"""kill -9 in the middle of an import, of an undo and of rows that are taken later: all of it or nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from huitou.usecases import run_jobs
from huitou.usecases.audit import audit
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.mend_rows import replace_everywhere
from tests.builders import NOW, SMALL_CHAIN, contents, lake_lines, line, rows, write_csv

pytestmark = pytest.mark.django_db(transaction=True)

# A worker of its own: it stops at a step and waits to be killed.
WORKER = """
import sys
import django
django.setup()
from datetime import datetime
from pathlib import Path
from django.conf import settings
settings.LAKE_PATH = Path(sys.argv[4])
from huitou.inbox import service as inbox
from huitou.lake import service as lake
from huitou.usecases import run_jobs
job, stop_at = int(sys.argv[1]), sys.argv[2]
def stop(step):
    if step == stop_at:
        print(step, flush=True)
        sys.stdin.readline()
note = inbox.Apart.note
def told(apart, step, done, total):
    go_on = note(apart, step, done, total)
    stop(step)
    return go_on
inbox.Apart.note = told
append = lake.append_straight
def appending(*how):
    stop("before the lake")
    appended = append(*how)
    stop("in the lake")
    return appended
lake.append_straight = appending
forget = lake.forget_results
def forgetting(**but):
    if not but:
        stop("right after the refresh")
    forget(**but)
lake.forget_results = forgetting
close = inbox.Apart.close
def closing(apart):
    stop("right after")
    close(apart)
inbox.Apart.close = closing
run_jobs.run(job, now=datetime.fromisoformat(sys.argv[3]))
"""


def kill_at(job: int, step: str, lake: Path) -> None:
    place = connection.get_connection_params()
    url = " ".join(f"{key}='{place[key]}'" for key in ("dbname", "user", "password", "host", "port") if place.get(key))
    with subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job), step, NOW.isoformat(), str(lake)],
        env={**os.environ, "HUITOU_DATABASE_URL": url, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == step
        process.kill()
        process.wait()


def soon_is_interrupted(job: int) -> None:
    """The server sees within moments that nobody is at the other end."""
    while run_jobs.progress(job).state == "running":
        run_jobs.run_waiting(lambda: NOW)
    assert run_jobs.progress(job).failure["code"] == "job_interrupted"


def done(job: int) -> dict:
    run_jobs.run_waiting(lambda: NOW)
    hear_facts()
    assert run_jobs.progress(job).state == "done"
    assert [f"{verdict.name}: {verdict.first_broken}" for verdict in audit() if not verdict.holds] == []
    return dict(run_jobs.report(job))


@pytest.mark.parametrize("step", ["members", "points", "done"])
def test_whoever_is_killed_leaves_all_of_it_or_nothing(tmp_path, settings, step):
    bad = line("7", "2026-11-06 10:00", "tea", "x", "35.50", store="east", member="C3")
    path, columns = write_csv(tmp_path, [*SMALL_CHAIN, bad])
    without = ("inbox_job",)

    def start_import() -> int:
        return run_jobs.start_import(path, kind="receipts", mapping=columns, actor="anna")

    def survives(start, at: str = step) -> dict:
        """Killed it leaves what was there; then it does the whole of it."""
        before, lake = contents(without=without), lake_lines()
        job = start()
        kill_at(job, at, settings.LAKE_PATH)
        soon_is_interrupted(job)
        assert (contents(without=without), lake_lines()) == (before, lake)
        return done(start())

    report = survives(start_import)
    assert (report["rows_taken"], report["rows_refused"]) == (7, 1)
    ((number,),) = rows("SELECT id FROM receipts_import")
    replace_everywhere(number, "quantity", "x", "1")
    taken = survives(lambda: run_jobs.start_take(number, actor="anna"))
    assert taken["rows_taken"] == 1
    # An undo says that it is done when it is; its last step before that is the stores.
    undone = survives(lambda: run_jobs.start_undo(number, actor="anna"), "stores" if step == "done" else step)
    assert undone["receipts"] == 6
    assert len(lake_lines()) == 1, "what was mended is an import of its own"


@pytest.mark.parametrize("step", ["before the lake", "in the lake"])
def test_an_import_that_is_killed_on_its_way_into_the_lake_is_there_once(tmp_path, settings, step):
    path, columns = write_csv(tmp_path, SMALL_CHAIN)
    job = run_jobs.start_import(path, kind="receipts", mapping=columns, actor="anna")
    kill_at(job, step, settings.LAKE_PATH)
    assert run_jobs.progress(job).state == "done", "the books had it before"
    assert rows("SELECT count(*) FROM outbox_fact WHERE kind = 'receipts_taken' AND done_at IS NULL") == [(1,)]
    assert len(lake_lines()) == (7 if step == "in the lake" else 0)
    assert hear_facts() == 1
    assert len(lake_lines()) == 7
    assert [verdict.name for verdict in audit() if not verdict.holds] == []
