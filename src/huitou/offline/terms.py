"""The nouns of a store that sells without its server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from huitou.catalogue.terms import StoreSeen
from huitou.kernel.clock import SLACK
from huitou.loyalty.terms import PointsAsMoney

Row = tuple[str | int | None, ...]
Rows = Mapping[str, list[Row]]
"""By section. Each column holds one type; the columns stand in `rules/rows.py`."""

GOOD_FOR = timedelta(hours=48)
"""So long after it was made a bundle vouches for people: points, coupons, tiers. Prices go on after that."""
CLOCK_SLACK = SLACK
KEPT_FOR = timedelta(days=30)
"""So long a till remembers what it sold, after the server has it: goods come back meanwhile."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a bundle says of itself, signed with its rows."""

    store: StoreSeen
    source: str
    """The name of the key that fetched it: also the source of what is sold by it."""
    currency: str
    zone: str
    """The chain's, for a store without one of its own."""
    scale_codes: str
    programme: int
    """The version of the offers, as quotes and receipts name it."""
    made_at: datetime
    ends_at: datetime
    version: str
    """Of the rows: the same rows have the same version, whenever they were fetched."""
    points_rate: PointsAsMoney | None = None
    """What points are worth as a payment; None: they do not pay."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A store as it stood at a moment."""

    header: Header
    rows: Rows
    ticket: str = ""
    """The server's word for the till's own key; empty where the till named none."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says: by which bundle this till sold, and until when it vouched for people."""

    store: str
    source: str
    till_key: bytes
    version: str
    programme: int
    made_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What an offline receipt carries beside its words: the ticket, its place in the till's own order, who showed a
    member's code when, and the till's signature over all of it."""

    ticket: str
    sequence: int
    sold_at: datetime
    """By the till's clock as it was corrected at its last contact with the server."""
    signature: str
    shown: str = ""
    """The member's code that was shown for this basket before; empty where the receipt names it itself, or none was."""
    shown_at: datetime | None = None
    promised: tuple[str, ...] = ()
    """The offers whose benefits were promised with it, by code."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the till's journal."""

    sequence: int
    kind: str
    """sale, return, hold, release; passed_sale: a sale that the server took through this till; server_return: a return
    of what was sold here or passed on, which the server took itself; begun: what stood before it has been let go."""
    at: datetime
    body: Mapping[str, Any]
    """What the till's caller said, word for word."""
    told: Mapping[str, Any] = field(default_factory=dict)
    """What it was answered."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What the till has to remember of it: whose, which coupons, how many points."""
