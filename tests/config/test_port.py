"""A taken port is said before anything starts."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from huitou.config import site
from huitou.config.errors import AddressNotOurs, AlreadyServing, PortTaken
from huitou.config.site import free_port, the_only_site


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_taken_port_is_named(taken_port: int) -> None:
    with pytest.raises(PortTaken) as refusal:
        free_port("127.0.0.1", taken_port)
    assert str(taken_port) in str(refusal.value)
    assert "--port" in refusal.value.remedy


def test_a_port_that_was_left_a_moment_ago_is_free(taken_port: int) -> None:
    """Because a second start right after Ctrl-C must not wait for the kernel's TIME_WAIT."""
    with socket.create_connection(("127.0.0.1", taken_port)):
        pass
    free = free_port("127.0.0.1", 0)
    assert free != taken_port
    assert free_port("127.0.0.1", free) == free


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(AddressNotOurs, match=host):
        free_port(host, 8000)


def test_a_second_start_on_the_same_port_is_told_where_the_first_runs(taken_port: int, monkeypatch, tmp_path) -> None:
    """Because it is our own site that has the port, and its address is what the person wants."""
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path))
    with (
        the_only_site("127.0.0.1", 0) as port,
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(AlreadyServing, match=f"127.0.0.1:{port}") as refusal,
        the_only_site("127.0.0.1", port),
    ):
        pass
    assert "make demo PORT=" in refusal.value.remedy
    with pytest.raises(PortTaken), the_only_site("127.0.0.1", taken_port):
        pass
    with the_only_site("127.0.0.1", 0):
        pass


def killed_on(port: int, folder: Path) -> None:
    """A site had this address, and was killed: nobody holds its lock."""
    (folder / "serve.json").write_text(json.dumps({"address": f"http://127.0.0.1:{port}", "process": 1}))


def test_the_port_that_a_killed_site_is_about_to_leave_is_waited_for(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path))
    dying = socket.create_server(("127.0.0.1", 0))
    port = dying.getsockname()[1]
    killed_on(port, tmp_path)
    monkeypatch.setattr(site.time, "sleep", lambda _: dying.close())
    with the_only_site("127.0.0.1", port) as ours:
        assert ours == port
    assert not (tmp_path / "serve.json").exists(), "because who ends in order leaves nothing to wait for"


@pytest.mark.parametrize("own", [True, False])
def test_what_another_program_keeps_is_told(taken_port: int, own: bool, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HUITOU_HOME", str(tmp_path))
    monkeypatch.setattr(site, "LEAVE_SECONDS", 0.2)
    slept: list[float] = []
    monkeypatch.setattr(site.time, "sleep", slept.append)
    killed_on(taken_port if own else taken_port + 1, tmp_path)
    with pytest.raises(PortTaken), the_only_site("127.0.0.1", taken_port):
        pass
    assert bool(slept) == own, "because there is nothing to wait for where another address was ours"
