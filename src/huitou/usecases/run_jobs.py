"""What people ask for in the console and drops bring runs here, in the worker, with progress that can be read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection, transaction

from huitou.inbox import service as inbox
from huitou.inbox.errors import JobCancelled, JobFailed, KindNotImported
from huitou.inbox.terms import JobSeen
from huitou.kernel.errors import HuitouError
from huitou.lake import service as lake
from huitou.lake.terms import Field, Reading
from huitou.receipts.service import import_life
from huitou.usecases.import_described import DESCRIBED, import_described
from huitou.usecases.import_receipts import Progress, Report, Then, take_receipts
from huitou.usecases.mend_rows import take_refused
from huitou.usecases.undo_import import undo_import

Clock = Callable[[], datetime]

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_REFUSED_IN_REPORT = 1000


def start_import(
    path: Path,
    *,
    kind: str,
    mapping: Mapping[str, str],
    reading: Reading | None = None,
    source: str = "till",
    member_kind: str = "card",
    dry_run: bool = False,
    actor: str,
) -> int:
    """Ask for the import of a file, which stays at `path` until it has ended. Returns the job's number at once.

    `kind`: receipts. `mapping`: field → column. Raises KindNotImported. Read it by `progress` and `report`.
    """
    if kind not in RUNNERS:
        raise KindNotImported(kind=kind, kinds=", ".join(RUNNERS))
    said = asdict(reading or Reading()) | {"member_kind": member_kind}
    return inbox.add_job(
        what="import",
        kind=kind,
        source=source,
        file_name=path.name,
        path=str(path),
        mapping={str(field): column for field, column in mapping.items()},
        reading=said,
        dry_run=dry_run,
        actor=actor,
    )


def start_undo(number: int, *, dry_run: bool = False, actor: str) -> int:
    """Ask for the undo of an import; a dry run says what it will take away. Raises ImportUnknown or ImportUndone."""
    seen = import_life.check_undoable(number)
    return inbox.add_job(
        what="undo", kind=seen.kind, source=seen.source, file_name=seen.file_name, target_id=number, dry_run=dry_run,
        actor=actor,
    )  # fmt: skip


def start_take(number: int, *, dry_run: bool = False, actor: str) -> int:
    """Ask for what waits of an import to be judged anew and taken. Raises ImportUnknown or ImportUndone."""
    seen = import_life.check_undoable(number)
    return inbox.add_job(
        what="mend", kind=seen.kind, source=seen.source, file_name=seen.file_name, target_id=number, dry_run=dry_run,
        actor=actor,
    )  # fmt: skip


def progress(job: int) -> JobSeen:
    """How far a job is: `state`, `step`, `rows_done` of `rows_total`; and, ended, `failure` or `batch` and `report`.

    Steps of an import: read, stores, products, members, receipts, points, done; of an undo: receipts, points, rows,
    members, stores, done. Raises JobUnknown.
    """
    return inbox.job(job)


def report(job: int) -> Mapping[str, Any]:
    """What an ended job did, or, of a dry run, would do: the fields of `import_receipts.Report` (its first 1,000
    refused rows) or `undo_import.Undone`; {} while it has not ended or where it failed. Raises JobUnknown."""
    return inbox.job(job).report


def cancel(job: int) -> bool:
    """Ask for a job's end; False where it has ended already. It ends within seconds and leaves nothing."""
    inbox.job(job)
    return inbox.ask_cancel(job)


def run_waiting(clock: Clock) -> int:
    """Run every job that waits, one after the other; those whose process was killed have failed. How many ran.

    `clock` tells the moment, in a zone, when each begins.
    """
    inbox.end_interrupted()
    ran = 0
    while (number := inbox.next_waiting()) is not None:
        run(number, now=clock())
        ran += 1
    return ran


def run(number: int, *, now: datetime) -> JobSeen:
    """Run this job now; one that somebody else has taken is left to them. The job as it is afterwards."""
    job = inbox.job(number)
    apart = inbox.Apart(number)
    try:
        if apart.begin():
            _run(job, apart, now)
    finally:
        apart.close()
    return inbox.job(number)


def take_here(
    opened: lake.OpenedFile,
    columns: Mapping[Field, str],
    *,
    now: datetime,
    source: str,
    member_kind: str,
    actor: str,
    progress: Progress,
    **more: Any,
) -> Report:
    """`take_receipts` in this process, listed and followed as the worker's jobs are; whoever kills it is told of."""
    apart = inbox.begin_here(what="import", kind="receipts", source=source, file_name=opened.path.name, actor=actor)
    try:
        with _noted(apart, progress) as watch:
            watch.session = opened.session
            return take_receipts(
                opened,
                columns,
                now=now,
                source=source,
                actor=actor,
                member_kind=member_kind,
                progress=watch,
                then=_done(apart.number, watch),
                **more,
            )
    finally:
        apart.close()


def _run(job: JobSeen, apart: inbox.Apart, now: datetime) -> None:
    # What went wrong stands in the job, for whoever asked.
    with suppress(Exception), _noted(apart) as watch:
        if job.what == "undo":
            _run_undo(job, watch, now)
        elif job.what == "mend":
            _run_take(job, watch, now)
        else:
            RUNNERS[job.kind](job, watch, now)


@contextmanager
def _noted(apart: inbox.Apart, also: Progress = lambda step: None) -> Iterator[_Watch]:
    """Inside, progress is written down; how it ends otherwise than well is too."""
    try:
        with _Watch(apart, also).watching() as watch:
            yield watch
    except (JobCancelled, KeyboardInterrupt):
        apart.end("cancelled", {})
        raise
    except HuitouError as refusal:
        apart.end("failed", inbox.told(refusal))
        raise
    except Exception as error:
        _log.exception("job %s failed", apart.number)
        apart.end("failed", inbox.told(JobFailed(reason=f"{type(error).__name__}: {error}"[:500])))
        raise


def _done(number: int, watch: _Watch) -> Then:
    """What says in the transaction of an import that its job is done."""

    def done(report: Report) -> None:
        watch.close()
        inbox.note_done(number, batch=report.import_id, report=_short(report))

    return done


class _Watch:
    """Writes a job's progress, and ends its queries when somebody asks for its end."""

    def __init__(self, apart: inbox.Apart, also: Progress) -> None:
        self._apart, self._also, self._step, self.cancelled = apart, also, "", False
        self._looking = threading.Lock()
        self._over = threading.Event()
        self.session: duckdb.DuckDBPyConnection | None = None

    def __call__(self, step: str) -> None:
        self._step = step
        self._also(step)
        self.rows(0, 0)

    def rows(self, done: int, total: int) -> None:
        """So many rows of the step are done. Raises JobCancelled."""
        with self._looking:
            if self._over.is_set():
                return
            go_on = self._apart.note(self._step, done, total)
        if not go_on or self.cancelled:
            raise JobCancelled()

    def close(self) -> None:
        """From here on the job's own transaction writes its row, and nobody else."""
        self._over.set()
        with self._looking:
            pass

    @contextmanager
    def watching(self) -> Iterator[_Watch]:
        main = connection.connection if connection.ensure_connection() is None else None
        looker = threading.Thread(target=self._look, args=(main,), daemon=True)
        looker.start()
        try:
            yield self
        except (Exception, KeyboardInterrupt) as error:
            if self.cancelled and not isinstance(error, HuitouError):
                raise JobCancelled() from error
            raise
        finally:
            self.close()
            looker.join()

    def _look(self, main: Any) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            with self._looking:
                self.cancelled = not self._over.is_set() and self._apart.cancel_asked()
            if self.cancelled:
                if self.session is not None:
                    self.session.interrupt()
                main.cancel_safe(timeout=5)


def _run_receipts(job: JobSeen, watch: _Watch, now: datetime) -> None:
    said = dict(job.reading)
    member_kind = said.pop("member_kind", "card")
    watch("read")
    with lake.open_file(Path(job.path), reading=Reading(**said)) as opened:
        watch.session = opened.session
        columns = {Field(field): column for field, column in job.mapping.items()}
        done = _done(job.id, watch)
        found = take_receipts(
            opened,
            columns,
            now=now,
            source=job.source,
            actor=job.actor,
            member_kind=member_kind,
            dry_run=job.dry_run,
            progress=watch,
            then=done,
        )
        if job.dry_run:
            done(found)


def _short(report: Report) -> dict[str, Any]:
    return asdict(replace(report, refused=report.refused[:_REFUSED_IN_REPORT]))


def _run_undo(job: JobSeen, watch: _Watch, now: datetime) -> None:
    def done(report: Any) -> None:
        watch.close()
        inbox.note_done(job.id, batch=None, report=asdict(report))

    assert job.target is not None
    found = undo_import(job.target, now=now, actor=job.actor, dry_run=job.dry_run, progress=watch, then=done)
    if job.dry_run:
        watch.close()
        inbox.note_done(job.id, batch=None, report=asdict(found))


def _run_take(job: JobSeen, watch: _Watch, now: datetime) -> None:
    assert job.target is not None
    done = _done(job.id, watch)
    found = take_refused(job.target, now=now, actor=job.actor, dry_run=job.dry_run, progress=watch, then=done)
    if job.dry_run:
        done(found)


def _run_described(job: JobSeen, watch: _Watch, now: datetime) -> None:
    watch("read")
    # The job is done if and only if what it took is there: both stand in one transaction.
    with lake.open_file(Path(job.path), reading=_reading(job)) as opened, transaction.atomic():
        watch.session = opened.session
        found = import_described(
            opened,
            job.kind,
            job.mapping,
            now=now,
            source=job.source,
            actor=job.actor,
            dry_run=job.dry_run,
            progress=watch,
        )
        watch.close()
        short = asdict(replace(found, refused=found.refused[:_REFUSED_IN_REPORT]))
        inbox.note_done(job.id, batch=found.import_id, report=short)


def _reading(job: JobSeen) -> Reading:
    return Reading(**{name: value for name, value in job.reading.items() if name != "member_kind"})


RUNNERS: dict[str, Callable[[JobSeen, _Watch, datetime], None]] = {"receipts": _run_receipts} | dict.fromkeys(
    DESCRIBED, _run_described
)
"""What each kind of file is imported by: it opens `job.path`, reports to the watch, and says `inbox.note_done` in the
transaction of what it does (`watch.close()` before)."""
