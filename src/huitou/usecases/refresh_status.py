"""How the refresh stands: its last runs, what waits to get into the lake, and what of it is not counted yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from huitou.insight.service import runs
from huitou.insight.terms import RefreshSeen
from huitou.lake import service as lake
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.receipts.service import for_the_lake, import_life

WAITS = {
    "imports": "receipts_taken",
    "undone_imports": import_life.UNDONE,
    "receipts": receipts.RECORDED,
    "bundles": for_the_lake.BUNDLED,
    "claims": receipts.CLAIMED,
}
"""What is on its way into the lake, by the outbox facts that tell of it."""


@dataclass(frozen=True, slots=True)
class Status:
    """Newest run first. Pending are the months of the lake that changed since they were counted, with how many of their
    days did; None: the whole month."""

    runs: Sequence[RefreshSeen]
    waiting: dict[str, int]
    pending: dict[str, int | None]

    def as_json(self) -> dict[str, Any]:
        return {
            "runs": [
                {
                    "id": run.id,
                    "state": str(run.state),
                    "as_of": run.as_of.isoformat(),
                    "started_at": run.started_at.isoformat(timespec="seconds"),
                    "ended_at": run.ended_at.isoformat(timespec="seconds") if run.ended_at else None,
                    "seconds": round(run.seconds, 3),
                    "full": run.anew,
                    "lake_version": run.lake_version,
                    "cut_offs": run.cut_offs,
                    "steps": list(run.steps),
                    "restated": dict(run.restated),
                    "stopped_by": run.stopped_by or None,
                    "interrupted": list(run.interrupted),
                }
                for run in self.runs
            ],
            "waiting": self.waiting,
            "pending": self.pending,
        }


def refresh_status(limit: int = 20) -> Status:
    """Reads only. What is pending is looked up in the lake's log."""
    pending = {month: None if days is None else len(days) for month, days in lake.pending_days().items()}
    counts = outbox.counts()
    waiting = {what: counts.get(kind, 0) for what, kind in WAITS.items()}
    return Status(runs.newest(limit), waiting, dict(sorted(pending.items())))
