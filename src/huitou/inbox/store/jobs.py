"""Jobs as rows. What tells of progress is written apart from the job's own transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import connection

from huitou.bulk import service as bulk
from huitou.inbox.terms import JobSeen

_COLUMNS = (
    "id, what, kind, state, source, file_name, path, mapping::text, reading::text, dry_run, actor, step, rows_done, "
    "rows_total, cancel_asked, failure::text, report::text, batch_id, target_id, asked_at, started_at, ended_at"
)
_JSON = (7, 8, 15, 16)
LOCK = "hashtext('inbox job')"


def _seen(row: tuple[Any, ...]) -> JobSeen:
    return JobSeen(*(json.loads(cell) if place in _JSON else cell for place, cell in enumerate(row)))


def insert(values: Mapping[str, Any]) -> int:
    ready = {name: json.dumps(value) if isinstance(value, dict) else value for name, value in values.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO inbox_job ({', '.join(ready)}) VALUES ({', '.join(['%s'] * len(ready))}) RETURNING id",
            list(ready.values()),
        )
        return cursor.fetchone()[0]


def insert_failed(values: Mapping[str, Any]) -> int:
    number = insert(values)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE inbox_job SET ended_at = clock_timestamp() WHERE id = %s", [number])
    return number


def find(number: int) -> JobSeen | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM inbox_job WHERE id = %s", [number])
        row = cursor.fetchone()
    return _seen(row) if row else None


def hold_asking(target: int) -> None:
    """Who asks for something with this import waits for who asked before, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('inbox asking'), (%s %% 2147483647)::integer)", [target])


def newest(limit: int) -> list[JobSeen]:
    """Those that made no import, newest first: waiting, running, failed, cancelled, and dry runs."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM inbox_job WHERE batch_id IS NULL ORDER BY id DESC LIMIT %s", [limit])
        return [_seen(row) for row in cursor.fetchall()]


def oldest_waiting() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM inbox_job WHERE state = 'waiting'")
        return cursor.fetchone()[0]


def running() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM inbox_job WHERE state = 'running' ORDER BY id")
        return [number for (number,) in cursor.fetchall()]


def ask_cancel(number: int) -> bool:
    """Whether it could still be asked for. One that waits ends at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_job SET cancel_asked = true, "
            "state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END, "
            "ended_at = CASE WHEN state = 'waiting' THEN clock_timestamp() END "
            "WHERE id = %s AND state IN ('waiting', 'running')",
            [number],
        )
        return cursor.rowcount > 0


def write_done(number: int, batch: int | None, report: Mapping[str, Any]) -> None:
    """In the transaction of what was done: the job is done if and only if that is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_job SET state = 'done', batch_id = %s, report = %s, step = 'done', "
            "ended_at = clock_timestamp() WHERE id = %s",
            # A NUL cannot be stored in PostgreSQL's JSON; it is shown for what it is.
            [batch, json.dumps(report, ensure_ascii=False).replace("\\u0000", "␀"), number],
        )


def begin_here(values: Mapping[str, Any]) -> Apart:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('inbox_job', 'id'))")
        (number,) = cursor.fetchone()
    apart = Apart(number)
    # The lock first: a row that runs and holds none was interrupted.
    assert apart.interrupted()
    apart.insert({**values, "id": number, "state": "running"})
    return apart


class Apart:
    """One job's line to the database beside its transaction: the lock that says it is alive, and its progress."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._line = bulk.apart()

    def begin(self) -> bool:
        """Take the job; False where somebody else has, or it no longer waits."""
        (held,) = self._ask(f"SELECT pg_try_advisory_lock({LOCK}, %s)", self.number)
        return bool(held) and self._do(
            "UPDATE inbox_job SET state = 'running', started_at = clock_timestamp() WHERE id = %s "
            "AND state = 'waiting'",
            self.number,
        )

    def insert(self, values: Mapping[str, Any]) -> None:
        names = ", ".join(values)
        places = ", ".join(["%s"] * len(values))
        self._do(f"INSERT INTO inbox_job ({names}, started_at) VALUES ({places}, clock_timestamp())", *values.values())

    def note(self, step: str, done: int, total: int) -> bool:
        """Write how far it is; whether it is to go on."""
        row = self._ask(
            "UPDATE inbox_job SET step = %s, rows_done = %s, rows_total = %s WHERE id = %s AND state = 'running' "
            "RETURNING cancel_asked",
            step, done, total, self.number,
        )  # fmt: skip
        return row is None or not row[0]

    def cancel_asked(self) -> bool:
        row = self._ask("SELECT cancel_asked FROM inbox_job WHERE id = %s", self.number)
        return bool(row and row[0])

    def end(self, state: str, failure: Mapping[str, Any]) -> None:
        self._do(
            "UPDATE inbox_job SET state = %s, failure = %s, ended_at = clock_timestamp() WHERE id = %s "
            "AND state = 'running'",
            state, json.dumps(failure, ensure_ascii=False, default=str), self.number,
        )  # fmt: skip

    def interrupted(self) -> bool:
        """Whether nobody works on it, though it runs."""
        (held,) = self._ask(f"SELECT pg_try_advisory_lock({LOCK}, %s)", self.number)
        return bool(held)

    def close(self) -> None:
        """Also lets the lock go."""
        self._line.close()

    def _ask(self, query: str, *values: object) -> Any:
        with self._line.cursor() as cursor:
            cursor.execute(query, list(values))
            return cursor.fetchone() if cursor.description else None

    def _do(self, query: str, *values: object) -> bool:
        with self._line.cursor() as cursor:
            cursor.execute(query, list(values))
            return cursor.rowcount > 0
