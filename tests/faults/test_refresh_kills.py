"""A refresh that is killed by kill -9 leaves the figures that were there, and the next one goes on: the same result."""

from __future__ import annotations

import signal

import pytest
from django.conf import settings as django_settings

from huitou.insight.service import runs
from huitou.usecases.refresh import refresh
from tests.builders import SMALL_CHAIN, line, take_into_lake
from tests.faults.database_users import soon
from tests.faults.forked import forking
from tests.usecases.test_refresh_days import figures

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

# In a process of its own, on the test's database and lake: it kills itself where it is told to, at the beginning of a
# step or with the second table of the lake half written.
ERRAND = """
import signal
from huitou.lake import daily
from huitou.usecases.refresh import refresh

def errand(lake, where):
    settings.LAKE_PATH = Path(lake)
    die = lambda: os.kill(os.getpid(), signal.SIGKILL)
    write, written = daily._write, []
    def write_and_die(*args):
        if where == "between two tables" and written:
            die()
        written.append(args)
        write(*args)
    daily._write = write_and_die
    refresh(progress=lambda step: die() if step == where else None)
"""
WHERE = ("lake", "days", "between two tables", "kpis", "facts", "figures")


@pytest.fixture
def run_child(django_db_setup, tmp_path):
    with forking(ERRAND, tmp_path) as run:
        yield lambda where: run(str(django_settings.LAKE_PATH), where)


def test_killed_again_and_again_it_ends_as_if_nobody_had(tmp_path, run_child):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    before = figures()
    late = {"store": "west", "member": "C1", "category": "dairy/milk", "amount": "5.55"}
    take_into_lake(tmp_path, [line("70", "2026-10-28 10:00", **late), line("71", "2026-11-07 10:00", **late)])
    for where in WHERE:
        assert run_child(where) == -signal.SIGKILL, where
        assert figures() == before, f"killed at {where}: what was there stays"
        assert runs.newest(1)[0].steps[-1]["step"] in (where, "days", "facts"), "and the status says how far it was"
        # The server sees within moments that nobody is at the other end.
        assert soon(lambda: runs.newest(1)[0].state == "stopped"), "and the status says so"
    assert run_child("nowhere") == 0
    (run, before_it, *_) = runs.newest(3)
    assert (run.state, run.restated) == ("done", {"2026-10": 1}), "one day before the last one had been counted"
    killed_at = [(one["step"], one["by"]) for one in run.interrupted]
    assert killed_at == [(step, "") for step in ("days", "days", "kpis", "facts", "facts")], "each kill stays told"
    assert (before_it.state, before_it.lake_version) == ("stopped", None), (
        "and one before anything was to be gone on with"
    )
    gone_on = figures()
    refresh(anew=True)
    assert figures() == gone_on != before
