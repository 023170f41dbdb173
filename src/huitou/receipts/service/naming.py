"""The door of receipts, whose they are: members become one with another, and part again (A5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from huitou.bulk.trip import Trip
from huitou.outbox import service as outbox
from huitou.receipts.errors import ImportUnderWay
from huitou.receipts.store import naming

MOVED = "members_moved"
"""The outbox fact of members whose receipts are somebody else's now: {members}, those they were recorded under."""


def note(trip: Trip, named: Mapping[int, int]) -> None:
    """Under whose identity these receipts were recorded, by receipt: of people who are one with others."""
    if named:
        naming.note_in_trip(trip, named)


def note_many(named: pa.Table) -> None:
    """The same by the thousand: (receipt_id, member_id). One that was noted before stays as it was."""
    naming.note(named["receipt_id"].to_pylist(), named["member_id"].to_pylist())


def wait_for_no_import() -> None:
    """Until the transaction ends nobody takes receipts in by file. Raises ImportUnderWay where somebody does now."""
    if not naming.try_turn():
        raise ImportUnderWay()


def give(source: int, target: int, *, origins: Sequence[int]) -> int:
    """Every receipt of one member to another; how many are in the books. `origins`: all who are one with the first.
    The lake hears of it with the next refresh."""
    outbox.say(MOVED, members=list(origins))
    return naming.give(source, target, origins)


def give_back(source: int, target: int, *, origins: Sequence[int]) -> tuple[int, list[int]]:
    """The receipts that were recorded under `origins` go to `target`: (how many in the books, the ids of all)."""
    outbox.say(MOVED, members=list(origins))
    return naming.give_back(source, target, origins)


def under_others(receipts: Sequence[int], *, origins: Sequence[int]) -> list[int]:
    """Which of these were recorded under somebody who is none of `origins`."""
    return naming.under_others(receipts, origins)


def count_of(member_id: int) -> tuple[int, int]:
    """(how many receipts in the books, what they come to in fen)."""
    return naming.count_of(member_id)


def moved(limit: int = 10_000) -> list[int]:
    """Those whose receipts have become somebody else's, and the lake has not heard of it; heard with the commit."""
    return sorted({member for body in outbox.take(MOVED, limit) for member in body["members"]})


def recorded_under(members: Sequence[int]) -> pa.Table:
    """(receipt_id, member_id): every receipt known to be recorded under one of these."""
    return naming.named(members)
