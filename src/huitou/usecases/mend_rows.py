"""Refused rows of any kind of file are mended and taken in later: judged anew by the very import (row A10)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.lake.errors import FieldUnknown
from huitou.lake.terms import Field, Reading
from huitou.privacy import service as privacy
from huitou.receipts.errors import NothingToTake, RowsChanged
from huitou.receipts.service import import_life, quarantine
from huitou.receipts.terms.imports import ImportSeen, MendedRow, WaitingRow
from huitou.usecases import refused_cells
from huitou.usecases.cut_over.balances import open_balances
from huitou.usecases.cut_over.brought import Brought
from huitou.usecases.cut_over.coupons import take_coupons
from huitou.usecases.cut_over.tiers import take_tiers
from huitou.usecases.import_described import DESCRIBED, Described, import_described
from huitou.usecases.import_receipts import Progress, take_receipts
from huitou.usecases.refused_cells import SEALED_FOR, receipt_key
from huitou.usecases.report_of_receipts import Report

FIRST_ROW = 1
"""What the rows of a file without a header are counted from."""
_READING = ("date_format", "decimal")


@transaction.atomic
def mend_cells(number: int, row_numbers: Sequence[int], cells: Mapping[str, str]) -> int:
    """Write cells (field → text) over those of these waiting rows of an import; returns how many rows.

    What is personal is sealed at once. Raises FieldUnknown, RowsUnknown, ImportUnknown or ImportUndone.
    """
    seen = import_life.check_standing(number)
    for field in cells:
        _require_field(seen.kind, field)
    if seen.kind != "receipts":
        rows = quarantine.waiting_rows(number, row_numbers)
        return quarantine.write_mended(number, [_mended(seen.kind, row, cells) for row in rows])
    plain = dict(cells)
    if Field.MEMBER in plain and _member_kind(seen) == "phone":
        phone = plain.pop(Field.MEMBER)
        sealed = privacy.seal(phone, purpose=SEALED_FOR)
        changed = quarantine.mend_sealed_member(
            number, row_numbers, shown=privacy.masked_text(phone), sealed=sealed, index=privacy.blind_index(phone)
        )
        if not plain:
            return changed
    return quarantine.mend_cells(number, row_numbers, plain)


def replace_everywhere(number: int, field: str, old: str, new: str) -> int:
    """The same wrong value of a field replaced in every waiting row; an empty `old` stands for an empty cell.

    Phones of a till's file are mended row by row: nobody can type what only its mask shows. Raises FieldUnknown,
    RowsUnknown, ImportUnknown or ImportUndone.
    """
    seen = import_life.check_standing(number)
    _require_field(seen.kind, field)
    if seen.kind == "receipts" and field == Field.MEMBER and _member_kind(seen) == "phone":
        raise FieldUnknown(field=field, fields=", ".join(Field))
    if seen.kind in ("receipts", "products", "stores"):
        return quarantine.replace_everywhere(number, field, old, new)
    same = [row for row in quarantine.waiting_rows(number) if row.cells and _text_of(row, field) == old]
    return mend_cells(number, [row.row_number for row in same], {field: new})


def _text_of(row: WaitingRow, field: str) -> str:
    return refused_cells.unsealed(row).get(field) or row.cells.get(field) or ""


def _mended(kind: str, row: WaitingRow, cells: Mapping[str, str]) -> MendedRow:
    # A cell that is left empty is written down as such: it hides what the file had.
    shown = dict.fromkeys(cells, "") | refused_cells.cells_shown(kind, cells)
    kept = {field: text for field, text in refused_cells.unsealed(row).items() if field not in cells}
    hidden = kept | refused_cells.cells_hidden(kind, cells)
    return MendedRow(row.id, shown, refused_cells.sealed(hidden), refused_cells.owner_indexes(hidden))


def _require_field(kind: str, field: str) -> None:
    fields = [str(known.name) for known in lake.KINDS[kind].fields]
    if field not in fields:
        raise FieldUnknown(field=field, fields=", ".join(fields))


def take_refused(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Callable[[Any], None] = lambda report: None,
) -> Report | Described | Brought:
    """Take what waits of import `number` and is whole now, as an import of its own that mends it.

    Each row is judged anew as the import would: same source, same identities, same answers; of a till whole receipts.
    What is taken, or was known already, is marked; what is refused again waits with its new reason. A receipt one of
    whose rows could not be read waits until that row is mended or dismissed. Raises NothingToTake, ImportUnknown or
    ImportUndone.
    """
    seen = import_life.check_standing(number)
    rows = _whole(seen.kind, quarantine.waiting_rows(number))
    if not rows:
        raise NothingToTake(number=number)
    fields = judged_fields(seen, [cells for _, cells in rows])
    said = Reading(**{part: seen.reading.get(part) for part in _READING})
    how: dict[str, Any] = {
        "now": now,
        "source": seen.source,
        "actor": actor,
        "dry_run": dry_run,
        "then": then,
        "mends": _Mends(number, seen.file_name, [row for row, _ in rows]),
    }
    with _as_file(fields, [cells for _, cells in rows]) as path, lake.open_file(path, reading=said) as opened:
        return _TAKERS[seen.kind](opened, {field: field for field in fields}, seen, progress, how)


def _take_receipts(
    opened: lake.OpenedFile, columns: Mapping[str, str], seen: ImportSeen, progress: Progress, how: Mapping[str, Any]
) -> Report:
    points_from = seen.reading.get("points_from")
    return take_receipts(
        opened,
        {Field(field): column for field, column in columns.items()},
        member_kind=_member_kind(seen),
        points_from=date.fromisoformat(points_from) if points_from else None,
        progress=progress,
        **how,
    )


def _take_described(
    opened: lake.OpenedFile, columns: Mapping[str, str], seen: ImportSeen, progress: Progress, how: Mapping[str, Any]
) -> Described:
    weighed_unit = seen.reading.get("weighed_unit")
    return import_described(opened, seen.kind, columns, weighed_unit=weighed_unit, progress=progress, **how)


def _take_brought(
    opened: lake.OpenedFile, columns: Mapping[str, str], seen: ImportSeen, progress: Progress, how: Mapping[str, Any]
) -> Brought:
    progress("points")
    said = dict(seen.report["said"])
    more = {"first_day": date.fromisoformat(said.pop("first_day")), **said, **how}
    if seen.kind == "balances":
        return open_balances(opened, columns, **more)
    if seen.kind == "tiers":
        return take_tiers(opened, columns, **more)
    del more["now"]
    return take_coupons(opened, columns, **more)


_TAKERS: dict[str, Callable[..., Report | Described | Brought]] = (
    {"receipts": _take_receipts}
    | dict.fromkeys(DESCRIBED, _take_described)
    | dict.fromkeys(("balances", "tiers", "coupons"), _take_brought)
)


def judged_fields(seen: ImportSeen, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The fields that refused rows are judged by again: those of the file, and those that somebody has filled.

    Of a till all but the time of day, which stands apart only where the file kept it apart.
    """
    fields = [str(field.name) for field in lake.KINDS[seen.kind].fields]
    if seen.kind == "receipts":
        return [field for field in fields if field != Field.TIME or field in seen.mapping]
    return [field for field in fields if field in seen.mapping or any(cells.get(field) for cells in rows)]


def _member_kind(seen: ImportSeen) -> str:
    return str(seen.reading.get("member_kind") or "card")


def _whole(kind: str, rows: Sequence[WaitingRow]) -> list[tuple[WaitingRow, dict[str, str]]]:
    """Those that can be judged, with their cells; of a till without the receipts of those that cannot."""
    read = [(row, refused_cells.whole_cells(kind, row)) for row in rows]
    whole = [(row, cells) for row, cells in read if cells is not None]
    if kind != "receipts":
        return whole
    held = {row.receipt_key or receipt_key(row.cells.get(Field.RECEIPT, "")) for row, cells in read if cells is None}
    whole = [(row, cells) for row, cells in whole if not (held and receipt_key(cells.get(Field.RECEIPT, "")) in held)]
    return [(row, cells | _unmasked(row)) for row, cells in whole]


def _unmasked(row: WaitingRow) -> dict[str, str]:
    """The member's phone of a till's row."""
    return {} if row.sealed is None else {str(Field.MEMBER): privacy.unseal(row.sealed, purpose=SEALED_FOR)}


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
        facts = refused["facts"] if "facts" in refused.column_names else pa.array(["{}"] * len(again), pa.string())
        judged = pa.table(
            {"id": [row.id for row in again], "code": refused["code"], "detail": refused["detail"], "facts": facts}
        )
        quarantine.note_judged(batch, taken=taken, refused=judged)


@contextmanager
def _as_file(fields: Sequence[str], rows: Sequence[Mapping[str, str]]) -> Iterator[Path]:
    """The rows as a file that the import reads, in their order; gone when the block ends.

    It lies beside the lake, readable by us alone; what a killed process leaves there, the night sweeps.
    """
    columns = {field: pa.array([cells.get(field) or None for cells in rows], pa.string()) for field in fields}
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=settings.LAKE_PATH, suffix=".part.parquet") as file:
        pq.write_table(pa.table(columns), file.name)
        yield Path(file.name)
