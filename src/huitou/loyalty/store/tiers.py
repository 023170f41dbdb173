"""Tiers as entries that are kept: which tier a member had on which days."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.loyalty.terms import TierSeen

COLUMNS = ("member_id", "tier", "since", "until")
_KNOWN = pa.schema(
    [
        ("member_id", pa.int64()),
        ("tier", pa.string()),
        ("since", pa.date32()),
        ("until", pa.date32()),
        ("source", pa.string()),
    ]
)


def standing(members: list[int]) -> pa.Table:
    """(member_id, tier, since, until, source) of every entry of these members that stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member_id, tier, since, until, source FROM loyalty_tierentry "
            "WHERE undone_at IS NULL AND member_id = ANY(%s)",
            [members],
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [[] for _ in _KNOWN.names]
    return pa.table([list(column) for column in columns], schema=_KNOWN)


def insert(rows: pa.Table, *, rule: str, version: int, source: str, actor: str, batch: int | None) -> None:
    """`rows`: member_id, tier, since, until. The database refuses two tiers on one day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_tier (member_id bigint, tier text, since date, until date) ON COMMIT DROP"
        )
    bulk.copy_in("arriving_tier", COLUMNS, rows.select(COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO loyalty_tierentry (member_id, tier, since, until, rule, rule_version, source, actor, "
            "batch_id) SELECT member_id, tier, since, until, %s, %s, %s, %s, %s FROM arriving_tier "
            "ORDER BY member_id, since",
            [rule, version, source, actor, batch],
        )
        cursor.execute("DROP TABLE arriving_tier")


def take_back(batch: int, now: datetime) -> list[int]:
    """Strike the entries of an import; the members whose tiers they were."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE loyalty_tierentry SET undone_at = %s WHERE batch_id = %s AND undone_at IS NULL RETURNING member_id",
            [now, batch],
        )
        return sorted({member for (member,) in cursor.fetchall()})


def of_member(member_id: int) -> list[TierSeen]:
    """Newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tier, since, until, rule, source FROM loyalty_tierentry "
            "WHERE member_id = %s AND undone_at IS NULL ORDER BY since DESC",
            [member_id],
        )
        return [TierSeen(*row) for row in cursor.fetchall()]


def current(members: list[int], on: date) -> pa.Table:
    """(member_id, tier, since, until) of whoever of these has a tier on that day or from a later one on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (member_id) member_id, tier, since, until FROM loyalty_tierentry "
            "WHERE undone_at IS NULL AND member_id = ANY(%s) AND (until IS NULL OR until >= %s) "
            "ORDER BY member_id, since",
            [members, on],
        )
        rows = cursor.fetchall()
    schema = pa.schema([field for field in _KNOWN if field.name in COLUMNS])
    columns = list(zip(*rows, strict=True)) or [[] for _ in COLUMNS]
    return pa.table([list(column) for column in columns], schema=schema)


def count_by_tier(on: date) -> dict[str, int]:
    """How many members had each tier on that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tier, count(*) FROM loyalty_tierentry WHERE undone_at IS NULL AND since <= %s "
            "AND (until IS NULL OR until >= %s) GROUP BY 1 ORDER BY 1",
            [on, on],
        )
        return dict(cursor.fetchall())
