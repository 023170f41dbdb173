"""Whether a coupon may be used: by whom, where, on which day, and by which basket."""

from __future__ import annotations

from datetime import date, datetime

from huitou.kernel.errors import HuitouError
from huitou.offers.errors import (
    CouponEnded,
    CouponHeld,
    CouponNotYet,
    CouponOfAnother,
    CouponUsed,
    CouponVoid,
    CouponWrongStore,
)
from huitou.offers.rules.coupon_codes import shown
from huitou.offers.terms.coupons import CouponAtTill


def why_not(
    coupon: CouponAtTill, *, member: int | None, store_id: int, day: date, basket: str | None, now: datetime,
    happened: bool = False,
) -> HuitouError | None:  # fmt: skip
    """The refusal of the first reason, or None. `basket`: the key of the hold that asks; `now`: the server's time;
    `happened`: on that day, while nobody could ask: that the last day is over by now says nothing."""
    code = shown(coupon.code)
    if coupon.state == "used":
        return CouponUsed(coupon=code)
    if coupon.state == "void":
        return CouponVoid(coupon=code)
    if coupon.starts is not None and day < coupon.starts:
        return CouponNotYet(coupon=code, day=coupon.starts.isoformat())
    in_time = coupon.ends is None or day <= coupon.ends
    if not in_time or (coupon.state == "expired" and not happened):
        return CouponEnded(coupon=code, day=coupon.ends.isoformat() if coupon.ends else "")
    if coupon.store_ids and store_id not in coupon.store_ids:
        return CouponWrongStore(coupon=code)
    if coupon.member is not None and not coupon.transferable and coupon.member != member:
        return CouponOfAnother(coupon=code)
    if is_held(coupon, now) and coupon.hold_key != basket:
        return CouponHeld(coupon=code)
    return None


def is_held(coupon: CouponAtTill, now: datetime) -> bool:
    """A hold whose time is over holds no more, whether or not a job has ended it."""
    return coupon.state == "held" and coupon.held_until is not None and coupon.held_until > now


def needs_proof(coupon: CouponAtTill, basket: str | None, now: datetime) -> bool:
    """Whether the member has to show their own code for it. A basket that holds it at this moment has seen the code; a
    hold that has ended proves nothing any more."""
    if coupon.member is None or coupon.transferable:
        return False
    return basket is None or coupon.hold_key != basket or not is_held(coupon, now)
