"""PostgreSQL without an administrator: started when the first command needs it, gone with the last.

`using()` is all that others need. docs/adr/0002-embedded-postgresql.md says why it is built like this.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from huitou.config.embedded_postgres.cluster import DATABASE, USER, open_folder, ready_folder, writable
from huitou.config.embedded_postgres.errors import (
    DatabaseDidNotStart,
    DatabasePasswordWrong,
    EmbeddedDatabaseNeedsLinux,
    NoFreeDisk,
)
from huitou.config.embedded_postgres.keeper import GAVE_UP
from huitou.config.embedded_postgres.locks import held_by_other, open_lock, taken
from huitou.config.embedded_postgres.place import Place
from huitou.config.home import home, secret
from huitou.config.log_files import last_words, open_log
from huitou.kernel.errors import N_

LOOK_SECONDS = 0.03
SILENT_SECONDS = 60.0
"""How long a server may say nothing at all. One that says that it recovers is waited for without limit."""
NEWS_SECONDS = 5.0

_keepers: list[subprocess.Popen[bytes]] = []
"""The keepers that this process started, to be reaped when they end."""


def say_in_english(template: str, **facts: object) -> None:
    """A line for the person who waits; standard output belongs to the command's answer."""
    sys.stderr.write(f"{template.format(**facts)}\n")
    sys.stderr.flush()


def is_ours() -> bool:
    """Whether the database is the embedded one."""
    return not os.environ.get("HUITOU_DATABASE_URL")


def connection_parts() -> dict[str, str]:
    """libpq's connection parameters; known before the server runs."""
    return {
        "host": str(Place.here().socket_folder),
        "port": "5432",
        "user": USER,
        "dbname": DATABASE,
        "password": secret("postgres"),
    }


@contextmanager
def using(say: Callable[..., None] = say_in_english) -> Iterator[None]:
    """The database is there inside this block. May be nested, and used by many processes at once.

    On the way out the last user waits until the server has stopped. Does nothing when HUITOU_DATABASE_URL
    names another server. Raises the errors of this package.
    """
    if not is_ours():
        yield
        return
    if not sys.platform.startswith("linux"):
        raise EmbeddedDatabaseNeedsLinux(system=sys.platform)
    place = Place.here()
    open_folder(place)
    with writable(place.folder):
        users_lock = _joined(place, say)
    try:
        _wait_until_it_answers(place, say)
        yield
    finally:
        os.close(users_lock)
        _wait_for_the_end(place)


def restart_if_dead(say: Callable[..., None] = say_in_english) -> None:
    """For a user that stays long: start a new keeper when there is none; wait until the server answers."""
    place = Place.here()
    _reap()
    if is_ours() and not held_by_other(place.keeper_lock):
        _wait_until_it_answers(place, say)


def _joined(place: Place, say: Callable[..., None]) -> int:
    """The lock that makes us a user; waits while a keeper is shutting down."""
    lock = open_lock(place.users_lock)
    news = _News(say, N_("Waiting until the database of the last run has stopped ..."))
    while not taken(lock, fcntl.LOCK_SH):
        news.tell_in_time()
        time.sleep(LOOK_SECONDS)
    return lock


def _wait_until_it_answers(place: Place, say: Callable[..., None]) -> None:
    news = _News(say, N_("The database takes longer than usual to start; waiting ..."))
    keeper: subprocess.Popen[bytes] | None = None
    silent_since = time.monotonic()
    while True:
        if keeper is not None and keeper.poll() not in (None, 0):
            raise _failure(place, keeper.returncode)
        if (keeper is None or keeper.poll() is not None) and not held_by_other(place.keeper_lock):
            ready_folder(place, say)
            keeper = _start_keeper(place)
        answer = _knock(place)
        if answer == "open":
            return
        if answer == "starting up":
            silent_since = time.monotonic()
        if time.monotonic() - silent_since > SILENT_SECONDS:
            raise _failure(place, GAVE_UP)
        news.tell_in_time()
        time.sleep(LOOK_SECONDS)


def _knock(place: Place) -> str:
    """Try to connect as the application does: "open", "starting up" or "closed"."""
    import psycopg

    if not (place.socket_folder / ".s.PGSQL.5432").exists():
        return "closed"
    try:
        psycopg.connect(**connection_parts(), connect_timeout=10).close()  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        said = str(error)
        if "password authentication failed" in said:
            raise DatabasePasswordWrong(secrets=home() / "secrets.json") from error
        return "starting up" if "starting up" in said or "recovery" in said else "closed"
    return "open"


def _start_keeper(place: Place) -> subprocess.Popen[bytes]:
    with writable(place.folder), open_log(place.keeper_log) as log:
        keeper = subprocess.Popen(
            [sys.executable, "-P", "-m", "huitou.config.embedded_postgres"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={**os.environ, "HUITOU_HOME": str(home())},
            start_new_session=True,  # Ctrl-C in the terminal is for the database's user, not for its keeper
        )
    _keepers.append(keeper)
    return keeper


def _failure(place: Place, exit_code: int) -> DatabaseDidNotStart | NoFreeDisk:
    log = place.log if exit_code == GAVE_UP else place.keeper_log
    lines = last_words(log)
    if any("No space left" in line for line in lines):
        return NoFreeDisk(folder=place.folder, free_mb=0, needed_mb=50)
    said = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
    return DatabaseDidNotStart(reason=said[-1].strip() if said else f"its keeper ended with {exit_code}", log=log)


def _wait_for_the_end(place: Place) -> None:
    """Return at once when others use the server; the last one waits until nothing runs any more."""
    lock = open_lock(place.users_lock)
    try:
        # Two who come at once start a keeper each; the one that is not elected takes a moment to go.
        while held_by_other(place.keeper_lock) or _reap():
            # Alone: nobody uses it, and the keeper has not looked yet. Shared: others use it. Neither: the keeper has
            # it and is stopping. Never a shared lock turned into one alone: that lets go of it for a moment, and a
            # keeper that comes in between looks like another user.
            alone = taken(lock, fcntl.LOCK_EX)
            others = not alone and taken(lock, fcntl.LOCK_SH)
            fcntl.flock(lock, fcntl.LOCK_UN)
            if others:
                break
            time.sleep(LOOK_SECONDS)
    finally:
        os.close(lock)


def _reap() -> list[subprocess.Popen[bytes]]:
    """The keepers of this process that have not ended."""
    _keepers[:] = [keeper for keeper in _keepers if keeper.poll() is None]
    return _keepers


class _News:
    """One line for the person when something takes long."""

    def __init__(self, say: Callable[..., None], text: str) -> None:
        self.say, self.text = say, text
        self.since = time.monotonic()

    def tell_in_time(self) -> None:
        if self.text and time.monotonic() - self.since > NEWS_SECONDS:
            self.say(self.text)
            self.text = ""
