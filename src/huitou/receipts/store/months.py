"""The monthly partitions of receipts and their lines: made before they are needed, dropped when the lake holds them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

_TABLES = ("receipt", "line")


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


@transaction.atomic
def ensure(days: Iterable[date]) -> None:
    """Make the months of these business dates. Nobody who reads or writes receipts waits for it."""
    wanted = {first_of(day) for day in days}
    if not wanted - set(kept()):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts months'))")
        for month in sorted(wanted - set(kept())):
            for table in _TABLES:
                part = _part(table, month)
                # Made beside and attached then: CREATE ... PARTITION OF would lock every till out.
                cursor.execute(f"CREATE TABLE {part} (LIKE receipts_{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                cursor.execute(
                    f"ALTER TABLE receipts_{table} ATTACH PARTITION {part} "
                    f"FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
                )


def kept() -> list[date]:
    """The months that PostgreSQL has room for, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_date(right(c.relname, 7), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'receipts_line'::regclass ORDER BY 1"
        )
        return [month for (month,) in cursor.fetchall()]


def _part(table: str, month: date) -> str:
    return f"receipts_months.{table}_{month:%Y_%m}"
