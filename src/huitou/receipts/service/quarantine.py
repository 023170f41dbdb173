"""The door of receipts, refused rows: they wait with their import until they are mended and taken, or dismissed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import pyarrow as pa

from huitou.receipts.errors import RowsUnknown
from huitou.receipts.service.import_life import check_standing
from huitou.receipts.store import quarantine
from huitou.receipts.terms.imports import MendedRow, RefusedRow, WaitingRow

_LARGEST_ROW = 2**62


def refused_rows(
    number: int, *, code: str | None = None, waiting: bool = True, after: int = 0, limit: int = 100
) -> list[RefusedRow]:
    """An import's refused rows in the file's order, behind row `after`: those that wait, or all."""
    return quarantine.rows(number, code=code, waiting=waiting, after=after, limit=limit)


def mend_cells(number: int, row_numbers: Sequence[int], cells: Mapping[str, str]) -> int:
    """Write these cells (field → text; empty: an empty cell) over those of waiting rows. Raises RowsUnknown."""
    _require_waiting(number, row_numbers)
    return quarantine.mend(number, row_numbers, cells)


def mend_sealed_member(
    number: int, row_numbers: Sequence[int], *, shown: str, sealed: bytes, index: bytes | None
) -> int:
    """Write a phone over the members' cells of waiting rows; only its mask `shown` is readable. Raises RowsUnknown."""
    _require_waiting(number, row_numbers)
    return quarantine.seal_member(number, row_numbers, shown, sealed, index)


def write_mended(number: int, rows: Sequence[MendedRow]) -> int:
    """Write what is shown of mended cells over those of waiting rows, and what lies sealed beside; how many rows."""
    check_standing(number)
    return sum(quarantine.write_mended(number, row) for row in rows)


def replace_everywhere(number: int, field: str, old: str, new: str) -> int:
    """The same wrong value of a field replaced in every waiting row; an empty `old` stands for an empty cell.

    Raises RowsUnknown where no waiting row has it.
    """
    check_standing(number)
    changed = quarantine.replace(number, field, old, new)
    if not changed:
        raise RowsUnknown(number=number)
    return changed


def dismiss_rows(
    number: int, *, row_numbers: Sequence[int] | None = None, code: str | None = None, because: str, actor: str
) -> int:
    """These waiting rows, or all that were refused for `code`, are not wanted. Raises RowsUnknown."""
    check_standing(number)
    if row_numbers is not None:
        _require_waiting(number, row_numbers)
    changed = quarantine.dismiss(number, row_numbers, code, because, actor)
    if not changed:
        raise RowsUnknown(number=number)
    return changed


def waiting_rows(number: int, row_numbers: Sequence[int] | None = None) -> list[WaitingRow]:
    """Every row of an import that waits, or these of them, held until the transaction ends. Raises RowsUnknown where
    one of these does not wait."""
    if row_numbers is not None:
        _require_waiting(number, row_numbers)
    return quarantine.waiting(number, row_numbers)


def forget_sealed(before: datetime) -> int:
    """What lies sealed of rows of people, refused by imports that began before then, is gone; returns how many rows.

    A mask is all that is left of them: they are mended by typing what it hides."""
    return quarantine.forget_sealed(before)


def note_judged(batch: int, *, taken: Iterable[int], refused: pa.Table) -> None:
    """Rows (by id) that import `batch` has taken; and those that it refused again: (id, code, detail, facts)."""
    quarantine.write_taken(taken, batch)
    quarantine.write_judged(refused)


def _require_waiting(number: int, row_numbers: Sequence[int]) -> None:
    check_standing(number)
    wanted = set(row_numbers)
    if not wanted or max(wanted) > _LARGEST_ROW or quarantine.count_waiting(number, sorted(wanted)) < len(wanted):
        raise RowsUnknown(number=number)
