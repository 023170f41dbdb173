"""What the worker does, and when. Each job may run twice without harm; times are of the chain's zone."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.builtin_tasks import remove_old_jobs
from procrastinate.contrib.django import app

from huitou.catalogue import service as catalogue
from huitou.insight.errors import NothingToReckon
from huitou.lake.errors import LakeBehind
from huitou.lake.service import keep_baskets
from huitou.loyalty.service import seal_books
from huitou.members.service import forget_changes
from huitou.usecases.apply_waiting_returns import apply_waiting_returns
from huitou.usecases.audit import audit
from huitou.usecases.clean_up import clean_up
from huitou.usecases.coupons import keep_coupons
from huitou.usecases.duplicates import find_duplicates
from huitou.usecases.end_overdue_points import end_overdue_points
from huitou.usecases.keep_months import let_months_go, prepare_months
from huitou.usecases.live_crowd import keep_everybody
from huitou.usecases.live_segments import follow_all, restate
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.quality import keep_quality
from huitou.usecases.refresh import refresh
from huitou.usecases.renew_tags import renew_new_tags, renew_tags
from huitou.usecases.run_jobs import run_waiting
from huitou.usecases.segment_snapshots import count_next
from huitou.usecases.take_drops import look_at_drops

_log = logging.getLogger(__name__)
DUPLICATES_HOUR, REFRESH_HOUR, AUDIT_HOUR, CLEANING_HOUR = 2, 3, 4, 5
JOBS_KEPT_HOURS = 72


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="hear_facts", pass_context=False)
def hear_facts_every_five_seconds(timestamp: int) -> int:
    """Bring what the outbox says to those who listen; and live by the zone that the first run was told."""
    catalogue.follow_chain()
    return hear_facts()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="end_overdue_points", pass_context=False)
def end_overdue_points_every_minute(timestamp: int) -> tuple[int, int]:
    """Free what baskets no longer hold, and expire points whose last day is over."""
    return end_overdue_points(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="keep_coupons", lock="keep_coupons", pass_context=False)
def keep_coupons_every_minute(timestamp: int) -> int:
    """Issue batches that were begun, free what baskets no longer hold, end coupons whose last day is over."""
    return keep_coupons(timezone.now())


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="seal_books", lock="seal_books", pass_context=False)
def seal_books_every_two_seconds(timestamp: int) -> int:
    """Seal what was posted (L16)."""
    return seal_books()


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="run_waiting", lock="run_waiting", pass_context=False)
def run_waiting_every_two_seconds(timestamp: int) -> int:
    """Import, undo and mend what people asked for (one after the other: imports take turns anyway)."""
    return run_waiting(timezone.now)


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="count_snapshots", pass_context=False)
def count_snapshots_every_two_seconds(timestamp: int) -> bool:
    """Count a snapshot of a segment that waits, or whose holder is dead."""
    return count_next(timezone.now)


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="keep_everybody", pass_context=False)
def keep_everybody_every_two_seconds(timestamp: int) -> bool:
    """Bring what is kept of everybody for counts up to date, where anybody counts."""
    return keep_everybody()


@app.periodic(cron="* * * * * *")
@app.task(queueing_lock="follow_segments", lock="follow_segments", pass_context=False)
def follow_segments_every_second(timestamp: int) -> int:
    """Move whoever an event or time moved into live segments and out of them."""
    return follow_all(timezone.now)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="renew_new_tags", lock="renew_tags", pass_context=False)
def renew_new_tags_every_minute(timestamp: int) -> int:
    """Find out who bears the tags that are new or have changed; returns how many tags."""
    return len(renew_new_tags(timezone.now).moved)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="look_at_drops", lock="look_at_drops", pass_context=False)
def look_at_drops_every_minute(timestamp: int) -> int:
    """Take in what till systems have dropped; returns how many files."""
    return look_at_drops(timezone.now).taken


@app.periodic(cron="10 * * * *")
@app.task(queueing_lock="hourly", pass_context=False)
def hourly(timestamp: int) -> None:
    """What the night is for, in the hour that the chain's clock shows."""
    # Cron thinks in UTC; the chain's night is where its stores are.
    local = timezone.localtime() - timedelta(minutes=10)
    hour = local.hour
    prepare_months(local.date())
    forget_changes()
    apply_waiting_returns(now=timezone.now(), actor="worker")
    if hour == DUPLICATES_HOUR and settings.FIND_DUPLICATES:
        looked = find_duplicates()
        _log.info("%s pairs of members wait for a person, %s of them new", looked.waiting, looked.new)
    if hour == REFRESH_HOUR:
        try:
            refresh()
            keep_baskets()
            renew_tags(timezone.now)
            for name, moved in restate(timezone.now).items():
                if moved:
                    _log.warning("a count of everybody has moved %s members of the live segment %s in all", moved, name)
        except NothingToReckon:
            _log.info("nothing to refresh: the lake is empty")
        except LakeBehind as behind:
            _log.error("the nightly refresh did not run: %s", behind)
    if hour == AUDIT_HOUR:
        keep_quality(timezone.now())
        for verdict in audit():
            if not verdict.holds:
                _log.error("promise %s is broken: %s (%s)", verdict.name, verdict.first_broken, verdict.says)
    if hour == CLEANING_HOUR:
        _log.info("taken away: %s", clean_up(timezone.now()))
        gone, stay = let_months_go(local.date(), now=local)
        for month in gone:
            _log.info("the receipts of %s have left the books for the lake", f"{month:%Y-%m}")
        for month in stay:
            _log.warning("the receipts of %s stay: the lake does not hold all of them", f"{month:%Y-%m}")


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete jobs that ended three days ago: one every five seconds adds up."""
    await remove_old_jobs(
        context, max_hours=JOBS_KEPT_HOURS, remove_failed=True, remove_cancelled=True, remove_aborted=True
    )
