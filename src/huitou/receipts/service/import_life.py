"""The door of receipts, an import's life: what it brought, what became of it, its undo (ADR 16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from huitou.bulk import service as bulk
from huitou.kernel.ids import ImportId
from huitou.receipts.errors import (
    ImportClaimed,
    ImportFollowed,
    ImportOfOtherKind,
    ImportReturned,
    ImportTooOld,
    ImportUndone,
    ImportUnknown,
)
from huitou.receipts.store import import_log
from huitou.receipts.terms.imports import ImportSeen, Standing

UNDONE = "import_undone"
"""The outbox fact of an import that was undone: {batch, owners}, the imports that had taken what left."""

_LARGEST_ID = 2**63 - 1


def note_brought(batch: ImportId, what: str, ids: Iterable[int]) -> None:
    """Remember what else an import brought, for its undo: ids of a new `member`, `store`, `product` or `category`, or
    of receipts that were here before (`again`)."""
    import_log.insert_brought(batch, what, ids)


def brought(batches: Sequence[ImportId], what: str) -> list[int]:
    """The ids that `note_brought` was told of these imports."""
    return import_log.brought(batches, what)


def note_said(batch: ImportId, firsts: Sequence[int], lasts: Sequence[int]) -> None:
    """Remember of what members, products or stores a file tells, new and known, as spans of ids."""
    import_log.insert_spans(batch, "said", firsts, lasts)


def told_of(what: str, ids: Sequence[int], undone: Sequence[ImportId]) -> list[int]:
    """Of which of these (`member`, `store` or `product`) another file tells than those of the imports `undone`."""
    return import_log.told_of(what, ids, undone) if ids else []


def imports_seen(*, before: int | None = None, limit: int = 20) -> list[ImportSeen]:
    """Imports with their reports, newest first, older than import `before`; undone ones too."""
    return import_log.imports_seen(before, limit)


def imports_found(words: str, *, state: str = "", before: int | None = None, limit: int = 20) -> list[ImportSeen]:
    """Newest first, older than import `before`: those whose file, source or actor holds `words`. `state`: `taken`,
    `undone`, `waiting` (with refused rows that wait), or empty for all."""
    return import_log.imports_found(words, state, before, limit)


def import_seen(number: int) -> ImportSeen:
    """Raises ImportUnknown."""
    if not (0 < number <= _LARGEST_ID and (found := import_log.imports_seen(None, 1, number))):
        raise ImportUnknown(number=number)
    return found[0]


def refused_by_code(number: int) -> dict[str, int]:
    """How many refused rows of an import wait, by the code of their reason."""
    return import_log.refused_by_code(number)


def check_standing(number: int) -> ImportSeen:
    """Raises ImportUnknown or ImportUndone."""
    seen = import_seen(number)
    if seen.undone_at is not None:
        raise ImportUndone(number=number)
    return seen


def check_undoable(number: int) -> ImportSeen:
    """Raises ImportUnknown, ImportOfOtherKind or ImportUndone, which need no look at what the import brought."""
    seen = import_seen(number)
    if seen.kind != "receipts":
        raise ImportOfOtherKind(number=number, kind=seen.kind)
    if seen.undone_at is not None:
        raise ImportUndone(number=number)
    return seen


def begin_undo(number: int) -> tuple[ImportSeen, Standing]:
    """Take the turn of an import and gather what leaves with this one, for the rest of the transaction.

    Raises ImportUnknown, ImportOfOtherKind, ImportUndone, ImportTooOld, ImportReturned, ImportClaimed or
    ImportFollowed; then nothing has moved.
    """
    check_undoable(number)
    import_log.take_turn(number)
    seen = check_undoable(number)
    standing = import_log.find_leaving(number)
    if month := import_log.month_gone(number):
        raise ImportTooOld(number=number, month=month)
    followers = import_log.followers()
    if at_a_till := {receipt for batch, receipt, _, _ in followers if batch is None}:
        raise ImportReturned(number=number, count=len(at_a_till))
    if claimed := import_log.claimed():
        raise ImportClaimed(number=number, count=claimed)
    # A return in a later file waits for its sale again. What sold other goods at once earned accordingly, and a sale
    # that stays has given back to each of its returns what those before it left.
    if later := [batch for batch, _, kind, with_its_sale in followers if kind == "sale" or not with_its_sale]:
        raise ImportFollowed(number=number, later=max(batch for batch in later if batch is not None))
    return seen, standing


def begin_undo_of_rows(number: int) -> ImportSeen:
    """Take the turn of an import whose rows are no receipts. Raises ImportUnknown and ImportUndone."""
    import_seen(number)
    import_log.take_turn(number)
    return check_standing(number)


def leaving() -> list[int]:
    """The receipts that leave, after `begin_undo`."""
    return import_log.leaving_ids()


def let_leave(batch: ImportId) -> None:
    """Take the gathered receipts out of the books, with their lines and matches."""
    import_log.delete_leaving(batch)
    bulk.freshen_statistics("receipts_receipt", "receipts_line")


def close_undo(batch: ImportId, undo: dict[str, Any], *, actor: str) -> None:
    """The import is undone; `undo` says what it took away."""
    import_log.write_undo(batch, actor, undo)


def undone_receipts(batch: ImportId) -> list[int]:
    """The receipts that left with this import's undo."""
    return import_log.undone_receipts(batch)


def undone_imports() -> list[ImportId]:
    """Every import that was undone, of whatever kind, oldest first."""
    return [ImportId(batch) for batch in import_log.undone_imports()]


def described_before(moment: datetime) -> list[int]:
    """The imports of members, products and stores that began before this moment."""
    return import_log.described_before(moment)


def rows_left() -> dict[ImportId, int]:
    """Of each import that an undo took rows of: how many."""
    return {ImportId(batch): rows for batch, rows in import_log.rows_left().items()}


def owners_of_leaving() -> list[ImportId]:
    """The imports that took the receipts which leave, after `begin_undo`."""
    return [ImportId(batch) for batch in import_log.owners_of_leaving()]


def holds_nothing_else(batch: ImportId) -> bool:
    """Whether all that an undone import took left with its own undo, and nothing else did."""
    return import_log.left_whole(batch)


def come_from_elsewhere(source: str) -> bool:
    """Whether any receipt or import, of whatever kind and undone or not, is of another source."""
    return import_log.come_from_elsewhere(source)


def unnamed(what: str, ids: Sequence[int]) -> list[int]:
    """Which of these (`member`, `store` or `product`) no receipt in the books names."""
    return import_log.unnamed(what, ids) if ids else []


def forget_stores(stores: Sequence[int]) -> None:
    """Stores that came with an import leave: identities that were undone no longer name them."""
    import_log.forget_stores(stores)
