"""The store's own process loads neither a database nor a web framework, and whatever it needs is there. No database."""

from __future__ import annotations

import subprocess
import sys

ASKED = """
import sys
import huitou.config.offline_till, huitou.doors.api.away
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"django", "psycopg", "ninja", "duckdb"}))
"""


def test_it_loads_without_a_database_and_without_a_web_framework():
    found = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout.strip()) == (0, ""), found.stderr
