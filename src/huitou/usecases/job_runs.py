"""What each kind of job does: it opens the job's file, reports to the watch, and is done in the transaction of what it
does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.lake import service as lake
from huitou.lake.terms import Field, Reading
from huitou.receipts.service import import_life
from huitou.usecases import sums_per_day
from huitou.usecases.cut_over import undoing
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.brought import Brought
from huitou.usecases.cut_over.coupons import take_coupons
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.import_described import DESCRIBED, import_described
from huitou.usecases.import_receipts import Report, Then, take_receipts
from huitou.usecases.job_watch import Watch
from huitou.usecases.mend_rows import take_refused
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_described import undo_described
from huitou.usecases.undo_import import undo_import

_REFUSED_IN_REPORT = 1000


def done_with(number: int, watch: Watch, more: dict[str, Any] | None = None) -> Then:
    """What says in the transaction of an import that its job is done."""

    def done(report: Report) -> None:
        watch.close()
        inbox.note_done(number, batch=report.import_id, report=_short(report) | (more or {}))

    return done


def _run_receipts(job: JobSeen, watch: Watch, now: datetime) -> None:
    said = dict(job.reading)
    member_kind = said.pop("member_kind", "card")
    totals = said.pop("more", {}).get("totals")
    watch("read")
    with lake.open_file(Path(job.path), reading=Reading(**said)) as opened:
        watch.session = opened.session
        columns = {Field(field): column for field, column in job.mapping.items()}
        days = _Days(job, totals)
        done = done_with(job.id, watch, days.told)
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
            look=days.look,
        )
        if job.dry_run:
            done(found)


class _Days:
    """A trial shows each day of the file, beside the old system's report where there is one."""

    def __init__(self, job: JobSeen, totals: Any) -> None:
        self._wanted, self._source = job.dry_run, job.source
        self._totals = None if totals is None else sums_per_day.from_kept(totals)
        self.told: dict[str, Any] = {}

    def look(self, session: Any) -> None:
        if self._wanted:
            self.told |= {"days": sums_per_day.shortened(sums_per_day.days_of(session, self._source, self._totals))}


def _short(report: Report) -> dict[str, Any]:
    return asdict(replace(report, refused=report.refused[:_REFUSED_IN_REPORT]))


def _run_undo(job: JobSeen, watch: Watch, now: datetime) -> None:
    def done(report: Any) -> None:
        watch.close()
        inbox.note_done(job.id, batch=None, report=asdict(report))

    assert job.target is not None
    how = {"now": now, "actor": job.actor, "dry_run": job.dry_run}
    kind = import_life.import_seen(job.target).kind
    if kind in undoing.KINDS:
        watch("points")
        # The job is done if and only if the undo is: both stand in one transaction.
        with transaction.atomic():
            done(undoing.undo_brought(job.target, **how))
        return
    undo: Callable[..., Any] = undo_described if kind in DESCRIBED else undo_import
    found = undo(job.target, progress=watch, then=done, **how)
    if job.dry_run:
        done(found)


def _run_refresh(job: JobSeen, watch: Watch, now: datetime) -> None:
    found = refresh(progress=watch)
    watch.close()
    report = {"as_of": found.as_of.isoformat(), "members": found.members, "days": found.days}
    inbox.note_done(job.id, batch=None, report=report)


def _run_take(job: JobSeen, watch: Watch, now: datetime) -> None:
    assert job.target is not None
    done = done_with(job.id, watch)
    found = take_refused(job.target, now=now, actor=job.actor, dry_run=job.dry_run, progress=watch, then=done)
    if job.dry_run:
        done(found)


def _run_described(job: JobSeen, watch: Watch, now: datetime) -> None:
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


def _run_brought(job: JobSeen, watch: Watch, now: datetime) -> None:
    watch("read")
    said = job.reading["more"]
    how: dict[str, Any] = {
        "first_day": date.fromisoformat(said["first_day"]),
        "source": job.source,
        "make_members": bool(said.get("make_members")),
        "actor": job.actor,
        "dry_run": job.dry_run,
    }
    if job.kind == "balances":
        how |= {
            "now": now,
            "expires": said.get("expires") or None,
            "post_difference": bool(said.get("post_difference")),
        }
    elif job.kind == "tiers":
        how |= {"now": now}
    with lake.open_file(Path(job.path), reading=_reading(job)) as opened, transaction.atomic():
        watch.session = opened.session
        watch("points")
        found = _BRINGS[job.kind](opened, job.mapping, **how)
        watch.close()
        short = asdict(replace(found, refused=found.refused[:_REFUSED_IN_REPORT]))
        inbox.note_done(job.id, batch=found.import_id, report=short)


_BRINGS: dict[str, Callable[..., Brought]] = {"balances": open_balances, "tiers": take_tiers, "coupons": take_coupons}


def _reading(job: JobSeen) -> Reading:
    return Reading(**{name: value for name, value in job.reading.items() if name not in ("member_kind", "more")})


RUNNERS: dict[str, Callable[[JobSeen, Watch, datetime], None]] = (
    {"receipts": _run_receipts} | dict.fromkeys(DESCRIBED, _run_described) | dict.fromkeys(_BRINGS, _run_brought)
)
"""What each kind of file is imported by."""

OTHERS: dict[str, Callable[[JobSeen, Watch, datetime], None]] = {
    "undo": _run_undo,
    "mend": _run_take,
    "refresh": _run_refresh,
}
"""What other jobs do."""
