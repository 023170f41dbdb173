"""Refused rows are mended and taken in later, as whole receipts: judged anew by the very import (row A10)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.lake.errors import FieldUnknown
from huitou.lake.terms import Field, Reading
from huitou.privacy import service as privacy
from huitou.receipts.errors import NothingToTake, RowsChanged
from huitou.receipts.service import import_life, quarantine
from huitou.receipts.terms import WaitingRow
from huitou.usecases.import_receipts import SEALED_FOR, Progress, Report, Then, receipt_key, take_receipts

FIRST_ROW = 1
"""What the rows of a file without a header are counted from."""


def mend_cells(number: int, row_numbers: Sequence[int], cells: Mapping[str, str]) -> int:
    """Write cells (field → text) over those of these waiting rows of an import; returns how many rows.

    A phone is sealed at once. Raises FieldUnknown, RowsUnknown, ImportUnknown or ImportUndone.
    """
    for field in cells:
        if field not in list(Field):
            raise FieldUnknown(field=field, fields=", ".join(Field))
    plain = dict(cells)
    if Field.MEMBER in plain and _member_kind(number) == "phone":
        phone = plain.pop(Field.MEMBER)
        sealed = privacy.seal(phone, purpose=SEALED_FOR)
        changed = quarantine.mend_sealed_member(
            number, row_numbers, shown=privacy.masked_text(phone), sealed=sealed, index=privacy.blind_index(phone)
        )
        if not plain:
            return changed
    return quarantine.mend_cells(number, row_numbers, plain)


def replace_everywhere(number: int, field: str, old: str, new: str) -> int:
    """The same wrong value of a field replaced in every waiting row. Phones are mended row by row: nobody can type
    what only its mask shows. Raises FieldUnknown, RowsUnknown, ImportUnknown or ImportUndone."""
    if field not in list(Field) or (field == Field.MEMBER and _member_kind(number) == "phone"):
        raise FieldUnknown(field=field, fields=", ".join(Field))
    return quarantine.replace_everywhere(number, field, old, new)


def take_refused(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Then = lambda report: None,
) -> Report:
    """Take what waits of import `number` and is whole now, as an import of its own that mends it.

    Each row is judged anew as the import would: same source, same identities, whole receipts. What is taken, or was
    known already, is marked; what is refused again waits with its new reason. A receipt one of whose rows could not be
    cut into cells waits until that row is mended or dismissed. Raises NothingToTake, ImportUnknown or ImportUndone.
    """
    seen = import_life.check_undoable(number)
    rows = _whole(quarantine.waiting_rows(number))
    if not rows:
        raise NothingToTake(number=number)
    reading = dict(seen.reading)
    said = Reading(date_format=reading.get("date_format"))
    with _as_file(rows) as path, lake.open_file(path, reading=said) as opened:
        return take_receipts(
            opened,
            {field: str(field) for field in judged_fields(seen.mapping)},
            now=now,
            source=seen.source,
            actor=actor,
            member_kind=str(reading.get("member_kind") or "card"),
            dry_run=dry_run,
            progress=progress,
            then=then,
            mends=_Mends(number, seen.file_name, rows),
        )


def judged_fields(mapping: Mapping[str, str]) -> list[Field]:
    """The fields that refused rows are judged by again: all, and the time of day only where the file kept it apart."""
    return [field for field in Field if field is not Field.TIME or str(field) in mapping]


def _member_kind(number: int) -> str:
    return str(import_life.import_seen(number).reading.get("member_kind") or "card")


def _whole(rows: Sequence[WaitingRow]) -> list[WaitingRow]:
    """Without rows that have no cells, and without those of the same receipts."""
    held = {row.receipt_key for row in rows if not row.cells and row.receipt_key}
    return [row for row in rows if row.cells and not (held and receipt_key(row.cells.get(Field.RECEIPT, "")) in held)]


@dataclass(frozen=True, slots=True)
class _Mends:
    """What waits of an import, as it was judged: place in the file is place in `rows`."""

    number: int
    file_name: str
    rows: Sequence[WaitingRow]

    def note(self, batch: ImportId, refused: pa.Table) -> None:
        """Raises RowsChanged where somebody changed or took them meanwhile."""
        now = {row.id: row for row in quarantine.waiting_rows(self.number)}
        if any(now.get(row.id) != row for row in self.rows):
            raise RowsChanged(number=self.number)
        again = [self.rows[place - FIRST_ROW] for place in refused["row_number"].to_pylist()]
        taken = {row.id for row in self.rows} - {row.id for row in again}
        judged = pa.table({"id": [row.id for row in again], "code": refused["code"], "detail": refused["detail"]})
        quarantine.note_judged(batch, taken=taken, refused=judged)


@contextmanager
def _as_file(rows: Sequence[WaitingRow]) -> Iterator[Path]:
    """The rows as a file that the import reads, in the order of `rows`; gone when the block ends.

    It lies beside the lake, readable by us alone; what a killed process leaves there, the night sweeps.
    """
    columns = {str(field): pa.array([_cell(row, field) for row in rows], pa.string()) for field in Field}
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.LAKE_PATH, suffix=".part.parquet") as file:
        pq.write_table(pa.table(columns), file.name)
        yield Path(file.name)


def _cell(row: WaitingRow, field: Field) -> str | None:
    if field is Field.MEMBER and row.sealed is not None:
        return privacy.unseal(row.sealed, purpose=SEALED_FOR)
    return row.cells.get(field) or None
