"""What each kind of job does: it opens the job's file, reports to the watch, and is done in the transaction of what it
does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from huitou.inbox import service as inbox
from huitou.inbox.terms import JobSeen
from huitou.lake import service as lake
from huitou.lake.terms import Field, Reading
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import sums_per_day
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.brought import Brought
from huitou.usecases.cut_over.coupons import take_coupons
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.import_described import DESCRIBED, import_described
from huitou.usecases.import_receipts import take_receipts
from huitou.usecases.job_watch import Watch
from huitou.usecases.mend_rows import take_refused
from huitou.usecases.refresh import Refreshed, refresh
from huitou.usecases.rehearse_offer import rehearse
from huitou.usecases.sample_chain import asking
from huitou.usecases.take_back import take_back

_REFUSED_IN_REPORT = 1000


def done_with(number: int, watch: Watch, more: dict[str, Any] | None = None) -> Callable[[Any], None]:
    """What says in the transaction of an import that its job is done."""

    def done(report: Any) -> None:
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


def _short(report: Any) -> dict[str, Any]:
    return asdict(replace(report, refused=report.refused[:_REFUSED_IN_REPORT]))


def _run_undo(job: JobSeen, watch: Watch, now: datetime) -> None:
    def done(report: Any) -> None:
        watch.close()
        inbox.note_done(job.id, batch=None, report=asdict(report))

    assert job.target is not None
    found = take_back(job.target, now=now, actor=job.actor, dry_run=job.dry_run, progress=watch, then=done)
    if job.dry_run:
        done(found)


def _run_refresh(job: JobSeen, watch: Watch, now: datetime) -> None:
    def done(found: Refreshed) -> None:
        watch.close()
        report = {"as_of": found.as_of.isoformat(), "members": found.members, "days": found.days}
        inbox.note_done(job.id, batch=None, report=report)

    refresh(progress=watch, then=done)


def _run_rehearsal(job: JobSeen, watch: Watch, now: datetime) -> None:
    watch("receipts")
    terms = OfferTerms(**job.reading["terms"])
    came = rehearse(job.reading["document"], terms, lambda done, all_: watch.rows(done, all_), now=now)
    watch.close()
    inbox.note_done(job.id, batch=None, report=asdict(came))


def _run_take(job: JobSeen, watch: Watch, now: datetime) -> None:
    assert job.target is not None
    done = done_with(job.id, watch)
    found = take_refused(job.target, now=now, actor=job.actor, dry_run=job.dry_run, progress=watch, then=done)
    if job.dry_run:
        done(found)


def _run_described(job: JobSeen, watch: Watch, now: datetime) -> None:
    watch("read")
    how = {"weighed_unit": job.reading.get("more", {}).get("weighed_unit") or None}
    _take_in(job, watch, import_described, job.kind, now=now, progress=watch, **how)


def _run_brought(job: JobSeen, watch: Watch, now: datetime) -> None:
    watch("read")
    said = job.reading["more"]
    how: dict[str, Any] = {
        "first_day": date.fromisoformat(said["first_day"]),
        "make_members": bool(said.get("make_members")),
    }
    if job.kind == "balances":
        how |= {"expires": said.get("expires") or None, "post_difference": bool(said.get("post_difference"))}
    if job.kind != "coupons":
        how |= {"now": now}
    watch("points")
    _take_in(job, watch, _BRINGS[job.kind], **how)


def _take_in(job: JobSeen, watch: Watch, take: Callable[..., Any], *kind: str, **how: Any) -> None:
    """The job is done if and only if what it took is there: both stand in one transaction."""
    done = done_with(job.id, watch)

    how |= {"source": job.source, "actor": job.actor, "dry_run": job.dry_run, "then": done}
    with lake.open_file(Path(job.path), reading=_reading(job)) as opened:
        watch.session = opened.session
        found = take(opened, *kind, job.mapping, **how)
        if job.dry_run:
            done(found)


_BRINGS: dict[str, Callable[..., Brought]] = {"balances": open_balances, "tiers": take_tiers, "coupons": take_coupons}


def _reading(job: JobSeen) -> Reading:
    return Reading(**{name: value for name, value in job.reading.items() if name not in ("member_kind", "more")})


RUNNERS: dict[str, Callable[[JobSeen, Watch, datetime], None]] = (
    {"receipts": _run_receipts} | dict.fromkeys(DESCRIBED, _run_described) | dict.fromkeys(_BRINGS, _run_brought)
)
"""What each kind of file is imported by."""


def _run_sample(job: JobSeen, watch: Watch, now: datetime) -> None:
    if job.kind == asking.CLEAR:
        watch("clear")
        cleared = asking.clear(job)
        watch.close()
        inbox.note_done(job.id, batch=None, report={"cleared": True, "members": cleared.members})
        return
    # Each month is a transaction of its own: stopped half way, what is there stays, and whoever asks again goes on.
    laid = asking.lay(job, watch, watch.rows, timezone.localtime(now))
    watch.close()
    inbox.note_done(job.id, batch=None, report={"members": laid.members, "months": laid.months})


OTHERS: dict[str, Callable[[JobSeen, Watch, datetime], None]] = {
    "undo": _run_undo,
    "mend": _run_take,
    "refresh": _run_refresh,
    asking.WHAT: _run_sample,
    "rehearse": _run_rehearsal,
}
"""What other jobs do."""
