"""A process that has the product at hand and splits off a child for each errand.

The child is a process of its own, with its own line to the database and a kill -9 of its own. It need not import the
product first, which takes longer than most errands do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

# Nothing is connected and no thread runs before a child is split off: it shares nothing that could be held.
_PARENT = """
import json, os, sys, traceback
from pathlib import Path
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
{errand}
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
tasks = [Path("/proc/self/task", task, "comm").read_text().strip() for task in os.listdir("/proc/self/task")]
# That of the allocator of Arrow and of Delta, which sees to forks itself.
assert len([task for task in tasks if task != "jemalloc_bg_thd"]) == 1, f"a fork would take one of {tasks}"
for asked in sys.stdin:
    child = os.fork()
    if not child:
        ended = 1
        try:
            errand(*json.loads(asked))
            ended = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(ended)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=answers, flush=True)
"""

Run = Callable[..., int]
"""Runs the errand in a child with these texts; returns how it ended, as subprocess tells it."""


@contextmanager
def forking(errand: str, folder: Path) -> Iterator[Run]:
    """`errand` is source that imports what it needs and defines `errand(...)`; it works on the test's database."""
    said = folder / "said.txt"
    with (
        said.open("w") as heard,
        subprocess.Popen(
            [sys.executable, "-c", _PARENT.replace("{errand}", errand), connection.settings_dict["NAME"]],
            env=os.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=heard, text=True,
        ) as parent,
    ):  # fmt: skip
        asking, answering = parent.stdin, parent.stdout
        assert asking is not None
        assert answering is not None

        def run(*texts: str) -> int:
            asking.write(json.dumps(texts) + "\n")
            asking.flush()
            answer = answering.readline()
            ended = int(answer) if answer else 1
            assert ended <= 0, said.read_text()
            return ended

        yield run
