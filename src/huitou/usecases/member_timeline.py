"""Everything that happened with a member, newest first, room by room: receipts and returns, points, layers, stages,
tiers, what they did without buying, and the day they joined. Paged by the place of the last thing that was seen.

Within a day the rooms stand in a fixed order, and within a room the newest comes first. A place is (day, room's number,
id): whoever asks for what comes after it gets each thing once, however many happened on one day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from huitou.insight import service as insight
from huitou.insight.terms import LayerSpanSeen
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import TierSeen
from huitou.members import service as members
from huitou.receipts import service as receipts

_LARGEST_ID = 2**62
PAGE_SIZE = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends."""

    day: date
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.rank}.{self.id}"


@dataclass(frozen=True, slots=True)
class Happened:
    """`what` is receipt, posting, event, layer, stage, tier or joined; `it` is what the room says of it."""

    place: Place
    what: str
    it: Any
    at: datetime | None = None
    """None where only the day is known."""


def place_read(text: str) -> Place | None:
    """What an address says; None where it says nothing that can be read."""
    day, _, rest = text.partition(".")
    rank, _, number = rest.partition(".")
    if not (rank.isascii() and rank.isdigit() and len(rank) == 1 and number.isascii() and number.isdigit()):
        return None
    try:
        return Place(date.fromisoformat(day), int(rank), min(int(number[:19]), _LARGEST_ID))
    except ValueError:
        return None


def member_timeline(
    member_id: int,
    *,
    joined_on: date,
    spans: Sequence[LayerSpanSeen],
    tiers: Sequence[TierSeen],
    after: Place | None = None,
    limit: int = PAGE_SIZE,
) -> tuple[list[Happened], Place | None]:
    """One page, and the place that the next one comes after; None: there is nothing more. `spans` and `tiers`, newest
    first, are what the rooms say of layers and tiers: pages show them anyway."""
    stages: OfDays = [("stage", one.on_day, one) for one in insight.stages_of(member_id)]
    of_days = (_layers(spans), stages, _tiers(tiers), [("joined", joined_on, None)])
    rooms: list[Told] = [_receipts, _postings, _events, *(_days_of(happened) for happened in of_days)]
    found: list[Happened] = []
    for rank, told in enumerate(rooms):
        found += told(member_id, _before(after, rank), limit + 1, rank)
    found.sort(key=lambda one: (-one.place.day.toordinal(), one.place.rank, -one.place.id))
    page = found[:limit]
    return page, page[-1].place if len(found) > limit else None


def _before(after: Place | None, rank: int) -> tuple[date, int]:
    """A room's rows lie before this day and id."""
    if after is None:
        return date.max, _LARGEST_ID
    if rank < after.rank:
        return after.day, 0
    return after.day, after.id if rank == after.rank else _LARGEST_ID


Told = Callable[[int, tuple[date, int], int, int], Sequence[Happened]]


def _receipts(member_id: int, before: tuple[date, int], limit: int, rank: int) -> list[Happened]:
    rows = receipts.receipts_before(member_id, before=before, limit=limit)
    return [Happened(Place(one.business_date, rank, one.id), "receipt", one, one.at) for one in rows]


def _postings(member_id: int, before: tuple[date, int], limit: int, rank: int) -> list[Happened]:
    rows = loyalty.postings_before(member_id, before=before, limit=limit)
    return [Happened(Place(one.business_date, rank, one.id), "posting", one, one.posted_at) for one in rows]


def _events(member_id: int, before: tuple[date, int], limit: int, rank: int) -> list[Happened]:
    rows = members.events_of(member_id, before=before, zone=settings.TIME_ZONE, limit=limit)
    return [Happened(Place(one.day, rank, one.id), "event", one, one.at) for one in rows]


OfDays = Sequence[tuple[str, date, Any]]
"""(what, day, what the room says) of things that happen once a day at most."""


def _layers(spans: Sequence[LayerSpanSeen]) -> OfDays:
    """Each with the span before it."""
    befores: list[LayerSpanSeen | None] = [*spans[1:], None]
    return [("layer", span.since, (span, before)) for span, before in zip(spans, befores, strict=False)]


def _tiers(tiers: Sequence[TierSeen]) -> OfDays:
    return [("tier", one.since, one) for one in tiers]


def _days_of(happened: OfDays) -> Told:
    def told(member_id: int, before: tuple[date, int], limit: int, rank: int) -> list[Happened]:
        day, number = before
        return [
            Happened(Place(on, rank, 0), what, it)
            for what, on, it in happened
            if on < day or (on == day and number > 0)
        ][:limit]

    return told
