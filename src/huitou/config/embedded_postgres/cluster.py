"""Make the database's folder once, whole or not at all, and look at it before each start."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from huitou.config.embedded_postgres.account import Account, server_account
from huitou.config.embedded_postgres.errors import (
    DatabaseDidNotStart,
    DatabaseFolderBroken,
    HomeNotWritable,
    NoFreeDisk,
    OtherDatabaseVersion,
    SocketFolderTaken,
)
from huitou.config.embedded_postgres.locks import exclusively
from huitou.config.embedded_postgres.place import Place, binary
from huitou.config.home import home, make_folder, secret
from huitou.kernel.errors import N_

MAJOR_VERSION = "18"
NEW_DATABASE_MB = 300
"""Disk that a new database needs: its files, its first log segments, and room for a start."""
START_MB = 50

SERVER_USER = "postgres"
USER = "huitou"
DATABASE = "huitou"

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC"}


def durable() -> bool:
    """HUITOU_POSTGRES_DURABLE=0 trades safety against power cuts for speed; for tests only."""
    return os.environ.get("HUITOU_POSTGRES_DURABLE", "1") != "0"


def ready_folder(place: Place, say: Callable[..., None]) -> None:
    """Leave behind a whole database folder of our version, made now if there is none.

    Raises HomeNotWritable, NoFreeDisk, OtherDatabaseVersion, DatabaseFolderBroken, DatabaseFolderOfOther,
    NoServerAccount or DatabaseDidNotStart.
    """
    with writable(place.folder), exclusively(place.making_lock) as lock:
        account = server_account(place)
        if _is_whole(place):
            _need_disk(place, START_MB)
        else:
            _make(place, account, lock, say)
        if place.data.stat().st_uid != account.uid:
            _give(place.data, account)
        _ready_socket_folder(place.socket_folder, account)


def open_folder(place: Place) -> None:
    """Make the outer folders, which are ours also when the server runs as another user."""
    with writable(place.folder):
        make_folder(home())
        make_folder(place.folder)
        make_folder(place.log.parent)


def _is_whole(place: Place) -> bool:
    version = place.data / "PG_VERSION"
    if version.exists():
        found = version.read_text().strip()
        if found != MAJOR_VERSION:
            raise OtherDatabaseVersion(folder=place.data, found=found, ours=MAJOR_VERSION)
        return True
    if place.data.exists() and any(place.data.iterdir()):
        raise DatabaseFolderBroken(folder=place.data)
    return False


def _make(place: Place, account: Account, lock: int, say: Callable[..., None]) -> None:
    _need_disk(place, NEW_DATABASE_MB)
    if place.half_made.exists():
        say(
            N_("Found a half-written database of an interrupted start in {folder}; beginning again."),
            folder=place.half_made,
        )
        shutil.rmtree(place.half_made)
    account.own(place.half_made)
    initdb = [
        *(str(binary("initdb")), f"--pgdata={place.half_made}", f"--username={SERVER_USER}"),
        *("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        # "trust" never serves anybody: the access file is replaced below, before the first start.
        *("--data-checksums", "--auth=trust", "--no-instructions"),
    ]
    _run(place, account, initdb if durable() else [*initdb, "--no-sync"], lock)
    statements = (
        f"ALTER ROLE {SERVER_USER} PASSWORD '{secret('postgres_superuser')}'",
        f"CREATE ROLE {USER} LOGIN CREATEROLE CREATEDB PASSWORD '{secret('postgres')}'",
        f"CREATE DATABASE {DATABASE} OWNER {USER}",
    )
    # One server process without sockets; each line is one statement, and the first error ends it.
    single = [str(binary("postgres")), "--single", "-D", str(place.half_made)]
    options = ["-c", "exit_on_error=on", "-c", "log_checkpoints=off", "-c", "log_min_error_statement=panic"]
    if not durable():
        options += ["-c", "fsync=off"]
    _run(
        place,
        account,
        [*single, *options, "postgres"],
        lock,
        typed="".join(f"{line};\n" for line in statements),
    )
    (place.half_made / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    if place.data.exists():
        place.data.rmdir()
    place.half_made.rename(place.data)
    _sync(place.folder)


def _run(place: Place, account: Account, arguments: list[str], lock: int, typed: str = "") -> None:
    """Run one of PostgreSQL's programs to its end.

    It inherits the lock: should we be killed, the next start waits until the program is gone as well.
    """
    done = subprocess.run(
        account.command(arguments, when_parent_dies=signal.SIGKILL),
        preexec_fn=account.before_start(when_parent_dies=signal.SIGKILL),
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        pass_fds=(lock,),
    )
    if done.returncode == 0:
        return
    with place.log.open("a") as log:
        log.write(done.stdout)
    said = [line for line in done.stdout.splitlines() if "rror" in line or "FATAL" in line or "PANIC" in line]
    reason = said[0].strip() if said else f"{Path(arguments[0]).name} ended with {done.returncode}"
    if "No space left" in done.stdout:
        raise NoFreeDisk(folder=place.folder, free_mb=free_mb(place.folder), needed_mb=NEW_DATABASE_MB)
    raise DatabaseDidNotStart(reason=reason, log=place.log)


def _ready_socket_folder(folder: Path, account: Account) -> None:
    # It may lie in /tmp, where anybody can put a folder or a link of this name before us.
    if os.path.lexists(folder):
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (account.uid, os.geteuid()):
            raise SocketFolderTaken(folder=folder)
    account.own(folder)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into HomeNotWritable and NoFreeDisk."""
    try:
        yield
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise HomeNotWritable(folder=home(), reason=error.strerror) from error
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise NoFreeDisk(folder=folder, free_mb=free_mb(folder), needed_mb=NEW_DATABASE_MB) from error
        if error.errno == 30:  # EROFS
            raise HomeNotWritable(folder=home(), reason=error.strerror) from error
        raise


def free_mb(folder: Path) -> int:
    """Free disk for us at `folder`, or at the nearest folder above it that exists."""
    there = next(part for part in (folder, *folder.parents) if part.exists())
    return shutil.disk_usage(there).free // 2**20


def _need_disk(place: Place, needed_mb: int) -> None:
    free = free_mb(place.folder)
    if free < needed_mb:
        raise NoFreeDisk(folder=place.folder, free_mb=free, needed_mb=needed_mb)


def _give(folder: Path, account: Account) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
