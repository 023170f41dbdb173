"""Members as lists show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huitou.insight import service as insight
from huitou.kernel.money import Money
from huitou.members import service as members
from huitou.members.terms import Found, MemberSeen


def list_members(query: str, *, layer: str | None, limit: int) -> tuple[list[dict[str, Any]], int]:
    """The first `limit` members that fit, highest spend first, and how many fit in all. No phone, not even masked."""
    found = members.find_members(query, layer=layer, page_size=limit)
    return [_row(member) for member in found.rows], found.total


def find_page(
    query: str,
    *,
    layer: str | None,
    store_id: int | None,
    scores: Mapping[str, int],
    sort: str,
    page: int,
    page_size: int,
) -> Found:
    """A page of the list of members, as `members.find_members`. Whoever is not looking for words is shown how many each
    layer has by the last refresh, which counted them: nobody counts 800,000 members again for thirty rows."""
    counts = None if query.strip() else _counted(store_id, scores)
    return members.find_members(
        query,
        layer=layer,
        store_id=store_id,
        scores=scores,
        sort=sort,
        page=page,
        page_size=page_size,
        counts=counts,
    )


def _counted(store_id: int | None, scores: Mapping[str, int]) -> dict[str, int] | None:
    squares = insight.squares(store_id)
    if not squares:
        return None
    counts: dict[str, int] = {}
    for one in squares:
        if all(getattr(one, name) == score for name, score in scores.items()):
            counts[one.layer] = counts.get(one.layer, 0) + one.members
    if not scores:  # who has not bought yet has neither layer nor score
        counts[""] = max(0, members.count_members(store_id) - sum(counts.values()))
    return counts


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
