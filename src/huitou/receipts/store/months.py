"""The monthly partitions of receipts and their lines: made before they are needed, dropped when the lake holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import connection, transaction

_TABLES = ("receipt", "line")
_PATIENCE = "1s"
"""How long dropping a month waits for a lock; every till that comes meanwhile waits behind it."""
_TO_BUILD_INDICES = "96MB"
"""A chain's month of four million lines takes all of it, beside what reading its file takes."""

Sums = tuple[int, int, int]
"""(lines, quantity_milli, net_fen)"""


def part(table: str, month: date) -> str:
    return f"receipts_months.{table}_{month:%Y_%m}"


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


@transaction.atomic
def ensure(days: Iterable[date]) -> None:
    """Make the months of these business dates. Nobody who reads or writes receipts waits for it."""
    for month in begin(first_of(day) for day in days):
        attach(month)


def begin(wanted: Iterable[date]) -> list[date]:
    """Make the tables of those months that are not there, for `attach` later in the same transaction: without indices,
    and nobody sees them before. Returns those months, oldest first."""
    wanted = set(wanted)
    if not wanted - set(kept()):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('receipts months'))")
        new = sorted(wanted - set(kept()))
        for month in new:
            for table in _TABLES:
                # Made beside and attached then: CREATE ... PARTITION OF would lock every till out.
                like = f"(LIKE receipts_{table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
                cursor.execute(f"CREATE TABLE {part(table, month)} {like}")
    return new


def attach(month: date) -> None:
    """Let a month that was begun be one of the others, with their indices."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL maintenance_work_mem = '{_TO_BUILD_INDICES}'")
        for table in _TABLES:
            cursor.execute(
                f"ALTER TABLE receipts_{table} ATTACH PARTITION {part(table, month)} "
                f"FOR VALUES FROM ('{month}') TO ('{next_month(month)}')"
            )
        cursor.execute("SET LOCAL maintenance_work_mem TO DEFAULT")


def kept() -> list[date]:
    """The months that PostgreSQL has room for, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_date(right(c.relname, 7), 'YYYY_MM') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = 'receipts_line'::regclass ORDER BY 1"
        )
        return [month for (month,) in cursor.fetchall()]


def are_any() -> bool:
    """Whether a receipt was ever taken, as far as the present role sees."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM receipts_identity)")
        return bool(cursor.fetchone()[0])


def newest() -> date | None:
    """The newest month that has receipts."""
    with connection.cursor() as cursor:
        for month in reversed(kept()):
            cursor.execute(f"SELECT EXISTS (SELECT FROM {part('receipt', month)})")
            if cursor.fetchone()[0]:
                return month
    return None


# What an import brought anew, and what it found here and keeps where the one that took it is undone.
_YOUNG = """
WITH young AS (SELECT id FROM receipts_import WHERE kind = 'receipts' AND undone_at IS NULL AND started_at >= %(since)s)
SELECT EXISTS (SELECT FROM {part} WHERE batch_id IN (SELECT id FROM young))
    OR EXISTS (SELECT FROM (
        SELECT unnest(b.firsts) AS first, unnest(b.lasts) AS last
        FROM receipts_brought b JOIN young y ON y.id = b.batch_id
        WHERE b.what = 'again') s JOIN {part} r ON r.id BETWEEN s.first AND s.last)
"""


def of_young_imports(month: date, since: datetime) -> bool:
    """Whether a month holds receipts that an import brought since this moment, and that is not undone."""
    with connection.cursor() as cursor:
        cursor.execute(_YOUNG.format(part=part("receipt", month)), {"since": since})
        return cursor.fetchone()[0]


@transaction.atomic
def drop(month: date, in_lake: Mapping[int | None, Sums]) -> bool:
    """Drop a month where the lake holds all that was ever in it, by import (None: what came by the API).

    What it held is noted. False, and nothing is dropped, where the lake holds anything else. Raises OperationalError
    where somebody writes into the month, or reads for long.
    """
    receipts, lines = (part(table, month) for table in _TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        # Nobody adds to this month from here on; all others stay open.
        cursor.execute(f"LOCK TABLE {receipts}, {lines} IN SHARE MODE")
        cursor.execute(
            "SELECT r.batch_id, count(*), sum(l.quantity_milli)::bigint, sum(l.net_fen)::bigint "
            f"FROM {receipts} r JOIN {lines} l ON l.receipt_id = r.id GROUP BY 1"
        )
        held: dict[int | None, Sums] = {batch: (*sums,) for batch, *sums in cursor.fetchall()}
        if _with_what_left_before(month, held) != in_lake:
            return False
        cursor.executemany(
            "INSERT INTO receipts_monthgone (month, batch_id, lines, quantity_milli, net_fen) "
            "VALUES (%s, %s, %s, %s, %s)",
            [(month, batch, *sums) for batch, sums in held.items()],
        )
        cursor.execute(f"DROP TABLE {receipts}, {lines}")
    return True


def _with_what_left_before(month: date, held: Mapping[int | None, Sums]) -> dict[int | None, Sums]:
    """Late receipts make a month that was dropped once more; the lake holds those of both times."""
    found = dict(held)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT batch_id, lines, quantity_milli, net_fen FROM receipts_monthgone WHERE month = %s", [month]
        )
        for batch, *gone in cursor.fetchall():
            lines, quantity, net = found.get(batch, (0, 0, 0))
            found[batch] = (lines + gone[0], quantity + gone[1], net + gone[2])
    return found
