"""Lots and holds whose time is over, many accounts in one statement. The accounts are locked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from huitou.bulk.trip import Answer, Trip
from huitou.loyalty.rules import expiry

_EXPIRE = """
WITH due AS MATERIALIZED (
    SELECT nextval('loyalty_transaction_id_seq') AS transaction_id, id AS lot_id, account_id, remaining, expires_on,
        -- A return that comes in late gives points back to a lot that is gone: they go by a posting of their own.
        (SELECT nullif(count(*), 0) FROM loyalty_entry e JOIN loyalty_transaction t ON t.id = e.transaction_id
         WHERE e.lot_id = l.id AND t.kind = 'expire' AND t.business_date = l.expires_on) AS before
    FROM loyalty_lot l
    WHERE account_id = ANY(%s::bigint[]) AND remaining > 0 AND held = 0 AND expires_on <= %s::date
), posted AS (
    INSERT INTO loyalty_transaction (id, key, kind, rule, rule_version, actor, source, business_date)
    SELECT transaction_id, concat_ws('/', 'expire', lot_id, expires_on, before), 'expire', %s, %s, 'huitou', 'expiry',
        expires_on FROM due
), queued AS (
    INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM due
), lots AS (
    UPDATE loyalty_lot l SET remaining = 0 FROM due WHERE l.id = due.lot_id
), entries AS (
    INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points)
    SELECT transaction_id, account_id, lot_id, -remaining FROM due UNION ALL
    SELECT transaction_id, (SELECT p.id FROM loyalty_account p JOIN loyalty_account m ON m.id = due.account_id
        WHERE p.asset = m.asset AND p.role = 'expired' AND p.member_id IS NULL), NULL, remaining FROM due
), accounts AS (
    UPDATE loyalty_account a SET balance = a.balance - e.points
    FROM (SELECT account_id, sum(remaining) AS points FROM due GROUP BY account_id) e WHERE a.id = e.account_id
)
SELECT lot_id FROM due
"""
_TIME_OUT = """
WITH ended AS (
    UPDATE loyalty_hold SET state = 'timed_out', ended_at = clock_timestamp()
    WHERE account_id = ANY(%s::bigint[]) AND state = 'open' AND ends_at <= %s::timestamptz
    RETURNING id, account_id, points
), lots AS (
    UPDATE loyalty_lot l SET held = l.held - f.points
    FROM (SELECT lot_id, sum(hl.points) AS points FROM loyalty_holdlot hl JOIN ended ON ended.id = hl.hold_id
          GROUP BY lot_id) f WHERE l.id = f.lot_id
), accounts AS (
    UPDATE loyalty_account a SET held = a.held - f.points
    FROM (SELECT account_id, sum(points) AS points FROM ended GROUP BY account_id) f WHERE a.id = f.account_id
)
SELECT id FROM ended
"""
_LOCK = "SELECT FROM loyalty_account WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE"


def expire_lots(trip: Trip, accounts: Sequence[int], today: date) -> Answer:
    """Queue: lots whose last day has passed go; a lot with held points waits for the hold's end (L12)."""
    last = expiry.last_day_to_expire(today)
    return trip.ask(_EXPIRE, [list(accounts), last, expiry.NAME, expiry.VERSION])


def time_out(trip: Trip, accounts: Sequence[int], now: datetime) -> Answer:
    """Queue: open holds whose time is over end, and their points are free again (L13)."""
    return trip.ask(_TIME_OUT, [list(accounts), now])


def lock(trip: Trip, accounts: Sequence[int]) -> None:
    """Queue the lock on these accounts, in the order of their ids."""
    trip.ask(_LOCK, [list(accounts)])


def accounts_with_overdue_lots(today: date, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT account_id FROM (SELECT account_id FROM loyalty_lot WHERE remaining > 0 AND held = 0 "
            "AND expires_on <= %s ORDER BY expires_on LIMIT %s) due ORDER BY account_id",
            [expiry.last_day_to_expire(today), limit],
        )
        return [account for (account,) in cursor.fetchall()]


def accounts_with_overdue_holds(now: datetime, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT account_id FROM (SELECT account_id FROM loyalty_hold WHERE state = 'open' "
            "AND ends_at <= %s ORDER BY ends_at LIMIT %s) due ORDER BY account_id",
            [now, limit],
        )
        return [account for (account,) in cursor.fetchall()]
