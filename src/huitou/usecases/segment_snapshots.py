"""Snapshots of segments: counted by whoever holds the lease, taken over from whoever died, ended when somebody asks."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from huitou.kernel.errors import N_, HuitouError
from huitou.segments import service as segments
from huitou.segments.errors import SegmentStopped
from huitou.segments.terms import Lease
from huitou.usecases.segments import open_crowd

_log = logging.getLogger(__name__)
LOOK_SECONDS = 2.0
Now = Callable[[], datetime]
LONGEST_SECONDS = 600
PROBLEMS = {
    "given_up": N_("whoever counted it died, {most} times"),
    "segment_took_too_long": N_("counting it took longer than it may"),
    "segments_circular": N_("segments in it name each other in a circle"),
    "segment_too_large": N_("it is too large, with the segments that it names"),
}
"""Why one failed, by what was written down of it."""
_FAULT = N_("a fault of the program, which the log of whoever counted it names")


def problem_said(problem: str, say: Callable[[str], str]) -> str:
    """Why a snapshot failed, in words. A fault of the program is told by its log alone: what it says may name data."""
    return say(PROBLEMS.get(problem, _FAULT)).format(most=segments.MOST_ATTEMPTS)


def take_snapshot(name: str, *, asked_by: str, now: Now, seconds: int = LONGEST_SECONDS) -> dict[str, Any]:
    """Ask for a snapshot of a segment and count what waits until it is there; who presses Ctrl-C wants it no longer.
    Raises SegmentUnknown."""
    number = segments.ask_snapshot(name, asked_by=asked_by)
    try:
        while segments.snapshot(number).state == "waiting":
            if not count_next(now, seconds=seconds):
                break
    except KeyboardInterrupt:
        segments.cancel_snapshot(number)
        raise
    seen = segments.snapshot(number)
    return {
        "snapshot": seen.id,
        "segment": seen.segment,
        "version": seen.version,
        "state": seen.state,
        "as_of": seen.as_of.isoformat() if seen.as_of else None,
        "members": seen.members,
        "reach": seen.reach,
        "problem": seen.problem,
    }


def count_next(now: Now, *, seconds: int = LONGEST_SECONDS) -> bool:
    """Count the oldest snapshot that waits or was left; whether there was one."""
    held = segments.lease_snapshot(uuid.uuid4().hex)
    if held is None:
        return False
    try:
        _count(held, now(), seconds)
    except SegmentStopped:
        segments.stop_snapshot(held)
    except KeyboardInterrupt:
        segments.give_back_snapshot(held)
        raise
    except HuitouError as refusal:
        segments.fail_snapshot(held, refusal.code)
    except Exception as error:
        _log.exception("snapshot %s failed", held.snapshot)
        segments.fail_snapshot(held, f"{type(error).__name__}: {error}")
    return True


def _count(held: Lease, now: datetime, seconds: int) -> None:
    tree = segments.tree_of(held)
    with open_crowd(now) as crowd, segments.within(crowd, seconds), _kept(held, crowd):
        bits = crowd.bits(tree)
        reached = segments.reach(crowd, bits)
        ids = list(crowd.ids(bits))
    if not segments.end_snapshot(held, now, ids, reached):
        raise SegmentStopped()  # somebody asked for its end while it ended, or has taken it over


@contextmanager
def _kept(held: Lease, crowd: segments.Crowd) -> Iterator[None]:
    """Inside, the lease is renewed; where it is lost or somebody asks for the end, the query that runs is stopped."""
    over = threading.Event()

    def look() -> None:
        try:
            while not over.wait(LOOK_SECONDS):
                if not segments.keep_lease(held):
                    crowd.stop(SegmentStopped())
                    return
        finally:
            connection.close()  # this thread's own

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    try:
        yield
    finally:
        over.set()
        looker.join()
