"""A job runs in the worker: how far it is can be read, it ends when asked to, and is done if and only if it is."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.builders import NOW, SMALL_CHAIN, line, rows, write_csv

from huitou.inbox import service as inbox
from huitou.kernel.errors import InterruptedAfterwards
from huitou.lake import service as lake
from huitou.usecases import import_described, import_receipts, run_jobs
from huitou.usecases.audit import audit
from huitou.usecases.imports import list_imports, show_import

pytestmark = pytest.mark.django_db(transaction=True)


def ask(tmp_path, lines=SMALL_CHAIN, **more) -> int:
    path, columns = write_csv(tmp_path, lines)
    return run_jobs.start_import(path, kind="receipts", mapping=columns, actor="anna", **more)


def test_a_job_waits_runs_and_is_done(tmp_path):
    job = ask(tmp_path)
    assert (run_jobs.progress(job).state, run_jobs.report(job)) == ("waiting", {})
    assert run_jobs.run_waiting(lambda: NOW) == 1
    seen = run_jobs.progress(job)
    assert (seen.state, seen.step, seen.batch is not None) == ("done", "done", True)
    assert run_jobs.report(job)["rows_taken"] == 7
    undo = run_jobs.start_undo(seen.batch, actor="anna")
    run_jobs.run_waiting(lambda: NOW)
    assert run_jobs.report(undo)["receipts"] == 6
    assert rows("SELECT count(*) FROM receipts_receipt") == [(0,)]
    assert run_jobs.run_waiting(lambda: NOW) == 0


def test_a_dry_run_has_its_report_and_takes_nothing(tmp_path):
    job = ask(tmp_path, dry_run=True)
    run_jobs.run_waiting(lambda: NOW)
    assert (run_jobs.progress(job).state, run_jobs.progress(job).batch) == ("done", None)
    assert run_jobs.report(job)["rows_taken"] == 7
    assert rows("SELECT count(*) FROM receipts_import") == [(0,)]


def test_a_refusal_is_kept_with_its_next_step(tmp_path):
    job = ask(tmp_path)
    (tmp_path / "till.csv").unlink()
    run_jobs.run_waiting(lambda: NOW)
    seen = run_jobs.progress(job)
    assert (seen.state, seen.failure["code"]) == ("failed", "file_missing")
    assert seen.failure["next_step"]


@pytest.mark.parametrize("step", ["stores", "members", "points", "done"])
def test_a_cancelled_job_leaves_nothing_at_whatever_step(tmp_path, monkeypatch, step):
    job = ask(tmp_path)
    told = inbox.Apart.note

    def cancelled_at(apart, name, done, total):
        if name == step:
            with connection.cursor():
                other = threading.Thread(target=_in_another_line, args=(lambda: run_jobs.cancel(job),))
                other.start()
                other.join()
        return told(apart, name, done, total)

    monkeypatch.setattr(inbox.Apart, "note", cancelled_at)
    run_jobs.run_waiting(lambda: NOW)
    assert run_jobs.progress(job).state == "cancelled"
    assert rows("SELECT (SELECT count(*) FROM receipts_import), (SELECT count(*) FROM members_member)") == [(0, 0)]


def _in_another_line(work) -> None:
    try:
        work()
    finally:
        connection.close()


def test_a_job_that_has_ended_or_waits_is_cancelled_or_not(tmp_path):
    job = ask(tmp_path)
    assert run_jobs.cancel(job)
    assert run_jobs.run_waiting(lambda: NOW) == 0
    assert run_jobs.progress(job).state == "cancelled"
    assert not run_jobs.cancel(job)


def test_a_job_whose_process_was_killed_has_failed(tmp_path):
    job = ask(tmp_path)
    apart = inbox.Apart(job)
    assert apart.begin()
    assert run_jobs.run_waiting(lambda: NOW) == 0, "because somebody works on it"
    assert run_jobs.progress(job).state == "running"
    apart.close()
    run_jobs.run_waiting(lambda: NOW)
    assert run_jobs.progress(job).failure["code"] == "job_interrupted"


def test_lines_are_counted_while_they_are_written(tmp_path, monkeypatch):
    ask(tmp_path, [line(str(n), "2026-11-01 10:00", member=f"C{n}") for n in range(50)])
    told: list[tuple] = []
    note = inbox.Apart.note
    monkeypatch.setattr(inbox.Apart, "note", lambda apart, *said: told.append(said) or note(apart, *said))
    run_jobs.run_waiting(lambda: NOW)
    assert ("receipts", 50, 50) in told
    assert [verdict for verdict in audit() if not verdict.holds] == []


def test_the_list_tells_what_was_taken_what_runs_and_what_failed(tmp_path):
    taken = ask(tmp_path)
    run_jobs.run_waiting(lambda: NOW)
    failed = ask(tmp_path)
    (tmp_path / "till.csv").unlink()
    run_jobs.run_waiting(lambda: NOW)
    here = inbox.begin_here(what="import", kind="receipts", source="till", file_name="a.csv", actor="ben")
    listed = [(one["job"], one["import"] is not None, one["state"]) for one in list_imports()]
    assert listed == [(here.number, False, "running"), (failed, False, "failed"), (None, True, "taken")]
    here.close()
    assert [one["state"] for one in list_imports()] == ["failed", "failed", "taken"], "nobody works on it any more"
    assert show_import(run_jobs.progress(taken).batch)["report"]["rows_taken"] == 7


def take_here(tmp_path):
    path, columns = write_csv(tmp_path, SMALL_CHAIN)
    with lake.open_file(path) as opened:
        return run_jobs.take_here(
            opened, columns, now=NOW, source="till", member_kind="card", actor="ben", progress=lambda step: None
        )


def test_ctrl_c_inside_a_query_is_no_fault_of_ours(tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(import_receipts.lake, "judge_receipts", stopped)
    with pytest.raises(KeyboardInterrupt):
        take_here(tmp_path)
    assert [one["state"] for one in list_imports()] == ["cancelled"]


def test_a_file_of_stores_that_is_stopped_at_the_command_line_is_listed_too(tmp_path, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    path = tmp_path / "stores.csv"
    path.write_text("code,name\nS1,East\n", encoding="utf-8")
    monkeypatch.setattr(import_described, "_take", stopped)
    given = {"now": NOW, "source": "erp", "actor": "ben", "progress": lambda step: None}
    with lake.open_file(path) as opened, pytest.raises(KeyboardInterrupt):
        run_jobs.take_described_here(opened, "stores", {"code": "code", "name": "name"}, **given)
    assert [(one["kind"], one["state"]) for one in list_imports()] == [("stores", "cancelled")]


def test_ctrl_c_after_the_rows_were_taken_says_that_they_stand(tmp_path, monkeypatch):
    """It said that what was not finished had been undone, and 75,000 rows stood."""

    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(import_receipts, "load_at_hand", stopped)
    with pytest.raises(InterruptedAfterwards) as told:
        take_here(tmp_path)
    (only,) = list_imports()
    assert (only["state"], only["rows_taken"], only["import"]) == ("taken", 7, told.value.facts["number"])
