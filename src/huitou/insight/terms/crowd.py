"""What insight knows of all members together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Square:
    """Members alike in recency, frequency, layer and stage, with their receipts and spend of a year."""

    recency: int
    frequency: int
    layer: str
    stage: str
    members: int
    receipts: int
    spend_fen: int


@dataclass(frozen=True, slots=True)
class LoyaltyTenth:
    """Members of a layer whose loyalty index lies in a tenth (0: 0 to 9, 9: 90 to 100), with the sums of their index
    and of its parts."""

    layer: str
    tenth: int
    members: int
    loyalty: int
    repeat: int
    tenure: int
    breadth: int
    wallet: int


@dataclass(frozen=True, slots=True)
class CohortSeen:
    """Of those who bought first in a month, so many bought `after` months later; after 0 are all of them."""

    month_on: date
    after: int
    members: int


@dataclass(frozen=True, slots=True)
class NewcomersSeen:
    """So many bought first in this month, in this store, by this channel, as this source told."""

    month_on: date
    store_id: int
    channel: str
    source: str
    members: int


@dataclass(frozen=True, slots=True)
class Flow:
    """So many were in one layer on a day and in the other on the later one; '' is none yet."""

    from_on: date
    to_on: date
    from_layer: str
    to_layer: str
    members: int
