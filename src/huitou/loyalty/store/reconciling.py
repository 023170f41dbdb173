"""What the books held at the end of a business day, and what people signed about it."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

from django.db import connection

from huitou.loyalty.terms import ReconciliationSeen

_UNTIL = "JOIN loyalty_transaction t ON t.id = e.transaction_id AND t.business_date <= %s"


def points_on(asset: str, on: date) -> tuple[int, int]:
    """What members' accounts held at the end of that day: (what is above zero, what is below, as a positive number)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(points) FILTER (WHERE points > 0), 0)::bigint, "
            "coalesce(-sum(points) FILTER (WHERE points < 0), 0)::bigint FROM ("
            "SELECT e.account_id, sum(e.points) AS points FROM loyalty_entry e "
            f"{_UNTIL} JOIN loyalty_account a ON a.id = e.account_id AND a.role = 'member' AND a.asset = %s "
            "GROUP BY 1) found",
            [on, asset],
        )
        return cursor.fetchone()


def lots_on(asset: str, on: date) -> dict[str, int]:
    """Points left in lots at the end of that day, by the month of their last day (`2027-03`, `never`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(to_char(l.expires_on, 'YYYY-MM'), 'never'), sum(e.points)::bigint FROM loyalty_entry e "
            f"{_UNTIL} JOIN loyalty_lot l ON l.id = e.lot_id JOIN loyalty_account a ON a.id = l.account_id "
            "AND a.asset = %s GROUP BY 1 HAVING sum(e.points) <> 0 ORDER BY 1",
            [on, asset],
        )
        return dict(cursor.fetchall())


def balances_on(asset: str, on: date) -> dict[int, int]:
    """What each member's account held at the end of that day, by member; those with nothing are not in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.member_id, sum(e.points)::bigint FROM loyalty_entry e "
            f"{_UNTIL} JOIN loyalty_account a ON a.id = e.account_id AND a.role = 'member' AND a.asset = %s "
            "GROUP BY 1 HAVING sum(e.points) <> 0",
            [on, asset],
        )
        return dict(cursor.fetchall())


def first_day(asset: str, source: str | None) -> tuple[str, date] | None:
    """Source and first day of the newest opening that stands, of this source where one is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.source, o.first_day FROM loyalty_opening o JOIN loyalty_account a ON a.id = o.account_id "
            "WHERE o.undone_at IS NULL AND a.asset = %s AND (%s::text IS NULL OR o.source = %s) "
            "ORDER BY o.id DESC LIMIT 1",
            [asset, source, source],
        )
        return cursor.fetchone()


def insert(source: str, first: date, actor: str, report: dict[str, Any], differences: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_reconciliation (source, first_day, actor, report, differences) "
            "VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [source, first, actor, json.dumps(report, ensure_ascii=False), differences],
        )
        return cursor.fetchone()[0]


def newest(limit: int) -> list[ReconciliationSeen]:
    return _seen("ORDER BY id DESC LIMIT %s", limit)


def one(number: int) -> ReconciliationSeen | None:
    return next(iter(_seen("WHERE id = %s", number)), None)


def _seen(which: str, value: int) -> list[ReconciliationSeen]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, source, first_day, made_at, differences, signed_by, signed_at, note, report::text "
            f"FROM loyalty_reconciliation {which}",
            [value],
        )
        return [ReconciliationSeen(*row, json.loads(report)) for *row, report in cursor.fetchall()]


def sign(number: int, by: str, now: datetime, note: str) -> bool:
    """False where somebody had signed before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_reconciliation SET signed_by = %s, signed_at = %s, note = %s "
            "WHERE id = %s AND signed_at IS NULL",
            [by, now, note, number],
        )
        return cursor.rowcount == 1
