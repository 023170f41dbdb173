"""The nouns of offers as the books keep them: drafts, versions, what stands, and how much of it is spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class OfferState(StrEnum):
    """How an offer stands. `waiting`, `approved` and `scheduled` are how a draft and an offer that is on are seen, and
    not kept."""

    DRAFT = "draft"
    WAITING = "waiting"
    """Handed in, and a second person has to approve it."""
    APPROVED = "approved"
    """Approved and not switched on yet."""
    SCHEDULED = "scheduled"
    """Switched on, and its first moment has not come."""
    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"
    """For good: by hand, or because its last moment is over."""


class VersionState(StrEnum):
    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    """By a second person, or because none is needed."""


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """How often an offer holds and what it may cost altogether. None: no limit.

    What a single basket may take at most stands in the offer itself (`limits`).
    """

    budget_fen: int | None = None
    uses: int | None = None
    per_member: int | None = None
    per_member_day: int | None = None
    per_store_day: int | None = None
    per_member_month_fen: int | None = None
    """The quota: what one member may be given in a calendar month, fen. What a sale would take beyond it is refused."""

    @property
    def counts_members(self) -> bool:
        return self.per_member is not None or self.per_member_day is not None or self.per_member_month_fen is not None

    @property
    def unlimited(self) -> bool:
        return self == UNLIMITED


UNLIMITED = OfferTerms()


@dataclass(frozen=True, slots=True)
class VersionSeen:
    """One version of an offer: its document never changes."""

    id: int
    offer: str
    number: int
    """Counts the versions of the offer from 1."""
    document: Mapping[str, Any]
    """The engine's JSON, as docs/schemas/offer.json says."""
    terms: OfferTerms
    state: VersionState
    made_by: str
    made_at: datetime
    submitted_by: str
    """Empty until it is handed in."""
    approved_by: str
    """Empty where nobody had to."""
    note: str


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """An offer as lists show it. `version` is the newest; `standing` the one that prices baskets, if any."""

    code: str
    name: str
    kind: str
    state: OfferState
    version: int
    version_state: VersionState
    standing: int | None
    starts: datetime | None
    """As the version that stands says it, or the newest; without an offset local time of each store."""
    ends: datetime | None
    terms: OfferTerms
    uses: int
    """Applications, less those that returns gave back."""
    spent_fen: int
    honoured_fen: int
    """Of what was given beyond the budget, because it had happened already."""
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Limited:
    """An offer of a programme whose uses or budget are counted."""

    offer_id: int
    """Its row."""
    terms: OfferTerms


@dataclass(frozen=True, slots=True)
class ProgrammeSeen:
    """Which offers priced baskets from a moment on."""

    version: int
    made_at: datetime
    made_by: str
    why: str
    offers: int
    """How many stood."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer version that stands in a programme, as it is read from the books."""

    offer_id: int
    version_id: int
    document: str
    """JSON."""
    terms: OfferTerms = field(default=UNLIMITED)
