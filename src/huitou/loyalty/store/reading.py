"""Points as they are looked up. The database's policies keep every query to the reader's stores (M6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from huitou.bulk.trip import Answer, Trip
from huitou.kernel.ids import as_array
from huitou.loyalty.terms import POINTS, LotSeen, PostingSeen

_ACCOUNT = "(SELECT id FROM loyalty_account WHERE asset = 'points' AND role = 'member' AND member_id = %s)"
_SEEN = (
    "t.id, t.kind, moved.points, t.rule, t.rule_version, t.posted_at, t.business_date, t.receipt_id, "
    "(SELECT coalesce(sum(b.points), 0)::bigint FROM loyalty_bonus b WHERE b.transaction_id = t.id) "
)


def balance(member_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT balance FROM loyalty_account WHERE asset = 'points' AND role = 'member' AND member_id = %s",
            [member_id],
        )
        row = cursor.fetchone()
    return row[0] if row else 0


def ask_balance(trip: Trip, member_id: int) -> Answer:
    return trip.ask(
        "SELECT balance, held FROM loyalty_account WHERE asset = %s AND role = 'member' AND member_id = %s::bigint",
        [POINTS, member_id],
    )


def honoured_receipts() -> list[int]:
    """The sales that were paid with points that were not there, oldest posting first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.receipt_id FROM loyalty_account a JOIN loyalty_entry e ON e.account_id = a.id AND e.points < 0 "
            "JOIN loyalty_transaction t ON t.id = e.transaction_id AND t.kind = 'burn' "
            "WHERE a.role = 'honoured' ORDER BY t.id"
        )
        return [receipt for (receipt,) in cursor.fetchall()]


def lots(member_id: int, limit: int, most_counted: int) -> tuple[list[LotSeen], int]:
    """Lots with something left, those that expire first at the top, and how many there are, counted up to
    `most_counted`; asked in one trip. Counting all was nine tenths of the time of who has 10,000."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, t.kind, l.original, l.remaining, l.earned_at, l.expires_on, ("
            f"    SELECT count(*) FROM (SELECT FROM loyalty_lot c WHERE c.account_id = {_ACCOUNT} AND c.remaining > 0 "
            "        LIMIT %s) AS counted) "
            "FROM loyalty_lot l JOIN loyalty_transaction t ON t.id = l.transaction_id "
            f"WHERE l.account_id = {_ACCOUNT} AND l.remaining > 0 "
            "ORDER BY l.expires_on NULLS LAST, l.earned_at, l.id LIMIT %s",
            [member_id, most_counted, member_id, limit],
        )
        rows = cursor.fetchall()
    return [LotSeen(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


def postings_before(member_id: int, before: tuple[date, int], limit: int) -> list[PostingSeen]:
    """Newest business day first, those before a day and a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SEEN}FROM (SELECT transaction_id, sum(points)::bigint AS points FROM loyalty_entry "
            f"      WHERE account_id = {_ACCOUNT} GROUP BY 1) AS moved "
            "JOIN loyalty_transaction t ON t.id = moved.transaction_id WHERE (t.business_date, t.id) < (%s, %s) "
            "ORDER BY t.business_date DESC, t.id DESC LIMIT %s",
            [member_id, *before, limit],
        )
        return [PostingSeen(*row) for row in cursor.fetchall()]


def postings(member_id: int, limit: int, before: int | None) -> list[PostingSeen]:
    """Newest business day first, older than transaction `before`; an imported history was posted in one night."""
    older = (
        "WHERE (t.business_date, t.id) < (SELECT business_date, id FROM loyalty_transaction WHERE id = %s)"
        if before is not None
        else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_SEEN}FROM (SELECT transaction_id, sum(points)::bigint AS points FROM loyalty_entry "
            f"      WHERE account_id = {_ACCOUNT} GROUP BY 1) AS moved "
            f"JOIN loyalty_transaction t ON t.id = moved.transaction_id {older} "
            "ORDER BY t.business_date DESC, t.id DESC LIMIT %s",
            [member_id, *([before] if before is not None else []), limit],
        )
        return [PostingSeen(*row) for row in cursor.fetchall()]


def available_of(members: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, greatest(0, balance - held) FROM loyalty_account "
            "WHERE asset = %s AND role = 'member' AND member_id = ANY(%s::bigint[])",
            [POINTS, as_array(members)],
        )
        return dict(cursor.fetchall())
