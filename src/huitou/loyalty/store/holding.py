"""Points promised to a basket for a while. The account is locked before; a hold ends exactly once (L13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from huitou.bulk.trip import Answer, Trip
from huitou.loyalty.errors import HoldDiffers, HoldEnded, HoldUnknown, NotEnoughPoints
from huitou.loyalty.rules import lots
from huitou.loyalty.store import state
from huitou.loyalty.terms import Account, HoldSeen

_HOLD = """
WITH account AS (
    UPDATE loyalty_account SET held = held + %s::bigint WHERE id = %s::bigint
), lots AS (
    UPDATE loyalty_lot l SET held = l.held + p.points
    FROM unnest(%s::bigint[], %s::bigint[]) AS p (lot_id, points) WHERE l.id = p.lot_id
), made AS (
    INSERT INTO loyalty_hold (account_id, key, points, ends_at) VALUES (%s::bigint, %s, %s::bigint, %s::timestamptz)
    RETURNING id, made_at
), promised AS (
    INSERT INTO loyalty_holdlot (hold_id, lot_id, points)
    SELECT made.id, p.lot_id, p.points FROM made, unnest(%s::bigint[], %s::bigint[]) AS p (lot_id, points)
)
SELECT made_at FROM made
"""
_RELEASE = """
WITH ended AS (
    UPDATE loyalty_hold SET state = 'released', ended_at = clock_timestamp() WHERE id = %s::bigint RETURNING id, points
), lots AS (
    UPDATE loyalty_lot l SET held = l.held - p.points FROM loyalty_holdlot p JOIN ended ON ended.id = p.hold_id
    WHERE l.id = p.lot_id
)
UPDATE loyalty_account a SET held = a.held - ended.points FROM ended WHERE a.id = %s::bigint
"""


def hold(trip: Trip, account: Account, key: str, points: int, ends_at: datetime) -> HoldSeen:
    """Promise points to the basket `key` until `ends_at`; the same again is the same hold.

    Raises NotEnoughPoints, HoldDiffers (another member's, or of other points) and HoldEnded.
    """
    found = state.hold_state(state.ask_hold(trip, key))
    if found:
        if (found.account_id, found.points) != (account.id, points):
            raise HoldDiffers(key=key)
        if found.state != "open":
            raise HoldEnded(key=key, state=found.state)
        return _seen(key, found, account)
    spendable = lots.spendable(account)
    if points > spendable:
        raise NotEnoughPoints(asked=points, available=spendable)
    shares = lots.spread(points, state.spendable_lots(trip, account.id, points))
    ids, parts = [share.id for share in shares], [share.points for share in shares]
    answer = trip.ask(_HOLD, [points, account.id, ids, parts, account.id, key, points, ends_at, ids, parts])
    (made_at,) = answer.rows()[0]
    held = replace(account, held=account.held + points)
    return HoldSeen(key, account.member, points, "open", made_at, ends_at, held)


def release(trip: Trip, account: Account, key: str) -> HoldSeen:
    """Give free what the basket `key` held; again, or after it timed out, the same answer.

    Raises HoldUnknown (also for another member's), and HoldEnded when the points were spent.
    """
    found = state.hold_state(state.ask_hold(trip, key))
    if found is None or found.account_id != account.id:
        raise HoldUnknown(key=key)
    if found.state == "posted":
        raise HoldEnded(key=key, state=found.state)
    if found.state != "open":
        return _seen(key, found, account)
    trip.ask(_RELEASE, [found.id, account.id])
    return _seen(key, replace(found, state="released"), replace(account, held=account.held - found.points))


def still_held(trip: Trip, account: Account, key: str) -> HoldSeen | None:
    """The promise of the basket `key`, where it is open and of this account."""
    found = state.hold_state(state.ask_hold(trip, key))
    if found is None or found.account_id != account.id or found.state != "open":
        return None
    return _seen(key, found, account)


def one_holds(trip: Trip, key: str) -> None:
    """Queue the lock on this basket's name: two members at one moment pass one after the other. Before any account."""
    trip.ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [key])


def ask_holder(trip: Trip, key: str) -> Answer:
    return trip.ask(
        "SELECT a.member_id, h.state, h.points FROM loyalty_hold h JOIN loyalty_account a ON a.id = h.account_id "
        "WHERE h.key = %s",
        [key],
    )


def _seen(key: str, found: state.HoldState, account: Account) -> HoldSeen:
    return HoldSeen(key, found.member, found.points, found.state, found.made_at, found.ends_at, account)
