"""A test that hangs fails in time with its stacks, and the tests after it still run."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

HANGS = """
import threading

def test_hangs():
    threading.Event().wait(60)

def test_after_it():
    pass
"""


def test_a_hang_is_ended_and_the_suite_goes_on(tmp_path):
    planted = tmp_path / "test_planted.py"
    planted.write_text(HANGS)
    options = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(tmp_path),
        "-p",
        "pytest_timeout",
        "-p",
        "no:cacheprovider",
    ]
    # What else is installed would be read first, and takes longer than the test.
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--timeout", "0.5", str(planted)],
        capture_output=True, text=True, timeout=50, cwd=tmp_path, check=False, env=alone,
    )  # fmt: skip
    assert "1 failed, 1 passed" in ran.stdout, ran.stdout + ran.stderr
    assert "threading.Event().wait(60)" in ran.stdout, "the place where it hung"


def test_every_test_has_a_limit():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert 0 < said["timeout"] <= 300
    assert said["timeout"] < said["faulthandler_timeout"], "the second line is behind the first"
