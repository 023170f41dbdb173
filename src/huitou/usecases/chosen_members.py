"""Some members by whom figures are cut: those of a kept segment, of a segment in a file, or of a snapshot."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Timer
from typing import Any

import duckdb
from django.utils import timezone

from huitou.access import service as access
from huitou.segments import service as segments
from huitou.segments.errors import SegmentTookTooLong, SnapshotNotDone
from huitou.segments.service import tags
from huitou.segments.terms import SnapshotSeen
from huitou.usecases.segments import members_of_segment, require_may_name

LIMIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Chosen:
    """Members, and what tells who they are. A version is None of a file, a snapshot of what is asked as of now."""

    ids: Collection[int]
    name: str
    version: int | None
    as_of: str
    """The moment at which they were in it, by the chain's clock."""
    snapshot: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "snapshot": self.snapshot,
            "as_of": self.as_of,
            "members": len(self.ids),
        }


def chosen_of_segment(name: str, *, at: datetime, seconds: int = LIMIT_SECONDS, live: bool = False) -> Chosen:
    """Who is in the newest version of a kept segment at this moment. Raises SegmentUnknown, and what
    `members_of_segment` raises."""
    seen = segments.find(name)
    return chosen_of_text(json.dumps(seen.body), name, at=at, seconds=seconds, live=live, version=seen.version)


def chosen_of_text(
    text: str, name: str, *, at: datetime, seconds: int = LIMIT_SECONDS, live: bool = False, version: int | None = None
) -> Chosen:
    """Who is in a segment that is written down in JSON. Raises what `members_of_segment` raises."""
    listed = members_of_segment(text, at=at, seconds=seconds, live=live)
    return Chosen(listed.ids, name, version, listed.as_of)


def chosen_of_snapshot(number: int, *, person: access.Person | None = None) -> Chosen:
    """Who was in a segment when a snapshot of it was taken. `person` asks for it; None: whoever is at the machine
    itself. Raises SnapshotUnknown, SnapshotNotDone or SensitiveTagAsked."""
    seen = segments.snapshot(number)
    if seen.state != "done" or seen.as_of is None:
        raise SnapshotNotDone(number=number, state=seen.state)
    _require_may_see(seen, person)
    as_of = timezone.localtime(seen.as_of).isoformat(timespec="seconds")
    return Chosen(segments.snapshot_members(number), seen.segment, seen.version, as_of, number)


def _require_may_see(seen: SnapshotSeen, person: access.Person | None) -> None:
    """What its version named then counts, with the segments in it as they are now. Raises SensitiveTagAsked."""
    tree = segments.read_segment(segments.find(seen.segment, seen.version).body).where
    require_may_name(tags.tags_within(seen.segment, {**segments.trees(), seen.segment: tree}), person)


@contextmanager
def counting_within(session: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Inside, what is counted in this session is stopped after so many seconds. Raises SegmentTookTooLong."""
    stopped: list[bool] = []

    def stop() -> None:
        stopped.append(True)
        session.interrupt()

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        if stopped:
            raise SegmentTookTooLong(seconds=int(seconds)) from None
        raise  # Ctrl-C
    finally:
        timer.cancel()
