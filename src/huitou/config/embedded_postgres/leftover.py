"""What a killed keeper or a killed server leaves behind must neither stop nor fool the next start."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from huitou.config.embedded_postgres.place import SOCKET_NAME, Place

ENDINGS = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
"""How a server is asked to end, and the seconds it gets: cut the clients off and write all down; end at once
and recover at the next start; no more asking."""
ON_ITS_WAY_SECONDS = 5.0
LOOK_SECONDS = 0.02


def end_server(pid: int, gone: Callable[[], bool]) -> None:
    """Ask the server `pid` to end, ever more firmly, until `gone` says so."""
    for how, seconds in ENDINGS:
        if gone():  # looked at first: the number of a process that has gone may be somebody else's by now
            return
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        if _waited_for(gone, seconds):
            return


def clear_leftovers(place: Place) -> None:
    """Wait for the server of a killed keeper, and disarm stale pid and socket files.

    The kernel has told an orphaned server to stop; should it linger, it is asked again.
    """
    pid_file = place.data / "postmaster.pid"
    pid = _pid_in(pid_file)
    if pid and _is_server_of(place, pid) and not _waited_for(lambda: not _is_server_of(place, pid), ON_ITS_WAY_SECONDS):
        end_server(pid, lambda: not _is_server_of(place, pid))
    if _pid_in(pid_file):
        _disarm(pid_file)
    for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (place.socket_folder / name).unlink(missing_ok=True)


def _disarm(pid_file: Path) -> None:
    """Name ourselves in a stale pid file.

    PostgreSQL refuses to start while the named process exists, also when it is a zombie or an innocent
    program that got the same number later. It knows better only about its own parent, and that is us.
    Deleting the file would do too much: its other lines let the server check that no old backend still uses
    the shared memory.
    """
    rest = pid_file.read_text().split("\n", 1)[1]
    with pid_file.open("r+") as file:  # the owner stays the server's user
        file.write(f"{os.getpid()}\n{rest}")
        file.truncate()


def _pid_in(pid_file: Path) -> int:
    """The process that the file names; 0 if there is none."""
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _is_server_of(place: Place, pid: int) -> bool:
    """Whether `pid` is a living server of this very data folder."""
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    # A zombie has no command line, so it is nobody's server.
    return os.path.basename(arguments[0]) == b"postgres" and os.fsencode(place.data) in arguments


def _waited_for(true: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(LOOK_SECONDS)
    return True
