"""What offers knows about a person: their coupons, and how often they used which offer."""

from __future__ import annotations

from typing import Any

from huitou.offers.store import coupons, programmes, quotas

TABLES = ("offers_coupon", "offers_limitedtally", "offers_quota", "offers_grant")


def export(member_id: int) -> dict[str, Any]:
    return {
        "offers_coupon": coupons.rows_of(member_id),
        "offers_limitedtally": programmes.tallies_of(member_id),
        "offers_quota": quotas.given_to(member_id),
        "offers_grant": coupons.promised_to(member_id),
    }


def erase(member_id: int) -> dict[str, int]:
    """Nothing names the person: coupons and counts stay under the member's number, so that each batch still sums (C2)
    and no limit is passed (C3)."""
    return dict.fromkeys(TABLES, 0)
