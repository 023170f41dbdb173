"""The nightly refresh: from the lake's lines to what is known of each member, and to the KPIs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.lake import service as lake
from huitou.lake.errors import LakeBehind
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.usecases.load_lake import hear_facts, repair_lake, tell_claims

Progress = Callable[[str], None]

LAKE_SECONDS = 30.0
"""How long a refresh waits for another worker that loads the lake."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh counted up to, and what it found."""

    as_of: date
    members: int
    layers: dict[str, int]
    kpi_values: int
    steps: list[dict[str, object]]


class _Stopwatch:
    def __init__(self, progress: Progress) -> None:
        self.steps: list[dict[str, object]] = []
        self._progress = progress

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._progress(name)
        started = time.perf_counter()
        yield
        self.steps.append({"step": name, "seconds": round(time.perf_counter() - started, 3)})


def refresh(*, as_of: date | None = None, progress: Progress = lambda step: None) -> Refreshed:
    """Bring facts and KPIs up to `as_of` (the newest business date of the lake unless given).

    Facts and KPIs change together in one transaction: a refresh that is stopped leaves what was there. Runs that
    meet take turns. Raises NothingToReckon where the lake is empty up to that day, LakeBehind where receipts wait that
    cannot get into it.
    """
    watch = _Stopwatch(progress)
    with watch.step("lake"):
        _wait_for_the_lake()
    with lake.open_session() as session:
        known = insight.days_known(session)
        if known is None or (as_of is not None and as_of < known[0]):
            raise NothingToReckon(day=as_of or "-")
        day = as_of or known[1]
        with transaction.atomic():
            run = insight.begin_refresh(day)
            with watch.step("rfm"):
                facts = insight.reckon_facts(session, day)
            with watch.step("facts"):
                members.note_facts(facts)
            with watch.step("kpis"):
                values = insight.reckon_kpis(session, known[0], day)
            insight.end_refresh(run, watch.steps)
    progress("done")
    found = {row["values"]: row["counts"] for row in facts["layer"].value_counts().to_pylist()}
    return Refreshed(day, len(facts), found, values, watch.steps)


def _wait_for_the_lake() -> None:
    """What was recorded so far is in the lake, or LakeBehind: another worker may be bringing some in at this moment."""
    give_up_at = time.monotonic() + LAKE_SECONDS
    hear_facts(at_once=True)
    while waiting := [*outbox.waiting("receipts_taken"), *outbox.waiting(receipts.BUNDLED)]:
        if time.monotonic() > give_up_at:
            raise LakeBehind(count=len(waiting))
        time.sleep(0.2)
        hear_facts()
    repair_lake()
    tell_claims()
