"""The process that owns the server: starts it, restarts it after a crash, stops it when nobody uses it.

Every user of the database holds a shared lock on one file. The keeper asks a few times a second for the same
lock alone; the moment it gets it, the last user is gone, by whatever death, and the server goes too.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from huitou.config.embedded_postgres.account import server_account
from huitou.config.embedded_postgres.cluster import ENVIRONMENT, durable
from huitou.config.embedded_postgres.leftover import clear_leftovers, end_server
from huitou.config.embedded_postgres.locks import open_lock, taken
from huitou.config.embedded_postgres.place import Place, binary
from huitou.config.log_files import open_log

LOOK_SECONDS = 0.2
PAUSES_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Waits between starts that fail at once; after the last the keeper gives up."""
STEADY_SECONDS = 5.0
"""A server that lived this long had started well; its next crash counts from the beginning again."""

NOT_NEEDED, GAVE_UP = 0, 3
"""Exit codes."""


class Keeper:
    """One keeper of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.account = server_account(place)
        self.users_lock = open_lock(place.users_lock)
        self.asked_to_stop = False

    def keep(self) -> int:
        """Stay until nobody uses the server. NOT_NEEDED or GAVE_UP."""
        failures = 0
        clear_leftovers(self.place)
        while self._needed():
            started = time.monotonic()
            server = self._start()
            try:
                while server.poll() is None and self._needed():
                    time.sleep(LOOK_SECONDS)
            finally:
                end_server(server.pid, lambda: server.poll() is not None)  # noqa: B023 - called at once
            if not self._needed():
                return NOT_NEEDED
            lived_seconds = time.monotonic() - started
            note(f"the server ended by itself with {server.returncode} after {lived_seconds:.1f} s")
            failures = 1 if lived_seconds > STEADY_SECONDS else failures + 1
            if failures > len(PAUSES_SECONDS):
                note("the server does not start; giving up")
                return GAVE_UP
            time.sleep(PAUSES_SECONDS[failures - 1])
            clear_leftovers(self.place)
        return NOT_NEEDED

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """A signal handler: only note it, the loop looks soon."""
        self.asked_to_stop = True

    def _needed(self) -> bool:
        # Once taken, the lock stays ours until we end: who comes now waits, and then starts a new keeper.
        return not self.asked_to_stop and not taken(self.users_lock, fcntl.LOCK_EX)

    def _start(self) -> subprocess.Popen[bytes]:
        arguments = [str(binary("postgres")), "-D", str(self.place.data)]
        for name, value in server_settings(self.place).items():
            arguments += ["-c", f"{name}={value}"]
        with open_log(self.place.log) as log:
            return subprocess.Popen(
                self.account.command(arguments, when_parent_dies=signal.SIGINT),
                preexec_fn=self.account.before_start(when_parent_dies=signal.SIGINT),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
            )


def server_settings(place: Place) -> dict[str, str]:
    """What we set differently from PostgreSQL's own defaults."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket_folder),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{os.environ.get('HUITOU_POSTGRES_MEMORY_MB', '256')}MB",
        # Nobody copies this server by its log: backups are of the folder (ADR 2). A month's table that is made and
        # filled in one transaction then goes to the disk once, before the commit says so, and not through the log too.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "log_destination": "stderr",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] ",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        # A failed statement may hold a name or a phone number: neither it nor its values go into the log.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    if not durable():
        settings |= {"fsync": "off", "full_page_writes": "off"}
    return settings


def note(text: str) -> None:
    """One line in keeper.log, which is our standard output."""
    sys.stdout.write(f"{time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime())} UTC [{os.getpid()}] {text}\n")
    sys.stdout.flush()


def _elected(keeper_lock: int) -> bool:
    # Whoever asks whether there is a keeper holds the lock for a moment; that is not a keeper yet.
    for _ in range(50):
        if taken(keeper_lock, fcntl.LOCK_EX):
            return True
        time.sleep(0.02)
    return False


def main() -> int:
    place = Place.here()
    keeper_lock = open_lock(place.keeper_lock)
    if not _elected(keeper_lock):
        return NOT_NEEDED
    keeper = Keeper(place)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, keeper.ask_to_stop)
    return keeper.keep()
