"""Coupons that go from one member to another and back: members become one, and part again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection


def give(source: int, target: int, only: Sequence[int] | None) -> list[int]:
    """Coupons of one member (None: all, whatever became of them) to another; which."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE offers_coupon SET member_id = %s WHERE member_id = %s AND (%s OR id = ANY(%s)) RETURNING id",
            [target, source, only is None, list(only or [])],
        )
        return sorted(coupon for (coupon,) in cursor.fetchall())


def count_by_state(member_id: int) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM offers_coupon WHERE member_id = %s GROUP BY state ORDER BY state", [member_id]
        )
        return dict(cursor.fetchall())
