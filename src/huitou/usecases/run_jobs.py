"""What people ask for in the console and drops bring runs here, in the worker, with progress that can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from huitou.access import service as access
from huitou.inbox import service as inbox
from huitou.inbox.errors import KindNotImported
from huitou.inbox.terms import JobSeen
from huitou.insight.errors import RefreshRunning
from huitou.insight.service import runs as refresh_runs
from huitou.kernel.errors import N_, InterruptedAfterwards
from huitou.lake import service as lake
from huitou.lake.terms import Field, Reading
from huitou.receipts.service import import_life
from huitou.usecases.import_described import Described, import_described
from huitou.usecases.import_receipts import Progress, take_receipts
from huitou.usecases.job_runs import OTHERS, RUNNERS, done_with
from huitou.usecases.job_watch import noted
from huitou.usecases.report_of_receipts import Report

Clock = Callable[[], datetime]
TAKEN = N_("Interrupted after import {number} was taken whole: it stands. `huitou import undo {number}` takes it back.")


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
    more: Mapping[str, Any] | None = None,
) -> int:
    """Ask for the import of a file, which stays at `path` until it has ended. Returns the job's number at once.

    `kind`: one of RUNNERS. `mapping`: field → column. `more`: of an old programme's file what `job_runs.Said` needs, of
    receipts the old system's daily report (`sums_per_day.as_kept`). Raises KindNotImported. Read it by `progress` and
    `report`.
    """
    if kind not in RUNNERS:
        raise KindNotImported(kind=kind, kinds=", ".join(RUNNERS))
    said = asdict(reading or Reading()) | {"member_kind": member_kind} | {"more": dict(more or {})}
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
    seen = import_life.check_standing(number)
    return inbox.add_job(
        what="undo", kind=seen.kind, source=seen.source, file_name=seen.file_name, target_id=number, dry_run=dry_run,
        actor=actor,
    )  # fmt: skip


def start_take(number: int, *, dry_run: bool = False, actor: str) -> int:
    """Ask for what waits of an import to be judged anew and taken. Raises ImportUnknown or ImportUndone."""
    seen = import_life.check_standing(number)
    return inbox.add_job(
        what="mend", kind=seen.kind, source=seen.source, file_name=seen.file_name, target_id=number, dry_run=dry_run,
        actor=actor,
    )  # fmt: skip


def start_refresh(*, actor: str) -> int:
    """Ask for a refresh now. Raises RefreshRunning where one runs or waits already."""
    inbox.hold_asking(0)
    if any(job.what == "refresh" and not job.ended for job in inbox.jobs_without_import(100)):
        raise RefreshRunning()
    if (runs := refresh_runs.newest(1)) and runs[0].state == "running":
        raise RefreshRunning()
    return inbox.add_job(what="refresh", kind="", source="", file_name="", actor=actor)


def progress(job: int) -> JobSeen:
    """How far a job is: `state`, `step`, `rows_done` of `rows_total`; and, ended, `failure` or `batch` and `report`.

    Steps of an import: read, stores, products, members, receipts, points, done; of an undo: receipts, points, rows,
    members, stores, done; of a refresh those of `refresh.refresh`. Raises JobUnknown.
    """
    return inbox.job(job)


def report(job: int) -> Mapping[str, Any]:
    """What an ended job did, or, of a dry run, would do: the fields of `report_of_receipts.Report` (its first 1,000
    refused rows) or `take_back.Report`; {} while it has not ended or where it failed. Raises JobUnknown."""
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
    """`take_receipts` in this process, listed and followed as the worker's jobs are; whoever kills it is told of.
    Ctrl-C that comes when the rows are taken raises InterruptedAfterwards."""
    with _job_here(opened, "receipts", source=source, actor=actor, progress=progress) as how:
        how |= {"source": source, "actor": actor, "member_kind": member_kind}
        return take_receipts(opened, columns, now=now, **how, **more)


def take_described_here(
    opened: lake.OpenedFile,
    kind: str,
    columns: Mapping[str, str],
    *,
    now: datetime,
    source: str,
    actor: str,
    progress: Progress,
    **more: Any,
) -> Described:
    """The same for a file of members, products or stores."""
    with _job_here(opened, kind, source=source, actor=actor, progress=progress) as how:
        return import_described(opened, kind, columns, now=now, source=source, actor=actor, **how, **more)


@contextmanager
def _job_here(
    opened: lake.OpenedFile, kind: str, *, source: str, actor: str, progress: Progress
) -> Iterator[dict[str, Any]]:
    """What follows an import in this process, to be handed on to it."""
    inbox.end_interrupted()
    apart = inbox.begin_here(what="import", kind=kind, source=source, file_name=opened.path.name, actor=actor)
    try:
        access.note_by(actor, "import_started", f"job:{apart.number}", file=opened.path.name, source=source)
        with noted(apart, progress) as watch:
            watch.session = opened.session
            yield {"progress": watch, "then": done_with(apart.number, watch)}
    except KeyboardInterrupt:
        job = inbox.job(apart.number)
        if job.state == "done":
            raise InterruptedAfterwards(TAKEN, number=job.batch) from None
        raise
    finally:
        apart.close()


def _run(job: JobSeen, apart: inbox.Apart, now: datetime) -> None:
    # What went wrong stands in the job, for whoever asked.
    with suppress(Exception), noted(apart) as watch:
        if job.what == "import":
            RUNNERS[job.kind](job, watch, now)
        else:
            OTHERS[job.what](job, watch, now)
