"""The door of the outbox: say a fact in the transaction that makes it true; hear it after the commit."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from huitou.bulk import service as bulk
from huitou.bulk.trip import Trip
from huitou.kernel.errors import N_
from huitou.kernel.promise import Verdict
from huitou.outbox import store
from huitou.outbox.terms import Fact

_log = logging.getLogger(__name__)
_LONGEST_WAIT_SECONDS = 3600
DONE_KEPT_DAYS = 30


def say(kind: str, **body: Any) -> None:
    """Write the fact; it is heard if and only if the transaction commits."""
    store.insert(kind, body)


def say_all(trip: Trip, kind: str, bodies: Sequence[Mapping[str, Any]]) -> None:
    """Write a fact of this kind for each body, on a trip; they are heard if and only if its transaction commits."""
    store.insert_all(trip, kind, bodies)


def drain(hearers: Mapping[str, Callable[[Fact], None]], *, leave: Collection[str] = ()) -> int:
    """Let the hearers act on every fact that is due; returns how many were heard.

    The kinds in `leave` are nobody's to hear one by one: somebody takes them together.

    Each fact is heard at least once: a crash between acting and marking hears it again, so hearers act once by what
    they leave behind. One that fails waits longer each time and holds up nobody.
    """
    heard = 0
    while True:
        with transaction.atomic():
            fact = store.claim(sorted(leave))
            if fact is None:
                return heard
            heard += _hear(fact, lambda fact: hearers[fact.kind](fact))


def hear_one(kind: str, body: Mapping[str, Any], hearer: Callable[[Fact], None]) -> bool:
    """Let whoever has just said a fact act on it with what is still at hand; whether it was heard. Where another worker
    is at it, or has been, nothing happens; where the hearer fails, the fact waits for `drain` like any other."""
    with transaction.atomic():
        fact = store.claim_one(kind, body)
        return fact is not None and _hear(fact, hearer)


def _hear(fact: Fact, hearer: Callable[[Fact], None]) -> bool:
    try:
        # A savepoint of its own: a hearer that fails takes its writes back, and we can still say so.
        with transaction.atomic():
            hearer(fact)
    except Exception as error:
        _log.exception("fact %s (%s) was not heard", fact.id, fact.kind)
        wait = min(2**fact.attempts, _LONGEST_WAIT_SECONDS)
        store.mark_failed(fact.id, f"{type(error).__name__}: {error}"[:2000], wait)
        return False
    store.mark_done(fact.id)
    return True


def take(kind: str, limit: int) -> list[dict[str, Any]]:
    """The bodies of the oldest waiting facts of a kind. They are heard when this transaction commits, and not before:
    in it, the caller leaves behind what acts for all of them."""
    return store.take(kind, limit)


def forget_done(now: datetime) -> int:
    """Delete facts that were heard long ago; returns how many. What they did is in the books."""
    return store.forget_done(now - timedelta(days=DONE_KEPT_DAYS))


def backlog(kind: str | None = None) -> tuple[int, float]:
    """How many facts wait, of one kind or of all, and for how many seconds the oldest has waited."""
    return store.backlog(kind)


def counts() -> dict[str, int]:
    """How many facts wait, of each kind that has any. A page may ask this, and no more."""
    return store.counts()


def waiting(kind: str) -> list[dict[str, Any]]:
    """The bodies of the facts of a kind that nobody has heard yet."""
    return store.waiting(kind)


def verdicts() -> list[Verdict]:
    """The promise of this room: what was said is heard."""
    says = N_("Each fact leaves the outbox at least once and acts once.")
    return [Verdict("S2", says, bulk.first_row(store.STUCK_FACT))]
