"""A running `huitou serve`, what it consists of, and how its parts are killed."""

from __future__ import annotations

import atexit
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import psycopg

from huitou.config.embedded_postgres.cluster import DATABASE, USER
from huitou.config.embedded_postgres.place import Place
from tests.faults.database_users import PATIENCE_SECONDS, server_pid, soon

READY = re.compile(r"http://127\.0\.0\.1:(\d+)")


class Served:
    """A running `huitou serve` on a free port."""

    def __init__(self, home: Path, *, workers: int = 1, **environment: str) -> None:
        self.home = home
        self.process = huitou(home, "serve", "--port", "0", "--workers", str(workers), **environment)
        self.said = ""

    def port(self) -> int:
        """Wait until it says that it is ready."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.said += line
            if ready := READY.search(line):
                return int(ready[1])
        raise AssertionError(f"it ended: {self.said}")

    def child(self, word: str) -> int:
        """The number of our direct child with `word` in its command line."""
        return next(pid for pid in children(self.process.pid) if word.encode() in command_line(pid))

    def kill_web(self) -> None:
        """Every process that answers requests, at once; the web server starts others."""
        for pid in children(self.child("granian")):
            if b"granian" in command_line(pid) or b"spawn" in command_line(pid):
                end(pid)

    def kill_database(self) -> None:
        """PostgreSQL with all its processes, at once: what it had only in memory is gone."""
        server = server_pid(self.home)
        backends = children(server)
        for pid in (server, *backends):
            end(pid)

    def stop(self) -> None:
        """In order, as Ctrl-C does it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def rows(self, query: str) -> list[tuple]:
        """What `query` selects, or nothing for a statement that selects nothing."""
        place = Place(self.home / "postgres")
        password = json.loads((self.home / "secrets.json").read_text())["postgres"]
        where = {"host": str(place.socket_folder), "user": USER, "dbname": DATABASE, "password": password}
        with psycopg.connect(**where, autocommit=True) as connection:  # type: ignore[arg-type]
            cursor = connection.execute(query)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def configure(self, *lines: str) -> None:
        """Settings of PostgreSQL from its next start on; none takes the earlier ones back."""
        written = self.home / "postgres" / "data" / "postgresql.conf"
        original = written.with_suffix(".before")
        if not original.exists():
            original.write_text(written.read_text())
        written.write_text("\n".join([original.read_text(), *lines, ""]))

    def is_there(self) -> bool:
        """Whether the database answers."""
        with suppress(psycopg.OperationalError):
            return self.rows("SELECT 1") == [(1,)]
        return False

    def restart_database(self) -> None:
        killed = server_pid(self.home)
        self.kill_database()
        assert soon(lambda: server_pid(self.home) != killed and self.is_there())


def huitou(home: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from huitou.config.command import main; sys.exit(main())", *arguments],
        env={**os.environ, "HUITOU_HOME": str(home), "HUITOU_LANGUAGE": "en", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def asked(home: Path, *arguments: str) -> str:
    """What `huitou` answers on standard output."""
    process = huitou(home, *arguments)
    answer, said = process.communicate(timeout=600)
    assert process.returncode == 0, f"{answer}{said}"
    return answer.strip()


@cache
def _laid() -> Path:
    """A home whose tables are there, made once: to bring them up to date takes longer than most of what is tested."""
    folder = Path(tempfile.mkdtemp(prefix="huitou-laid-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    asked(folder / "home", "apikey", "list")
    return folder / "home"


def lay(home: Path) -> Path:
    """A home of its own at this place, that nobody has used yet. How a first start makes one is test_serve's."""
    subprocess.run(["cp", "-a", _laid(), home], check=True)
    return home


def children(pid: int) -> list[int]:
    try:
        return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def is_healthy(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", "/api/v1/health")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
