"""Hostile files, always the same, end as rows, questions or refusals. The long form is in `fuzz_files`."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not there on this machine"),
]
LONG = os.environ.get("HUITOU_FAULTS") == "long"


def test_no_file_ends_in_an_error_of_our_own(tmp_path):
    effort = ["--seconds", "600"] if LONG else ["--runs", "40", "--seed", "1", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.fuzz_files", "--folder", str(tmp_path), *effort],
        capture_output=True, text=True, timeout=1200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    assert list(tmp_path.glob("crash-*")) + list(tmp_path.glob("timeout-*")) == []
