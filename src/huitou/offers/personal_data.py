"""What offers knows about a person: their coupons."""

from __future__ import annotations

from typing import Any

from huitou.offers import store

TABLES = ("offers_coupon",)


def export(member_id: int) -> dict[str, Any]:
    return {"offers_coupon": store.rows_of(member_id)}


def erase(member_id: int) -> dict[str, int]:
    """Nothing names the person: coupons stay under the member's number, so that each batch still sums (C2)."""
    return dict.fromkeys(TABLES, 0)
