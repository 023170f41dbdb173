"""The night takes away what has done its work, and nothing that is still needed."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import async_to_sync
from procrastinate.contrib.django import app
from tests.builders import lake_lines, line, rows, run, take_into_lake

from huitou.doors.jobs.tasks import JOBS_KEPT_HOURS
from huitou.usecases.clean_up import clean_up

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _log_in(table: str, days_ago: int) -> str:
    more = ", failures_since_start, get_data, post_data" if table == "axes_accessattempt" else ", session_hash"
    values = ", 1, '', ''" if table == "axes_accessattempt" else ", ''"
    return (
        f"INSERT INTO {table} (username, user_agent, http_accept, path_info, attempt_time{more}) "
        f"VALUES ('ada', '', '', '', '{NOW - timedelta(days=days_ago)}'{values})"
    )


def test_old_sessions_and_log_ins_go(db):
    session = "INSERT INTO django_session VALUES ('{}', '', '{}')"
    run(
        session.format("old", NOW - timedelta(seconds=1)),
        session.format("new", NOW + timedelta(days=1)),
        *(_log_in(table, days) for table in ("axes_accesslog", "axes_accessattempt") for days in (89, 91)),
    )
    assert clean_up(NOW) == {
        "sessions": 1,
        "log_ins": 1,
        "wrong_passwords": 1,
        "facts": 0,
        "files": 0,
        "small_files": 0,
        "uploads": 0,
        "undo_notes": 0,
        "bundles": 0,
        "sealed_rows": 0,
    }
    assert rows("SELECT session_key FROM django_session") == [("new",)]
    assert rows("SELECT count(*) FROM axes_accesslog") == rows("SELECT count(*) FROM axes_accessattempt") == [(1,)]
    assert set(clean_up(NOW).values()) == {0}, "twice does no harm"


def test_what_a_killed_process_left_in_the_lake_goes(tmp_path, settings):
    take_into_lake(tmp_path, [line("1", "2026-11-01 10:00")])
    before = lake_lines()
    old, new = settings.LAKE_PATH / "old.part", settings.LAKE_PATH / "new.part"
    for path in (old, new):
        path.write_bytes(b"half a file")
    two_days_ago = time.time() - 48 * 3600
    os.utime(old, (two_days_ago, two_days_ago))
    for path in settings.LAKE_PATH.rglob("*.parquet"):
        os.utime(path, (two_days_ago, two_days_ago))
    assert clean_up(NOW)["files"] == 1
    assert (old.exists(), new.exists()) == (False, True), "one that is being written stays"
    assert lake_lines() == before


@pytest.mark.django_db(transaction=True)
def test_jobs_that_ended_are_forgotten_in_time():
    job = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', '{}', 'todo')"
    ended = "UPDATE procrastinate_jobs SET status = '{}' WHERE task_name = '{}'"
    for name, status, hours in (
        ("old", "succeeded", JOBS_KEPT_HOURS + 1),
        ("failed", "failed", JOBS_KEPT_HOURS + 1),
        ("young", "succeeded", JOBS_KEPT_HOURS - 1),
        ("waiting", "todo", JOBS_KEPT_HOURS + 1),
    ):
        run(job.format(name))
        if status != "todo":
            run(ended.format("doing", name), ended.format(status, name))
        run(f"UPDATE procrastinate_events SET at = now() - interval '{hours} hours' "
            f"WHERE job_id = (SELECT id FROM procrastinate_jobs WHERE task_name = '{name}')")  # fmt: skip
    task = app.tasks["huitou.doors.jobs.tasks.forget_old_jobs"]
    context = type("Context", (), {"app": app})()
    async_to_sync(task.func)(context, 0)
    assert rows("SELECT task_name FROM procrastinate_jobs ORDER BY id") == [("young",), ("waiting",)]
