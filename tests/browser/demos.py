"""A real `huitou demo` as a process of its own: database, web server and worker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

START_SECONDS, STOP_SECONDS = 300.0, 30.0


class DemoFailed(RuntimeError):
    """The demo did not do what it promises."""


class Demo:
    """A running `huitou demo`."""

    def __init__(self, home: Path, *options: str) -> None:
        environment = {**os.environ, "HUITOU_HOME": str(home), "PYTHONUNBUFFERED": "1"}
        environment.pop("HUITOU_DATABASE_URL", None)
        self.began = time.monotonic()
        self.said: list[str] = []
        self._lines: Queue[str | None] = Queue()
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("huitou"), "demo", "--port", "0", *options],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        Thread(target=self._listen, daemon=True).start()

    def address(self) -> str:
        """Wait for it; raises DemoFailed with what was said instead."""
        while time.monotonic() < self.began + START_SECONDS:
            try:
                line = self._lines.get(timeout=1)
            except Empty:
                continue
            if line is None:
                break
            found = re.search(r"http://\S+", line)
            if found:
                return found[0]
        raise DemoFailed("the demo did not start:\n" + "".join(self.said))

    def stop(self) -> None:
        """As Ctrl-C does. Raises DemoFailed where something is left running or the exit is not clean."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as late:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise DemoFailed(f"the demo did not stop within {STOP_SECONDS:.0f} s of Ctrl-C") from late
        if code != 0:
            raise DemoFailed(f"the demo ended with exit code {code}:\n" + "".join(self.said))

    def _listen(self) -> None:
        for line in self._process.stdout:
            self.said.append(line)
            self._lines.put(line)
        self._lines.put(None)


@contextmanager
def running_demo(home: Path, *options: str) -> Iterator[tuple[str, float]]:
    """Its address, and how many seconds it took until it answered."""
    demo = Demo(home, *options)
    try:
        address = demo.address()
        yield address, time.monotonic() - demo.began
    finally:
        demo.stop()
    complaints = [line for line in demo.said if "Traceback" in line or " ERROR " in line]
    if complaints:
        raise DemoFailed("the server complained:\n" + "".join(demo.said))
