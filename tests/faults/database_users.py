"""Processes that use an embedded database, to be killed by the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from huitou.config.embedded_postgres.locks import held_by_other
from huitou.config.embedded_postgres.place import Place

USER = """
import sys
import psycopg
from huitou.config import embedded_postgres
from huitou.kernel.errors import HuitouError
try:
    with embedded_postgres.using():
        print("in", flush=True)
        for line in sys.stdin:
            if line.startswith("restart"):
                embedded_postgres.restart_if_dead()
                print("restarted", flush=True)
                continue
            with psycopg.connect(**embedded_postgres.connection_parts(), autocommit=True) as connection:
                cursor = connection.execute(line)
                print(cursor.fetchone()[0] if cursor.description else "done", flush=True)
except HuitouError as refusal:
    print(refusal.code, refusal, flush=True)
    sys.exit(2)
print("out", flush=True)
"""


PATIENCE_SECONDS = 120.0
"""How long something may take that takes a moment on an idle machine: only what never comes fails."""


@dataclass
class User:
    """A process inside `using()` that runs one statement for each line it is given."""

    process: subprocess.Popen[str]
    first_word: str = ""

    @classmethod
    def start(cls, home: Path, *, before: tuple[str, ...] = ()) -> User:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("HUITOU_")}
        process = subprocess.Popen(
            [*before, sys.executable, "-c", USER],
            env={**environment, "HUITOU_HOME": str(home), "HUITOU_POSTGRES_DURABLE": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return cls(process)

    def came_in(self) -> str:
        """`in`, or the refusal."""
        assert self.process.stdout
        self.first_word = self.first_word or self.process.stdout.readline().strip()
        return self.first_word

    def ask(self, statement: str) -> str:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(statement + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def leave(self) -> str:
        """Go as `with` goes; what was said on standard error."""
        _, said = self.process.communicate(timeout=PATIENCE_SECONDS)
        return said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def server_pid(home: Path) -> int:
    """The number of the running server."""
    noted = home / "postgres" / "data" / "postmaster.pid"
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return int(noted.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):  # between two servers the file is away, or not written yet
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.05)


def keeper_pid(home: Path) -> int:
    """The number of the running keeper: the server's parent."""
    status = Path(f"/proc/{server_pid(home)}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid:")))


def running(home: Path) -> list[str]:
    """The command lines of all living processes that name `home` in their command line or environment."""
    found = []
    needle = os.fsencode(home)
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        try:
            line = (process / "cmdline").read_bytes()
            named = needle in line or needle in (process / "environ").read_bytes()
        except OSError:
            continue
        if line and named:
            found.append(line.replace(b"\0", b" ").decode(errors="replace"))
    return found


def is_dark(home: Path) -> bool:
    """No process of this home is left."""
    return not held_by_other(Place(home / "postgres").keeper_lock) and not running(home)


def soon(true: Callable[[], object], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
