"""What receipts know about a person: all of it out, or what names the person gone."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from huitou.members import personal_data as of_members
from huitou.receipts.store import person

TABLES = ("receipts_receipt", "receipts_claim", "receipts_conflict", "receipts_named", "receipts_refusal")


def export(member_id: int) -> dict[str, Any]:
    """Every receipt of the person with its lines, claims, conflicts, and refused rows with a card, phone or e-mail
    of theirs."""
    return {
        "receipts_receipt": person.receipt_rows(member_id),
        "receipts_claim": person.claim_rows(member_id),
        "receipts_conflict": person.conflict_rows(member_id),
        "receipts_named": person.named_rows(member_id),
        "receipts_refusal": person.refused_rows(*_known_as(member_id)),
    }


@transaction.atomic
def erase(member_id: int) -> dict[str, int]:
    """Empty the refused rows that name the person; returns the rows touched by table. May run twice.

    A refused row that gives a name and nothing to find somebody by is nobody's: what it hides is gone after 30 days.
    Receipts, claims and conflicts stay under the member's number, so that the books still sum: they hold no name. This
    comes before members forgets the cards, or nothing tells whose rows they were.
    """
    blanked = person.blank_refused_rows(*_known_as(member_id))
    return dict.fromkeys(TABLES, 0) | {"receipts_refusal": blanked}


def _known_as(member_id: int) -> tuple[list[str], str | None]:
    """Cards, outside ids and phones of the person, a phone in its one spelling; and the e-mail."""
    told = of_members.export(member_id)
    return [identity["value"] for identity in told["members_identity"]], (told["members_profile"] or {}).get("email")
