"""The processes of `huitou serve`: the web server and the worker, restarted when they crash, gone when we go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from huitou.config.home import home
from huitou.config.log_files import open_log
from huitou.config.parent_death import die_with_parent
from huitou.kernel.errors import N_

PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Waits before a crashed process is started again; the last one for ever after."""
STEADY_SECONDS = 30.0
"""A process that lived this long had started well."""
STOP_SECONDS = 10.0
"""How long a process may finish what it is doing."""
GATE_NAME = "serve.gate"
"""A lock below the home: while somebody holds it, the web server's processes load and do not answer yet."""


@dataclass(slots=True)
class Child:
    """One process that we keep running."""

    name: str
    arguments: Sequence[str]
    running: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    start_again: float = 0.0
    log_bytes_before: int = 0

    @property
    def log(self) -> Path:
        return home() / "log" / f"{self.name}.log"

    def start(self) -> None:
        """Start it. From the main thread only: the kernel ties the child's life to the thread that starts it."""
        with open_log(self.log) as log:
            self.log_bytes_before = log.tell()
            self.running = subprocess.Popen(
                list(self.arguments),
                # A killed huitou takes it along. Not by SIGTERM: the kernel sends it again as each of our threads ends,
                # and granian's handler waits for itself for ever when the next one comes in the middle of it.
                preexec_fn=die_with_parent(signal.SIGKILL),
                # A session of its own: Ctrl-C reaches us, and we stop it in order.
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    "HUITOU_HOME": str(home()),
                    "DJANGO_SETTINGS_MODULE": "huitou.config.settings",
                    "PYTHONUNBUFFERED": "1",
                },
            )
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        """Whether it was started and runs no more."""
        return self.running is not None and self.running.poll() is not None

    def said(self) -> list[str]:
        """The lines that it has logged since its start."""
        text = self.log.read_bytes()[self.log_bytes_before :].decode(errors="replace")
        return [line.strip() for line in text.splitlines() if line.strip()]

    def look_after(self, say: Callable[..., None]) -> None:
        """Start it again if it has ended; soon the first time, less eagerly when it keeps ending."""
        now = time.monotonic()
        if self.running is not None:
            if self.running.poll() is None:
                return
            self.crashes = 1 if now - self.started > STEADY_SECONDS else self.crashes + 1
            self.start_again = now + PAUSES_SECONDS[min(self.crashes, len(PAUSES_SECONDS)) - 1]
            self.running = None
            say(
                N_("The {name} process ended by itself; it is started again. Its log is {log}."),
                name=self.name,
                log=self.log,
            )
        elif now >= self.start_again:
            self.start()


@dataclass(slots=True)
class Children:
    """The processes of one `huitou serve`."""

    children: list[Child] = field(default_factory=list)

    def look_after(self, say: Callable[..., None]) -> None:
        """Restart what has ended; called about once a second."""
        for child in self.children:
            child.look_after(say)

    def stop(self) -> None:
        """Ask all to finish, wait, and end those that do not."""
        living = [child.running for child in self.children if child.running is not None]
        for process in living:
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in living:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def web(host: str, port: int, processes: int) -> Child:
    """The web server: console, API and static files."""
    server = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    size = ["--workers", str(processes), "--blocking-threads", "8", "--backlog", "1024"]
    care = ["--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5"]
    words = ["--log-level", "warning", "--no-access-log", "--no-ws"]
    return Child("web", [*server, *size, *care, *words, "huitou.config.wsgi:application"])


def worker() -> Child:
    """The background jobs."""
    return Child("worker", [sys.executable, "-m", "huitou.config.worker"])
