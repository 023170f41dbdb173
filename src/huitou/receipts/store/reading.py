"""Receipts as they are looked up. The database's policies keep every query to the reader's stores (M6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from huitou.receipts.terms import BoughtLine, DayOfVisits, HourOfDay, HourOfVisits, LineSeen, ReceiptSeen
from huitou.receipts.terms.conflicts import ConflictKind, ConflictSeen

_COLUMNS = "id, number, store_id, till, channel, kind, at, business_date, net_fen, discount_fen, line_count"


def receipts_of(member_id: int, before: tuple[datetime, int] | None, limit: int) -> list[ReceiptSeen]:
    """Newest first; `before` is the moment and the id of the last receipt already seen."""
    older = "AND (at, id) < (%s, %s)" if before else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM receipts_receipt WHERE member_id = %s {older} ORDER BY at DESC, id DESC LIMIT %s",
            [member_id, *(before or ()), limit],
        )
        return [ReceiptSeen(*row) for row in cursor.fetchall()]


def receipts_before(member_id: int, before: tuple[date, int], limit: int) -> list[ReceiptSeen]:
    """Newest business day first, those before a day and an id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM receipts_receipt WHERE member_id = %s AND (business_date, id) < (%s, %s) "
            "ORDER BY business_date DESC, id DESC LIMIT %s",
            [member_id, *before, limit],
        )
        return [ReceiptSeen(*row) for row in cursor.fetchall()]


def bought(member_id: int, first: date, last: date) -> list[BoughtLine]:
    """Every line of the member's receipts of these days. The days stand on both sides, so that other months are not
    opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.business_date, r.id, l.product_id, l.quantity_milli, l.discount_fen, l.net_fen "
            "FROM receipts_receipt r JOIN receipts_line l ON l.receipt_id = r.id AND l.business_date = r.business_date "
            "WHERE r.member_id = %s AND r.business_date BETWEEN %s AND %s AND l.business_date BETWEEN %s AND %s "
            "ORDER BY 1, 2, l.line",
            [member_id, first, last, first, last],
        )
        return [BoughtLine(*row) for row in cursor.fetchall()]


def place_of(member_id: int, receipt_id: int) -> tuple[datetime, int] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, id FROM receipts_receipt WHERE member_id = %s AND id = %s", [member_id, receipt_id])
        return cursor.fetchone()


def receipt_of(receipt_id: int) -> ReceiptSeen | None:
    columns = ", ".join(f"r.{column}" for column in _COLUMNS.split(", "))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM receipts_identity i "
            "JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date WHERE i.id = %s",
            [receipt_id],
        )
        row = cursor.fetchone()
    return ReceiptSeen(*row) if row else None


def newest_sales(limit: int, since: date) -> list[tuple[ReceiptSeen, int | None]]:
    """Oldest first; the day keeps older months closed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS}, member_id FROM receipts_receipt WHERE kind = 'sale' AND business_date >= %s "
            "ORDER BY business_date DESC, id DESC LIMIT %s",
            [since, limit],
        )
        found = [(ReceiptSeen(*row[:-1]), row[-1]) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: (one[0].at, one[0].id))


def last_sale_on() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(business_date) FROM receipts_receipt WHERE kind = 'sale'")
        (day,) = cursor.fetchone()
        return day


def tills_selling(since: date) -> tuple[int, int]:
    """Stores, and tills of them, that sold something since this business day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT store_id), count(*) FROM (SELECT DISTINCT store_id, till FROM receipts_receipt "
            "WHERE kind = 'sale' AND business_date >= %s) sold",
            [since],
        )
        return cursor.fetchone()


def by_number(number: str, limit: int) -> list[tuple[ReceiptSeen, int | None]]:
    """Receipts of exactly this number with their member, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {_COLUMNS}, member_id FROM receipts_receipt WHERE number COLLATE "C" = %s '
            "ORDER BY at DESC, id DESC LIMIT %s",
            [number, limit],
        )
        return [(ReceiptSeen(*row[:-1]), row[-1]) for row in cursor.fetchall()]


def member_of(receipt_id: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.member_id FROM receipts_identity i "
            "JOIN receipts_receipt r ON r.id = i.id AND r.business_date = i.business_date WHERE i.id = %s",
            [receipt_id],
        )
        row = cursor.fetchone()
    return row[0] if row else None


_CONFLICT = """
SELECT id, kind, store_id, identity_id, member_id, source, body::text, made_at, resolved_at, resolved_by, resolved_note
FROM receipts_conflict
"""


def conflicts(before: int | None, limit: int, settled: bool) -> list[ConflictSeen]:
    older = "AND id < %s" if before is not None else ""
    which = "IS NOT NULL" if settled else "IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_CONFLICT} WHERE resolved_at {which} {older} ORDER BY id DESC LIMIT %s",
            [*([before] if before is not None else []), limit],
        )
        return [_conflict(row) for row in cursor.fetchall()]


def honoured_coupon(code: str) -> list[ConflictSeen]:
    # As it was typed, in one spelling: letters that look like digits are read as those (O, I, L).
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_CONFLICT} WHERE kind = %s AND (body ->> 'coupon' = %s "
            "OR translate(upper(body ->> 'coupon'), 'OIL -', '011') = %s) ORDER BY id LIMIT 50",
            [ConflictKind.COUPON_HONOURED, code, code],
        )
        return [_conflict(row) for row in cursor.fetchall()]


def first_unlisted(receipts: list[int], kind: ConflictKind) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked (id, place) WHERE NOT EXISTS ("
            "SELECT FROM receipts_conflict c WHERE c.identity_id = asked.id AND c.kind = %s) ORDER BY place LIMIT 1",
            [receipts, kind],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def conflict(conflict_id: int) -> ConflictSeen | None:
    with connection.cursor() as cursor:
        cursor.execute(f"{_CONFLICT} WHERE id = %s", [conflict_id])
        row = cursor.fetchone()
    return _conflict(row) if row else None


def _conflict(row: tuple[Any, ...]) -> ConflictSeen:
    number, kind, *owners, body, made_at, at, by, note = row
    return ConflictSeen(number, ConflictKind(kind), *owners, json.loads(body), made_at, at, by, note)


def count_conflicts() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM receipts_conflict WHERE resolved_at IS NULL")
        (count,) = cursor.fetchone()
        return count


def settle_conflict(conflict_id: int, actor: str, note: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE receipts_conflict SET resolved_at = clock_timestamp(), resolved_by = %s, resolved_note = %s "
            "WHERE id = %s AND resolved_at IS NULL",
            [actor, note, conflict_id],
        )
        return cursor.rowcount > 0


def lines_of(receipt_ids: Sequence[int]) -> list[LineSeen]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.receipt_id, l.line, l.product_id, l.quantity_milli, l.unit_price, l.discount_fen, l.net_fen "
            "FROM receipts_identity i JOIN receipts_line l ON l.receipt_id = i.id "
            "AND l.business_date = i.business_date WHERE i.id = ANY(%s) ORDER BY 1, 2",
            [list(receipt_ids)],
        )
        return [LineSeen(*row) for row in cursor.fetchall()]


def numbers(receipt_ids: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, number FROM receipts_identity WHERE id = ANY(%s)", [list(receipt_ids)])
        return dict(cursor.fetchall())


def visits_by_day(member_id: int, first: date, last: date) -> list[DayOfVisits]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT business_date, count(*) FILTER (WHERE kind = 'sale'), sum(net_fen)::bigint "
            "FROM receipts_receipt WHERE member_id = %s AND business_date BETWEEN %s AND %s GROUP BY 1 ORDER BY 1",
            [member_id, first, last],
        )
        return [DayOfVisits(*row) for row in cursor.fetchall()]


def visits_by_hour(store_id: int | None, first: date, last: date) -> list[HourOfVisits]:
    """Sales of the business days `first` to `last`, by weekday and hour."""
    only, values = ("AND store_id = %s", [store_id]) if store_id is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(isodow FROM local)::int, extract(hour FROM local)::int, count(*) "
            "FROM (SELECT at AT TIME ZONE %s AS local FROM receipts_receipt "
            f"      WHERE kind = 'sale' AND business_date BETWEEN %s AND %s {only}) AS sales "
            "GROUP BY 1, 2 ORDER BY 1, 2",
            [timezone.get_current_timezone_name(), first, last, *values],
        )
        return [HourOfVisits(*row) for row in cursor.fetchall()]


def hours_of_days(store_id: int, days: list[date]) -> list[HourOfDay]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT business_date, extract(hour FROM at AT TIME ZONE %s)::int, count(*), count(member_id), "
            "sum(net_fen)::bigint FROM receipts_receipt "
            "WHERE kind = 'sale' AND store_id = %s AND business_date = ANY(%s) GROUP BY 1, 2 ORDER BY 1, 2",
            [timezone.get_current_timezone_name(), store_id, days],
        )
        return [HourOfDay(*row) for row in cursor.fetchall()]


def sums_per_day(source: str, days: list[date]) -> list[tuple[int, date, int, int, int, int]]:
    """(store, business date, sales, returns, quantity in thousandths, fen) of a source, on these days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH heads AS MATERIALIZED (SELECT id, store_id, business_date, kind, net_fen FROM receipts_receipt "
            "    WHERE source = %s AND business_date = ANY(%s)) "
            "SELECT h.store_id, h.business_date, count(*) FILTER (WHERE kind = 'sale'), "
            "count(*) FILTER (WHERE kind = 'return'), coalesce(min(q.quantity), 0)::bigint, sum(net_fen)::bigint "
            "FROM heads h LEFT JOIN (SELECT o.store_id, o.business_date, sum(l.quantity_milli) AS quantity "
            "    FROM heads o JOIN receipts_line l ON l.receipt_id = o.id AND l.business_date = o.business_date "
            "    GROUP BY 1, 2) q USING (store_id, business_date) GROUP BY 1, 2 ORDER BY 2, 1",
            [source, days],
        )
        return cursor.fetchall()
