"""The site: one web server and one worker of this installation, from the first request to the last."""

from __future__ import annotations

import errno
import fcntl
import http.client
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType

from huitou.config import embedded_postgres
from huitou.config.embedded_postgres.locks import exclusively, open_lock, taken
from huitou.config.errors import AddressNotOurs, AlreadyServing, PortTaken, SiteDidNotStart
from huitou.config.home import home, make_folder
from huitou.config.processes import GATE_NAME, Child, Children, web, worker

READY_SECONDS = 60.0
LOOK_SECONDS = 0.05
LEAVE_SECONDS = 10.0
"""How long the web server of a site that was killed may take to end: as soon as it notices."""
CARE_SECONDS = 0.5
"""How often the running processes are looked after."""
HEALTH = "/api/v1/health"


class StopRequested(KeyboardInterrupt):
    """Ctrl-C, SIGTERM or SIGHUP."""


@dataclass(slots=True)
class Wish:
    """Whether somebody asked us to stop. Python drops an exception that falls into a finalizer or the end of an import,
    and with it a Ctrl-C: so it is noted, too."""

    to_stop: bool = False


@dataclass(slots=True)
class Site:
    """The running site."""

    address: str
    children: Children
    say: Callable[..., None]
    wish: Wish

    def wait(self) -> None:
        """Stay until Ctrl-C or SIGTERM; restarts what crashes, the database too."""
        try:
            while not self.wish.to_stop:
                self.children.look_after(self.say)
                embedded_postgres.restart_if_dead(self.say)
                time.sleep(CARE_SECONDS)
        except KeyboardInterrupt:
            return


@contextmanager
def serving(
    host: str, port: int, web_processes: int, say: Callable[..., None], prepare: Callable[[], None]
) -> Iterator[Site]:
    """The site, answering inside the block; the database has to run around it.

    `prepare` runs after the web server's processes have begun to load the program and before they answer the
    first request: loading takes most of a start, and so both go at once. Raises SiteDidNotStart, and whatever
    `prepare` raises. The port comes from `the_only_site`.
    """
    children = Children([web(host, port, web_processes)])
    with _stop_signals() as wish:
        try:
            with exclusively(home() / GATE_NAME):
                children.look_after(say)
                prepare()
            _wait_until_ready(host, port, children.children[0])
            children.children.append(worker())
            children.look_after(say)
            yield Site(_address(host, port), children, say, wish)
        finally:
            with _patience():
                children.stop()


@contextmanager
def the_only_site(host: str, port: int) -> Iterator[int]:
    """Hold this installation's place as a server, and the port that it takes: `port`, or a free one for 0.

    Raises AlreadyServing, PortTaken and AddressNotOurs. The place goes first: a second start on the same port is told
    that this installation runs already, and where, and not that some program has the port.
    """
    make_folder(home())
    lock = open_lock(home() / "serve.lock")
    note = home() / "serve.json"
    try:
        if not taken(lock, fcntl.LOCK_EX):
            other = json.loads(note.read_text()) if note.exists() else {}
            raise AlreadyServing(address=other.get("address", "?"), process=other.get("process", "?"))
        # A note that nobody stands for is that of a site that was killed: its server may still have the port.
        left = note.exists() and json.loads(note.read_text() or "{}").get("address") == _address(host, port)
        port = _port_soon_free(host, port) if left else free_port(host, port)
        note.write_text(json.dumps({"address": _address(host, port), "process": os.getpid()}))
        try:
            yield port
        finally:
            note.unlink(missing_ok=True)
    finally:
        os.close(lock)


def _port_soon_free(host: str, port: int) -> int:
    until = time.monotonic() + LEAVE_SECONDS
    while time.monotonic() < until:
        with suppress(PortTaken):
            return free_port(host, port)
        time.sleep(LOOK_SECONDS)
    return free_port(host, port)


def free_port(host: str, port: int) -> int:
    """`port`, or a free one for 0. Raises PortTaken and AddressNotOurs."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            return int(trial.getsockname()[1])
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = free_port(host, 0) if port < 1024 or port > 65000 else port + 1
            raise PortTaken(host=host, port=port, other=other) from error
        raise AddressNotOurs(host=host, port=port, reason=error.strerror) from error


def _address(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 - the wish is the person's
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _wait_until_ready(host: str, port: int, server: Child) -> None:
    until = time.monotonic() + READY_SECONDS
    while not _is_healthy(host, port):
        said = server.said()
        # The server itself stays when its processes cannot load the program, and tries again for ever.
        failed = server.has_ended() or any("Unexpected exit" in line for line in said)
        if failed or time.monotonic() > until:
            reasons = [line for line in said if "Error" in line] or said
            reason = reasons[-1] if reasons else f"no answer within {READY_SECONDS:.0f} s"
            raise SiteDidNotStart(reason=reason, log=server.log)
        time.sleep(LOOK_SECONDS)


def _is_healthy(host: str, port: int) -> bool:
    from django.conf import settings

    there = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104
    name = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.ALLOWED_HOSTS else "localhost"
    line = http.client.HTTPConnection(there, port, timeout=5)
    try:
        line.request("GET", HEALTH, headers={"Host": "localhost" if name == "*" else name})
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


@contextmanager
def _stop_signals() -> Iterator[Wish]:
    """Inside, SIGTERM and SIGHUP (a closed terminal) stop us as Ctrl-C does, and what they wish is noted. What whoever
    started us had us ignore stays ignored: SIGHUP under nohup, Ctrl-C of a job that a script put in the background."""
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        wish.to_stop = True
        raise StopRequested

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _patience() -> Iterator[None]:
    """Inside, an impatient second Ctrl-C does not leave processes behind; stopping takes seconds at most."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
