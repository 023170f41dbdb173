"""Coupons at the till: locked, held, used, given back. Statements of the trips of a receipt (ADR 4).

Locks are taken in one order everywhere: a receipt's name, accounts, coupons by id, tallies by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from huitou.bulk.trip import Answer, Trip
from huitou.offers.terms.coupons import CouponAtTill

_AT_TILL = (
    "SELECT c.id, c.code, k.code, c.member_id, c.state, c.starts, c.ends, c.hold_key, c.held_until, c.receipt_id, "
    "k.personal, k.transferable, k.store_ids, k.title FROM offers_coupon c "
    "JOIN offers_couponbatch b ON b.id = c.batch_id JOIN offers_couponkind k ON k.id = b.kind_id "
)
WALLET = 50
"""Coupons of a member that a quote looks at, those that end first."""


def ask(trip: Trip, codes: Sequence[str], hold_key: str | None, *, lock: bool) -> Answer:
    """Queue the question for the coupons of these codes, and for those that a basket holds."""
    statement = _AT_TILL + "WHERE c.code = ANY(%s::text[]) OR c.hold_key = %s ORDER BY c.id"
    return trip.ask(statement + " FOR UPDATE OF c" * lock, [list(codes), hold_key])


def ask_wallet(trip: Trip, member: int, day: date) -> Answer:
    """Queue the question for what of a member's coupons is good on this day."""
    return trip.ask(
        _AT_TILL + "WHERE c.member_id = %s::bigint AND c.state IN ('live', 'held') "
        "AND (c.starts IS NULL OR c.starts <= %s::date) AND (c.ends IS NULL OR c.ends >= %s::date) "
        "ORDER BY c.ends NULLS LAST, c.id LIMIT %s",
        [member, day, day, WALLET],
    )


def read(answer: Answer) -> list[CouponAtTill]:
    return [CouponAtTill(*row[:12], tuple(row[12]), row[13]) for row in answer.rows()]


_HOLD = """
UPDATE offers_coupon SET state = 'held', hold_key = %s,
    held_until = CASE WHEN hold_key = %s AND held_until > %s::timestamptz THEN held_until ELSE %s::timestamptz END
WHERE id = ANY(%s::bigint[]) AND (state = 'live' OR state = 'held' AND (hold_key = %s OR held_until <= %s::timestamptz))
RETURNING id
"""


def hold(trip: Trip, coupons: Sequence[CouponAtTill], key: str, until: datetime, now: datetime) -> Answer:
    """Queue the promise of coupons to a basket; those of it that are not among them are free again. Answers with the
    ids that it holds now: the row itself refuses what another basket holds meanwhile, also where nobody locked it."""
    ids = [coupon.id for coupon in coupons]
    held = trip.ask(_HOLD, [key, key, now, until, ids, key, now])
    release(trip, key, besides=ids)
    return held


def release(trip: Trip, key: str, *, besides: Sequence[int] = ()) -> Answer:
    """Queue the end of a basket's promise, but for these coupons."""
    return trip.ask(
        "UPDATE offers_coupon SET state = 'live', hold_key = NULL, held_until = NULL "
        "WHERE hold_key = %s AND id <> ALL(%s::bigint[])",
        [key, list(besides)],
    )


_USE = """
WITH used AS (
    UPDATE offers_coupon c SET state = 'used', receipt_id = %s::bigint, changed_on = %s::date, hold_key = NULL,
        held_until = NULL
    FROM unnest(%s::bigint[], %s::text[]) AS a (id, was)
    WHERE c.id = a.id AND (c.state = 'expired') = (a.was = 'expired') RETURNING c.id
)
INSERT INTO offers_couponuse (coupon_id, receipt_id, was)
SELECT u.id, %s::bigint, a.was FROM unnest(%s::bigint[], %s::text[]) AS a (id, was) LEFT JOIN used u ON u.id = a.id
"""
"""One whose last day was ended since it was looked at is not used: its use would belong to no coupon, and NOT NULL
refuses it."""


def use(trip: Trip, coupons: Sequence[CouponAtTill], receipt_id: int, day: date) -> None:
    """Queue the use of locked coupons by a receipt: the trigger and the unique index refuse a second one (C1)."""
    ids = [coupon.id for coupon in coupons]
    was = ["expired" if coupon.state == "expired" else "live" for coupon in coupons]
    trip.ask(_USE, [receipt_id, day, ids, was, receipt_id, ids, was])


_GIVE_BACK = """
WITH those AS MATERIALIZED (
    SELECT c.id, c.ends FROM offers_coupon c WHERE c.receipt_id = %s::bigint AND c.code = ANY(%s::text[])
        AND c.state = 'used' ORDER BY c.id FOR UPDATE
), kept AS (
    UPDATE offers_couponuse u SET given_back_by_id = %s::bigint FROM those
    WHERE u.coupon_id = those.id AND u.receipt_id = %s::bigint AND u.given_back_by_id IS NULL RETURNING u.coupon_id
)
UPDATE offers_coupon c SET state = 'live', receipt_id = NULL, changed_on = %s::date,
    ends = CASE WHEN c.ends < %s::date THEN %s::date ELSE c.ends END
FROM kept WHERE c.id = kept.coupon_id RETURNING c.code
"""


def give_back(trip: Trip, sale: int, codes: Sequence[str], return_id: int, day: date, grace_until: date) -> Answer:
    """Queue the return of a sale's coupons to their holders; one whose last day is over has until `grace_until`."""
    return trip.ask(_GIVE_BACK, [sale, list(codes), return_id, sale, day, day, grace_until])


def ask_used(trip: Trip, sale: int) -> Answer:
    """Queue the question for the codes of the coupons that a sale used and nobody gave back, and whether what brought
    them has come back meanwhile."""
    return trip.ask(
        "SELECT c.code, EXISTS (SELECT FROM offers_brought g WHERE g.coupon_id = c.id AND g.gone_by_id IS NOT NULL) "
        "FROM offers_coupon c WHERE c.receipt_id = %s::bigint AND c.state = 'used' ORDER BY c.code",
        [sale],
    )
