"""The process that serves pages reaches the world: what it needs is handed to the rooms when it starts."""

from __future__ import annotations

import os
import subprocess
import sys

ASKED = "import huitou.config.wsgi; from huitou.inbox import service; print(sorted(service._openers), service._keys)"


def test_pages_can_open_drops(tmp_path):
    # The page that tries a drop failed where only the worker had been given the ways to a folder.
    environment = {**os.environ, "HUITOU_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", ASKED], env=environment, capture_output=True, text=True, timeout=120)
    assert told.stdout.startswith("['file', 'sftp'] [<huitou.config.sftp.KeysBySsh"), told.stderr[-2000:]
