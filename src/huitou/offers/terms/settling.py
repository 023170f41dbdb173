"""The nouns of a receipt whose price is reckoned again, and of what comes back of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from huitou.offers.terms.coupons import CouponAtTill, CouponEnded


@dataclass(frozen=True, slots=True)
class Took:
    """What one application of an offer took off the goods of one line."""

    line: int
    offer_id: int
    coupon: str
    application: int
    fen: int


@dataclass(frozen=True, slots=True)
class OfferUsed:
    """How often an offer was applied on a receipt, what it cost, and who pays for it."""

    offer_id: int
    uses: int
    fen: int
    funding: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class NeededGoods:
    """What must remain of a sale for its benefit to stand: fen and pieces of these lines of the till, (line, fen,
    pieces) as they counted."""

    least_fen: int
    least_pieces: int
    lines: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What an offer gives beside the price: one use of it."""

    offer_id: int
    offer: str
    """Its code."""
    name: str
    kind: str
    given: Mapping[str, Any]
    """As the engine answers it; points as they are earned."""
    points: tuple[tuple[int, int], ...] = ()
    """(line of the till, points)."""
    fen: tuple[tuple[int, int], ...] = ()
    """What it counts in its budget, by line."""
    needed: tuple[NeededGoods, ...] = ()

    @property
    def points_given(self) -> int:
        return sum(points for _, points in self.points)

    @property
    def fen_counted(self) -> int:
        return sum(fen for _, fen in self.fen)


@dataclass(frozen=True, slots=True)
class NotGiven:
    """A benefit that a quote may have promised, and for which no room is left."""

    offer: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Settling:
    """A receipt as it is settled: by which programme, what that reckons, what the till says."""

    receipt_id: int
    programme: int
    """0: none was quoted."""
    business_date: date
    store_id: int
    member: int | None
    reckoned_fen: int
    claimed_fen: int
    took: tuple[Took, ...]
    used: tuple[OfferUsed, ...]
    coupons: tuple[CouponAtTill, ...]
    """Locked, and used by this receipt."""
    hold_key: str | None = None
    """The basket whose other coupons are free again."""
    given: tuple[Given, ...] = ()

    @property
    def gives_points(self) -> bool:
        return any(one.points for one in self.given)


@dataclass(frozen=True, slots=True)
class LineBack:
    """Of a line of the sale: sold, back before, and back with this return; in thousandths."""

    line: int
    sold_milli: int
    before_milli: int
    back_milli: int


@dataclass(frozen=True, slots=True)
class OverLimit:
    """Of an offer on a receipt what went beyond its limits, and was honoured."""

    offer_id: int
    uses: int
    fen: int


@dataclass(frozen=True, slots=True)
class QuotaTaken:
    """What a receipt took of a member's quota of a month: altogether, of that beyond it, and what is left. Fen."""

    offer_id: int
    fen: int
    over_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """What an offer may still give to a member in a month. `offer`: its code."""

    offer: str
    name: str
    most_fen: int
    left_fen: int


@dataclass(frozen=True, slots=True)
class GivenBackNow:
    """What a return gave back."""

    coupons: tuple[str, ...] = ()
    fen: Mapping[int, int] | None = None
    gone: tuple[Given, ...] = ()
    """What the purchase would no longer bring."""
    ended: tuple[CouponEnded, ...] = ()
    """The coupons of that."""
