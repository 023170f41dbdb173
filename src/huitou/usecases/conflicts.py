"""What happened at a till and does not fit the books: listed, and settled by a person with a note that stays."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.kernel.ids import member_code
from huitou.receipts import service as receipts
from huitou.receipts.terms.conflicts import ConflictSeen

PAGE = 50


def list_conflicts(*, before: int | None = None, limit: int = PAGE, settled: bool = False) -> list[dict[str, Any]]:
    """Newest first, as plain values: what happened where, to whom, with which receipt; and how it was settled."""
    found = receipts.conflicts(before=before, limit=limit, settled=settled)
    stores = catalogue.stores()
    numbers = receipts.numbers_of(one.receipt_id for one in found if one.receipt_id is not None)
    return [
        {
            "id": one.id,
            "kind": one.kind.value,
            "made_at": one.made_at.isoformat(timespec="seconds"),
            "store": stores[one.store_id].code,
            "source": one.source,
            "member": None if one.member_id is None else member_code(one.member_id),
            "receipt": None if one.receipt_id is None else numbers.get(one.receipt_id),
            "said": dict(one.body),
            "settled_at": None if one.resolved_at is None else one.resolved_at.isoformat(timespec="seconds"),
            "settled_by": one.resolved_by,
            "note": one.resolved_note,
        }
        for one in found
    ]


@transaction.atomic
def settle_conflict(conflict_id: int, *, actor: str, note: str) -> ConflictSeen:
    """Mark a conflict as dealt with, once; who did it and the note stay in the books and in the audit trail.

    Raises NoteMissing, ConflictUnknown or ConflictSettled.
    """
    settled = receipts.settle_conflict(conflict_id, actor=actor, note=note)
    access.note_by(actor, "conflict.settle", f"conflict:{conflict_id}", kind=settled.kind, note=note.strip())
    return settled
