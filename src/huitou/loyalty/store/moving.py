"""Lots and debts that go from one account to another with all that is left of them, by postings (L1, L3).

Which account a lot was earned in stands for ever in the entry that made it; so whatever was merged can be parted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from huitou.loyalty.rules import merging

_ACCOUNTS = """
SELECT id FROM loyalty_account WHERE role = 'member' AND member_id = ANY(%s) ORDER BY id FOR UPDATE
"""
_OPEN_HOLD = """
SELECT max(ends_at) FROM loyalty_hold WHERE state = 'open' AND account_id = ANY(%s)
"""
_MISSING = """
INSERT INTO loyalty_account (asset, role, member_id, balance)
SELECT asset, 'member', member_id, 0 FROM (
    SELECT DISTINCT asset FROM loyalty_account WHERE role = 'member' AND member_id = ANY(%(both)s)
    UNION SELECT 'points') a (asset), unnest(%(both)s::bigint[]) AS m (member_id) ORDER BY 3, 1
ON CONFLICT DO NOTHING
"""
_PAIRS = """
CREATE TEMP TABLE moving_pair ON COMMIT DROP AS
SELECT f.id AS from_id, t.id AS to_id, f.asset FROM loyalty_account f
JOIN loyalty_account t ON t.asset = f.asset AND t.role = 'member' AND t.member_id = %(to)s
WHERE f.role = 'member' AND f.member_id = %(from)s
"""
_ALL_LOTS = """
CREATE TEMP TABLE moving_lot ON COMMIT DROP AS
SELECT l.id AS lot_id, l.remaining, p.* FROM loyalty_lot l JOIN moving_pair p ON p.from_id = l.account_id
"""
_ALL_DEBTS = """
CREATE TEMP TABLE moving_debt ON COMMIT DROP AS
SELECT d.id AS debt_id, d.remaining, p.* FROM loyalty_debt d JOIN moving_pair p ON p.from_id = d.account_id
"""
# By a receipt that named one of these members, or earned in an account of theirs, unless by a receipt that named
# somebody who was a part of them then.
_THEIR_LOTS = """
CREATE TEMP TABLE moving_lot ON COMMIT DROP AS
SELECT l.id AS lot_id, l.remaining, p.* FROM loyalty_lot l JOIN moving_pair p ON p.from_id = l.account_id
JOIN loyalty_transaction t ON t.id = l.transaction_id
WHERE t.receipt_id = ANY(%(receipts)s) OR coalesce(t.receipt_id <> ALL(%(others)s::bigint[]), true) AND EXISTS (
    SELECT FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
    WHERE e.transaction_id = l.transaction_id AND e.lot_id = l.id AND e.points > 0 AND a.member_id = ANY(%(origins)s))
"""
_EARNED_IN = """
SELECT DISTINCT t.receipt_id FROM loyalty_lot l JOIN loyalty_account h ON h.id = l.account_id AND h.member_id = %s
JOIN loyalty_transaction t ON t.id = l.transaction_id AND t.receipt_id IS NOT NULL
JOIN loyalty_entry e ON e.transaction_id = l.transaction_id AND e.lot_id = l.id AND e.points > 0
JOIN loyalty_account a ON a.id = e.account_id AND a.member_id = ANY(%s)
"""
_THEIR_DEBTS = """
CREATE TEMP TABLE moving_debt ON COMMIT DROP AS
SELECT d.id AS debt_id, d.remaining, p.* FROM loyalty_debt d JOIN moving_pair p ON p.from_id = d.account_id
WHERE d.lot_id IN (SELECT lot_id FROM moving_lot) OR d.lot_id IS NULL AND EXISTS (
    SELECT FROM loyalty_entry e JOIN loyalty_account a ON a.id = e.account_id
    WHERE e.transaction_id = d.transaction_id AND e.lot_id IS NULL AND a.member_id = ANY(%(origins)s))
"""
_POST = """
WITH moved AS MATERIALIZED (
    SELECT from_id, to_id, asset, nextval('loyalty_transaction_id_seq') AS transaction_id FROM (
        SELECT from_id, to_id, asset FROM moving_lot WHERE remaining > 0 UNION
        SELECT from_id, to_id, asset FROM moving_debt WHERE remaining > 0) p
), posted AS (
    INSERT INTO loyalty_transaction (id, key, kind, rule, rule_version, actor, source, business_date)
    SELECT transaction_id, %(key)s || '/' || asset, %(kind)s, %(rule)s, %(version)s, %(actor)s, 'huitou', %(today)s
    FROM moved
), queued AS (
    INSERT INTO loyalty_unsealed (transaction_id) SELECT transaction_id FROM moved
), going AS (
    SELECT from_id, to_id, lot_id, remaining FROM moving_lot WHERE remaining > 0
    UNION ALL SELECT from_id, to_id, NULL, -remaining FROM moving_debt WHERE remaining > 0
), entries AS (
    INSERT INTO loyalty_entry (transaction_id, account_id, lot_id, points)
    SELECT m.transaction_id, s.account_id, g.lot_id, s.points FROM going g JOIN moved m USING (from_id, to_id),
        LATERAL (VALUES (g.from_id, -g.remaining), (g.to_id, g.remaining)) AS s (account_id, points)
    RETURNING account_id, lot_id, points
), lots AS (
    UPDATE loyalty_lot l SET account_id = m.to_id FROM moving_lot m WHERE l.id = m.lot_id
), debts AS (
    UPDATE loyalty_debt d SET account_id = m.to_id FROM moving_debt m WHERE d.id = m.debt_id
)
UPDATE loyalty_account a SET balance = a.balance + e.points, debt = a.debt - e.of_debt FROM (
    SELECT account_id, sum(points) AS points, coalesce(sum(points) FILTER (WHERE lot_id IS NULL), 0) AS of_debt
    FROM entries GROUP BY account_id
) e WHERE a.id = e.account_id
"""
_MARK = "UPDATE loyalty_account SET merged = %s WHERE role = 'member' AND member_id = %s"


def lock(members: Sequence[int]) -> list[int]:
    """Make the accounts that these members lack, and lock all of them, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, {"both": list(members)})
        cursor.execute(_ACCOUNTS, [list(members)])
        return [account for (account,) in cursor.fetchall()]


def held_by(member: int) -> tuple[dict[str, tuple[int, int, int]], int]:
    """By asset (balance, debt, lots with something left); and what open holds hold of all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT asset, balance, debt, (SELECT count(*) FROM loyalty_lot l WHERE l.account_id = a.id "
            "AND l.remaining > 0), held FROM loyalty_account a WHERE role = 'member' AND member_id = %s ORDER BY asset",
            [member],
        )
        rows = cursor.fetchall()
    return {asset: (balance, debt, lots) for asset, balance, debt, lots, _ in rows}, sum(row[4] for row in rows)


def held_until(accounts: Sequence[int]) -> datetime | None:
    """When the last open hold on these accounts ends; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_HOLD, [list(accounts)])
        return cursor.fetchone()[0]


def earned_in(member: int, origins: Sequence[int]) -> list[int]:
    """The receipts whose lots the member has now and that were posted on an account of one of these."""
    with connection.cursor() as cursor:
        cursor.execute(_EARNED_IN, [member, list(origins)])
        return [receipt for (receipt,) in cursor.fetchall()]


def move_all(source: int, target: int, *, key: str, actor: str, today: date) -> dict[str, int]:
    """Everything of one member to another; points that moved, by asset. The accounts are locked before."""
    moved = _move(source, target, (_ALL_LOTS, _ALL_DEBTS), {}, key=key, kind="merge", actor=actor, today=today)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [True, source])
    return moved


def move_theirs(
    source: int,
    target: int,
    *,
    origins: Sequence[int],
    receipts: Sequence[int],
    others: Sequence[int],
    key: str,
    actor: str,
    today: date,
) -> dict[str, int]:
    """What was earned by these members, or by these receipts, to one of them, but for what receipts of `others` earned;
    the same."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [False, target])
    theirs = {"origins": list(origins), "receipts": list(receipts), "others": list(others)}
    return _move(source, target, (_THEIR_LOTS, _THEIR_DEBTS), theirs, key=key, kind="unmerge", actor=actor, today=today)


def _move(
    source: int,
    target: int,
    chosen: tuple[str, str],
    values: dict[str, list[int]],
    *,
    key: str,
    kind: str,
    actor: str,
    today: date,
) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"from": source, "to": target})
        for statement in chosen:
            cursor.execute(statement, values)
        cursor.execute(
            _POST,
            {
                "key": key,
                "kind": kind,
                "rule": merging.NAME,
                "version": merging.VERSION,
                "actor": actor,
                "today": today,
            },
        )
        cursor.execute(
            "SELECT asset, sum(points)::bigint FROM (SELECT asset, remaining AS points FROM moving_lot "
            "UNION ALL SELECT asset, -remaining FROM moving_debt) m GROUP BY asset HAVING sum(abs(points)) > 0"
        )
        moved = dict(cursor.fetchall())
        cursor.execute("DROP TABLE moving_pair, moving_lot, moving_debt")
    return moved
