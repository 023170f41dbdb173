"""What loyalty knows about a person: all of it out. Nothing of it names them, and postings never change."""

from __future__ import annotations

from typing import Any

from huitou.loyalty.store import person

TABLES = (
    "loyalty_account",
    "loyalty_lot",
    "loyalty_entry",
    "loyalty_debt",
    "loyalty_hold",
    "loyalty_opening",
    "loyalty_tierentry",
)


def export(member_id: int) -> dict[str, Any]:
    """Accounts with balances, lots, every posting, debts, holds, openings and tiers of the person."""
    return {
        "loyalty_account": person.account_rows(member_id),
        "loyalty_lot": person.lot_rows(member_id),
        "loyalty_entry": person.entry_rows(member_id),
        "loyalty_debt": person.debt_rows(member_id),
        "loyalty_hold": person.hold_rows(member_id),
        "loyalty_opening": person.opening_rows(member_id),
        "loyalty_tierentry": person.tier_rows(member_id),
    }


def erase(member_id: int) -> dict[str, int]:
    """Nothing moves: postings stay under the member's number, so that the books still sum (L1 to L3)."""
    return dict.fromkeys(TABLES, 0)
