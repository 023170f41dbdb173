"""The nouns of coupons: their kinds, batches, and a coupon as a till meets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

CouponState = Literal["live", "held", "used", "expired", "void"]


@dataclass(frozen=True, slots=True)
class KindSeen:
    """What a coupon is good for, and how many of them are in which state. Offers ask for the kind by its code; how
    often it may be used by whom are the offer's own limits."""

    code: str
    title: str
    terms: str = ""
    """The sentence that people read."""
    worth_fen: int | None = None
    threshold_fen: int | None = None
    personal: bool = False
    """It belongs to a member, who shows their own code to use it."""
    transferable: bool = False
    """Personal, and yet good in anybody's hand."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day, included."""
    valid_days: int | None = None
    """So many days from the one on which it is granted, that day included."""
    store_ids: tuple[int, ...] = ()
    """Empty: every store."""
    live: int = 0
    held: int = 0
    used: int = 0
    expired: int = 0
    void: int = 0


@dataclass(frozen=True, slots=True)
class KindToGive:
    """What has to be known of a kind to give one of its coupons with a receipt."""

    code: str
    title: str
    terms: str
    personal: bool
    valid_from: date | None
    valid_until: date | None
    valid_days: int | None

    def days(self, day: date) -> tuple[date | None, date | None]:
        """From when until when one is good that is given on this day."""
        if self.valid_days is not None:
            return day, day + timedelta(days=self.valid_days - 1)
        return self.valid_from, self.valid_until


@dataclass(frozen=True, slots=True)
class CouponGiven:
    """A coupon that an offer gives with a receipt."""

    code: str
    kind: KindToGive
    offer_id: int
    offer: str
    number: int
    """Counts the coupons of this offer on the receipt from 1."""
    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True)
class CouponEnded:
    """A coupon that a receipt brought, when what is left of the purchase would not bring it."""

    code: str
    kind: str
    offer: str
    was: CouponState
    """`used`: somebody had it already."""


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """Coupons that were issued together; `issued` below `wanted` while it is at work, or was stopped."""

    id: int
    name: str | None
    kind: str
    issued: int
    wanted: int
    starts: date | None
    ends: date | None
    source: str
    actor: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class CouponAtTill:
    """A coupon as the till meets it, locked or only looked at."""

    id: int
    code: str
    kind: str
    member: int | None
    state: CouponState
    starts: date | None
    ends: date | None
    hold_key: str | None
    held_until: datetime | None
    receipt_id: int | None
    personal: bool
    transferable: bool
    store_ids: tuple[int, ...]
    title: str
    """As people call its kind."""


@dataclass(frozen=True, slots=True)
class BroughtSeen:
    """A coupon that a sale brought."""

    code: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class LifeSeen:
    """Where a coupon comes from, and since when it stands as it does."""

    batch: str
    """Its name; empty where it has none."""
    made_at: datetime
    made_by: str
    brought: bool
    """It came from an earlier programme, by a file."""
    held_until: datetime | None
    changed_on: date
    hold_key: str | None = None
    """The basket that holds it: the key's name, and the till's name of the basket."""
    brought_by: int | None = None
    """The receipt with which an offer gave it."""
    offer: str = ""
    """That offer's code."""
    gone_by: int | None = None
    """The return after which that purchase would not have brought it."""
    batch_id: int = 0


@dataclass(frozen=True, slots=True)
class UseSeen:
    """One use of a coupon, in its life."""

    receipt_id: int
    used_at: datetime
    given_back_by: int | None
