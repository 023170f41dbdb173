"""What a till did that does not fit the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from huitou.kernel.errors import N_


class ConflictKind(StrEnum):
    """What a till did that does not fit the books."""

    NUMBER_USED_TWICE = "number_used_twice"
    POINTS_HONOURED = "points_honoured"
    """Spent while the till was offline, and no longer there."""
    POINTS_UNPROVEN = "points_unproven"
    """Spent while the till was offline, without the member's code or a hold that one made."""
    RETURNED_MORE_THAN_SOLD = "returned_more_than_sold"
    RETURN_OF_RETURN = "return_of_return"
    """It came before the receipt that it names, and that one turned out to be a return."""
    COUPON_HONOURED = "coupon_honoured"
    """Used while the till was offline, and not to be used then: by somebody else meanwhile, too late, by another."""
    OFFER_OVER_LIMIT = "offer_over_limit"
    """Given beyond an offer's budget or limits, since it had happened."""
    OFFLINE_UNPROVEN = "offline_unproven"
    """It says that a till sold it by a bundle, and the signature does not prove it."""
    BUNDLE_ENDED = "bundle_ended"
    """Points or coupons were used by a bundle that no longer vouched for people."""
    BROUGHT_COUPON_USED = "brought_coupon_used"
    """Goods came back that had brought a coupon, and somebody had used it already."""
    POINTS_PAID_OTHERWISE = "points_paid_otherwise"
    """Points paid, or were paid back, and the amount beside them is not what the chain says."""

    REFUND_DIFFERS = "refund_differs"
    """A return paid back another amount than the sale says for what came back."""


CANNOT_BE_APPLIED = (ConflictKind.RETURNED_MORE_THAN_SOLD, ConflictKind.RETURN_OF_RETURN)
"""What keeps a return that waited for its sale waiting when the sale is here."""

WHAT_HAPPENED: dict[ConflictKind, tuple[str, str]] = {
    ConflictKind.NUMBER_USED_TWICE: (
        N_("A number was used for two sales"),
        N_("The second one was acknowledged and not recorded. Look whether it is the same sale, said otherwise."),
    ),
    ConflictKind.POINTS_HONOURED: (
        N_("Points were spent that were not there"),
        N_("The till was offline. The sale stands, and the missing points are the chain's."),
    ),
    ConflictKind.POINTS_UNPROVEN: (
        N_("Points were spent without the member's code"),
        N_("The till was offline. The sale stands, and the points were taken. Ask the member where in doubt."),
    ),
    ConflictKind.RETURNED_MORE_THAN_SOLD: (
        N_("More came back than was sold"),
        N_("The money was paid back at the till. The return takes no points back."),
    ),
    ConflictKind.RETURN_OF_RETURN: (
        N_("A return names a return"),
        N_("It came first, so nobody could refuse it. It waits, and takes no points back."),
    ),
    ConflictKind.COUPON_HONOURED: (
        N_("A coupon was used that could not be used"),
        N_("The till was offline. The sale stands with its discount; the reason stands beside the coupon."),
    ),
    ConflictKind.OFFER_OVER_LIMIT: (
        N_("More was given than an offer allows"),
        N_("The sale had happened. What went beyond the offer's budget or limits is counted apart."),
    ),
    ConflictKind.OFFLINE_UNPROVEN: (
        N_("An offline receipt is not proven"),
        N_("Its signature is not that of a till of this store. It stands as it was sent; look where it comes from."),
    ),
    ConflictKind.BUNDLE_ENDED: (
        N_("Points or coupons were used by an old bundle"),
        N_("The till had been alone for more than 48 hours. The sale stands; ask the store why it went on."),
    ),
    ConflictKind.BROUGHT_COUPON_USED: (
        N_("A coupon was used whose purchase came back"),
        N_("What is left of the purchase would not have brought it. The discount stands; talk to the member."),
    ),
    ConflictKind.POINTS_PAID_OTHERWISE: (
        N_("Points paid another amount than they are worth"),
        N_("The till was offline, or came late. It stands as it was sent; the reason stands beside the points."),
    ),
    ConflictKind.REFUND_DIFFERS: (
        N_("A return paid back another amount than was paid"),
        N_("It stands as the till said it. Ask the store why; what comes back later is reckoned on what is left."),
    ),
}
"""Of each kind what happened, and how it stands."""


@dataclass(frozen=True, slots=True)
class NewConflict:
    """Recorded all the same, and listed for a person. `body` names the member by number alone: no phone, no card."""

    kind: ConflictKind
    store_id: int
    source: str
    digest: str
    body: Mapping[str, Any] = field(default_factory=dict)
    receipt_id: int | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class ConflictSeen:
    """A conflict as pages list it."""

    id: int
    kind: ConflictKind
    store_id: int
    receipt_id: int | None
    member_id: int | None
    source: str
    body: Mapping[str, Any]
    made_at: datetime
    resolved_at: datetime | None
    resolved_by: str = ""
    resolved_note: str = ""
