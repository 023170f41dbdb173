"""The checks of `huitou doctor`. They look and change nothing; a missing database is not made."""

from __future__ import annotations

import os
import platform
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from huitou.config import embedded_postgres
from huitou.config.embedded_postgres.cluster import free_mb
from huitou.config.embedded_postgres.locks import held_by_other
from huitou.config.embedded_postgres.place import Place, binary
from huitou.config.home import home
from huitou.doors.cli.words import say, translate
from huitou.kernel.errors import N_, HuitouError

LOW_DISK_MB, NO_DISK_MB = 2_000, 300
LATE_SECONDS, STUCK_SECONDS = 120, 3_600
"""How old the oldest unheard fact may be: later is worth a look; much later, jobs stand still."""
HEARTBEAT_SECONDS = 60
CLOCK_SECONDS = 5
BROWSER = Path("/usr/bin/chromium")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, in the person's language."""

    check: str
    status: str
    meaning: str
    next_step: str = ""


def found(check: str, status: str, meaning: str, next_step: str = "", **facts: object) -> Finding:
    """A finding from English templates; `check` is a stable name for machines, `status` ok, warn or error."""
    return Finding(check, status, translate(meaning).format(**facts), translate(next_step).format(**facts))


def check_installation(language: str) -> list[Finding]:
    """Every check, the simple ones first; a check that cannot be made says so."""
    return [
        *_machine(),
        *_home(),
        *_secrets(),
        *_database(language),
        *_browser(),
    ]


def _machine() -> Iterator[Finding]:
    yield found("python", "ok", N_("Python {version}."), version=platform.python_version())
    if embedded_postgres.is_ours():
        if os.access(binary("postgres"), os.X_OK):
            yield found("programs", "ok", N_("The programs of PostgreSQL are there."))
        else:
            yield found(
                "programs",
                "error",
                N_("The programs of PostgreSQL are missing at {path}."),
                N_("Run make clean, then make; or set HUITOU_DATABASE_URL to a PostgreSQL server."),
                path=binary("postgres"),
            )


def _home() -> Iterator[Finding]:
    folder = home()
    if not folder.exists():
        yield found("home", "ok", N_("The home {folder} does not exist yet; the first start makes it."), folder=folder)
    elif os.access(folder, os.W_OK | os.X_OK):
        yield found("home", "ok", N_("The home {folder} can be written."), folder=folder)
    else:
        yield found(
            "home",
            "error",
            N_("Huitou may not write in its home {folder}."),
            N_("Change the folder's owner, or give another folder in HUITOU_HOME."),
            folder=folder,
        )
    free = free_mb(folder)
    status = "error" if free < NO_DISK_MB else "warn" if free < LOW_DISK_MB else "ok"
    hint = "" if status == "ok" else N_("Free some disk, or move the home to a larger one (HUITOU_HOME).")
    yield found("disk", status, N_("{free_mb} MB of disk are free."), hint, free_mb=free)
    lake = folder / "lake"
    if lake.exists() and not os.access(lake, os.W_OK | os.X_OK):
        yield found(
            "lake",
            "error",
            N_("Huitou may not write in the lake {folder}."),
            N_("Change the folder's owner."),
            folder=lake,
        )
    else:
        yield found(
            "lake", "ok", N_("The lake is there.") if lake.exists() else N_("The lake is empty: nothing was imported.")
        )


def _secrets() -> Iterator[Finding]:
    for name in ("secrets.json", "keys.json"):
        path = home() / name
        if not path.exists():
            continue
        open_to_others = stat.S_IMODE(path.stat().st_mode) & 0o077
        if open_to_others:
            yield found(
                "secrets",
                "error",
                N_("Other users of this machine can read {file}."),
                N_("Run: chmod 600 {file}. Whoever may have read it could have copied it."),
                file=path,
            )
        else:
            yield found("secrets", "ok", N_("{file} is private."), file=path)


def _database(language: str) -> Iterator[Finding]:
    if embedded_postgres.is_ours() and not Place.here().data.exists():
        yield found("database", "ok", N_("There is no database yet; the first start makes it."))
        return
    try:
        with embedded_postgres.using(say):
            yield from _inside_database(language)
    except HuitouError as refusal:
        yield found("database", "error", refusal.message, refusal.next_step, **refusal.facts)


def _inside_database(language: str) -> Iterator[Finding]:
    from django.db import Error, connections

    from huitou.config.errors import DatabaseUnreachable
    from huitou.config.schema import pending_migrations, set_up_django

    set_up_django(language)
    try:
        yield from _answers()
        pending = pending_migrations()
        if pending:
            yield found(
                "tables",
                "warn",
                N_("{count} changes of the tables are pending, the first is {first}."),
                N_("Start any command, for example huitou serve: it makes them."),
                count=len(pending),
                first=pending[0],
            )
            return
        yield found("tables", "ok", N_("The tables are up to date."))
        yield from _jobs()
    except Error as error:
        raise DatabaseUnreachable(reason=str(error).strip().splitlines()[0]) from error
    finally:
        connections.close_all()


def _answers() -> Iterator[Finding]:
    from django.conf import settings
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), clock_timestamp()")
        version, there = cursor.fetchone()
    yield found("database", "ok", N_("PostgreSQL {version} answers."), version=version)
    apart = abs((datetime.now(UTC) - there).total_seconds())
    if apart > CLOCK_SECONDS:
        yield found(
            "clock",
            "error",
            N_("The clocks of this machine and of the database are {seconds} seconds apart."),
            N_("Set both by a time server (NTP)."),
            seconds=round(apart),
        )
    else:
        yield found("clock", "ok", N_("The clocks agree; the shops' time zone is {zone}."), zone=settings.TIME_ZONE)


def _jobs() -> Iterator[Finding]:
    from django.db import connection

    from huitou.outbox import service as outbox

    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
        (silent,) = cursor.fetchone()
    alive = silent is not None and silent < HEARTBEAT_SECONDS
    served = (home() / "serve.lock").exists() and held_by_other(home() / "serve.lock")
    if alive:
        yield found("worker", "ok", N_("The worker does its jobs."))
    elif served:
        yield found(
            "worker",
            "error",
            N_("The site is running and its worker gives no sign of life."),
            N_("Read {log}, then stop huitou serve and start it again."),
            log=home() / "log" / "worker.log",
        )
    else:
        yield found("worker", "ok", N_("The site is not running, so no worker is."))
    waiting, age_seconds = outbox.backlog()
    late = waiting and age_seconds > LATE_SECONDS
    status = "ok" if not late else "error" if alive and age_seconds > STUCK_SECONDS else "warn"
    hint = "" if status == "ok" else N_("Run huitou serve, whose worker hears them; read {log} if it runs already.")
    yield found(
        "outbox",
        status,
        N_("{count} facts wait to be heard, the oldest for {minutes} minutes.")
        if waiting
        else N_("No fact waits to be heard."),
        hint,
        count=waiting,
        minutes=int(age_seconds // 60),
        log=home() / "log" / "worker.log",
    )


def _browser() -> Iterator[Finding]:
    if BROWSER.exists():
        yield found("browser", "ok", N_("Chromium is there, for make demo-check and make test."))
    else:
        yield found(
            "browser",
            "warn",
            N_("There is no Chromium; only make demo-check and the browser tests need it."),
            N_("Run scripts/install-browser, or go without."),
        )
