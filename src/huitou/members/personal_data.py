"""What members know about a person: all of it out, or what names the person gone."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from huitou.members.store import consents, households, merging, person, reading, staff
from huitou.privacy import service as privacy

TABLES = (
    "members_member",
    "members_identity",
    "members_profile",
    "members_facts",
    "members_tier",
    "members_staff",
    "members_spentcode",
    "members_event",
    "members_told",
    "members_merge",
    "members_candidate",
    "members_consent",
    "members_householdmember",
    "members_change",
)


def export(member_id: int) -> dict[str, Any]:
    """Every row about the person, phones in clear: they are theirs. The caller notes it in the audit trail."""
    return {
        "members_member": person.member_row(member_id),
        "members_identity": [
            {
                "kind": kind,
                "value": value if sealed is None else privacy.open_phone(bytes(sealed)),
                "verified": verified,
            }
            for _, kind, value, sealed, verified, _ in reading.identities(member_id)
        ],
        "members_profile": _profile(member_id),
        "members_facts": person.facts_row(member_id),
        "members_tier": person.tier_row(member_id),
        "members_staff": staff.of_member(member_id),
        "members_spentcode": person.spent_codes(member_id),
        "members_event": person.events(member_id),
        "members_told": person.told_rows(member_id),
        "members_merge": person.merge_rows(member_id),
        "members_candidate": person.candidate_rows(member_id),
        "members_consent": consents.rows(member_id),
        "members_householdmember": households.row(member_id),
        "members_change": person.change_rows(member_id),
    }


@transaction.atomic
def erase(member_id: int) -> dict[str, int]:
    """Forget identities, profile, facts, events, household, name and birthday; returns the rows touched by table. May
    run twice.
    Whoever is a part of the person is the person.

    The log of changes goes within the hour. The bare row with its number stays as the pseudonym that receipts and
    postings carry. Erase the other rooms first: receipts finds by these identities what it has to forget.
    """
    counts: dict[str, int] = {}
    for part in merging.parts_of(member_id):
        # Before the name is gone: a household may be called by it.
        gone = {"members_householdmember": households.forget(part), **person.forget(part)}
        for table, count in gone.items():
            counts[table] = counts.get(table, 0) + count
    return counts


def _profile(member_id: int) -> dict[str, Any] | None:
    row = person.profile_row(member_id)
    if row is not None:
        for what in ("email", "address"):
            sealed = row.pop(f"{what}_sealed")
            row[what] = None if sealed is None else privacy.unseal(bytes(sealed), purpose=what)
    return row
