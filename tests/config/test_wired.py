"""The process that serves pages reaches the world: what it needs is handed to the rooms when it starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import huitou.doors.jobs

ASKED = "import huitou.config.wsgi; from huitou.inbox import service; print(sorted(service._openers), service._keys)"


def test_pages_can_open_drops(tmp_path):
    # The page that tries a drop failed where only the worker had been given the ways to a folder.
    environment = {**os.environ, "HUITOU_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, timeout=120)
    assert told.stdout.startswith("['file', 'sftp'] [<huitou.config.sftp.KeysBySsh"), told.stderr[-2000:]


SET_UP = """
import sys, django
django.setup()
from huitou.config.wiring import wire
wire()
engines = {"duckdb", "deltalake", "openpyxl", "asyncssh"} & set(sys.modules)
from procrastinate.contrib.django import app
before = [name for name in app.tasks if name.startswith("huitou.")]
app.perform_import_paths()  # what a worker begins with
print(sorted(engines), before, len([name for name in app.tasks if name.startswith("huitou.doors.jobs.tasks.")]))
"""


def test_the_worker_has_the_jobs_and_nobody_else_reads_them(tmp_path):
    # Each command read every job, with the lake's engine behind it: two thirds of the time until it began.
    environment = {**os.environ, "HUITOU_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "huitou.config.settings"}
    told = subprocess.run(
        [sys.executable, "-c", SET_UP], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    engines, before, jobs = told.stdout.strip().rsplit(" ", 2)
    assert (engines, before) == ("[]", "[]"), told.stdout + told.stderr[-2000:]
    written = (Path(huitou.doors.jobs.__file__).parent / "tasks.py").read_text()
    assert int(jobs) == written.count("@app.task(") > 10
