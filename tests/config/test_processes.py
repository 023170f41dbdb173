"""What `huitou serve` starts goes with it, also when it is killed itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.faults.database_users import soon

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
PARENT = """
import os, signal, sys, threading, time
from huitou.config.processes import Child
threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
child = Child("deaf", [sys.executable, "-c", sys.argv[1]])
child.start()
while "deaf" not in child.said():
    time.sleep(0.02)
print(child.running.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_parent_takes_along_a_child_that_hears_no_request(tmp_path: Path) -> None:
    """Because granian hung on the second of two requests to stop, kept the port, and no `serve` could start again."""
    parent = subprocess.run(
        [sys.executable, "-c", PARENT, DEAF],
        env={"HUITOU_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert parent.stdout.strip(), parent.stderr
    assert soon(lambda: not _alive(int(parent.stdout))), "a child outlived its parent"


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
