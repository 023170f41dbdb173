"""Members as lists outside the console show them."""

from __future__ import annotations

from typing import Any

from huitou.kernel.money import Money
from huitou.members import service as members
from huitou.members.terms import MemberSeen


def list_members(query: str, *, layer: str | None, limit: int) -> tuple[list[dict[str, Any]], int]:
    """The first `limit` members that fit, highest spend first, and how many fit in all. No phone, not even masked."""
    found = members.find_members(query, layer=layer, page_size=limit)
    return [_row(member) for member in found.rows], found.total


def _row(member: MemberSeen) -> dict[str, Any]:
    facts = member.facts
    return {
        "code": member.code,
        "name": member.name,
        "layer": facts.layer if facts else None,
        "rfm": f"{facts.recency_score}{facts.frequency_score}{facts.monetary_score}" if facts else None,
        "last_purchase_on": facts.last_purchase_on if facts else None,
        "receipts_year": facts.receipts_year if facts else None,
        "spend_year": str(Money(facts.spend_year_fen)) if facts else None,
    }
