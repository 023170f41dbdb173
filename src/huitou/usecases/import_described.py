"""A file of members, products or stores: what is new, changed, the same; all of it or nothing (A2, A10, A14)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_, HuitouError
from huitou.kernel.rows import Cells, Taken, Unfit
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.members.errors import CardsArePhones, NationalIdsNotKept
from huitou.receipts import service as receipts
from huitou.receipts.service import import_life
from huitou.usecases.refused_cells import LISTED, Mends, in_pieces, kept

Progress = Callable[[str], None]
Then = Callable[["Described"], None]
Pieces = Iterable[Sequence[tuple[int, Cells]]]

DESCRIBED = ("members", "products", "stores")
_OF_ANY_FILE = ("ragged", "undecodable", "formula_without_value", "digits_lost", "nul", "text_too_long")
REASONS: dict[str, dict[str, str]] = {
    kind: {code: lake.REASONS[code] for code in _OF_ANY_FILE} | reasons
    for kind, reasons in zip(
        DESCRIBED, (members.PERSON_REASONS, catalogue.PRODUCT_REASONS, catalogue.STORE_REASONS), strict=True
    )
}
"""Why a row of each kind of file is refused."""


class KindUnknown(HuitouError):
    code = "kind_of_file_unknown"
    message = N_("There is no kind of file {given}.")
    next_step = N_("Choose one of these: {kinds}.")


@dataclass(frozen=True, slots=True)
class Described:
    """What such an import did, or, of a dry run, would do. `new + changed + same` are things, several rows may tell of
    one; `rows_read` counts the refused rows too."""

    kind: str
    dry_run: bool
    import_id: int | None
    rows_read: int
    rows_refused: int
    new: int
    changed: int
    same: int
    shared_phones: int
    refused: list[dict[str, Any]]
    phones_left: int = 0
    """Phones of members who are taken without them: nobody can be called at what stands there."""
    in_part: list[dict[str, Any]] = field(default_factory=list)
    """The first hundred rows that are taken without one of their cells, as `refused` lists rows."""


def import_described(
    opened: lake.OpenedFile,
    kind: str,
    columns: Mapping[str, str],
    *,
    now: datetime,
    source: str,
    actor: str = "cli",
    weighed_unit: str | None = None,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Then = lambda report: None,
    mends: Mends | None = None,
) -> Described:
    """Take what the rows of `opened` say about members, products or stores; the same file twice changes nothing.

    `columns` maps fields to columns. The newest word wins, and a blank cell erases nothing. A dry run goes the whole
    way and takes everything back. `then` is called in the import's own transaction. `mends`: the rows are those that
    another import had refused, and hears what becomes of them. Raises a refusal where the file or the mapping is wrong;
    RegisteredMeanwhile.
    """
    if kind not in DESCRIBED:
        raise KindUnknown(given=kind, kinds=", ".join(DESCRIBED))
    if kind == "members" and mends is None:
        _keep_out(opened, columns)
    rows = lake.DescribedRows(opened, lake.KINDS[kind], columns)
    with transaction.atomic():
        batch = receipts.open_batch(
            kind=kind,
            source=source,
            file_name=mends.file_name if mends else opened.path.name,
            file_digest=_digest(opened),
            mapping=dict(columns),
            actor=actor,
            reading=opened.reading.said | ({"weighed_unit": weighed_unit} if weighed_unit else {}),
            mends=mends.number if mends else None,
        )
        progress("read")
        counted = _Counted(rows)
        taken = _take(kind, counted, source, now, weighed_unit, batch)
        import_life.note_said(batch, *taken.said)
        unfit = sorted((*rows.unfit, *taken.unfit), key=lambda row: row.row_number)
        report = _report(kind, batch, counted.rows + len(rows.unfit), unfit, taken)
        progress("keep")
        receipts.close_batch(
            batch,
            asdict(replace(report, refused=[])),
            (
                kept(kind, rows, lake.cells_of(opened, columns, [row.row_number for row in rows]), REASONS[kind])
                for rows in (() if mends else in_pieces(unfit))
            ),
        )
        if mends:
            mends.note(batch, kept(kind, unfit, {}, REASONS[kind]))
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True, import_id=None)
        progress("commit")
        then(report)
    return report


class _Counted:
    """Pieces on their way, counted."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.rows = 0

    def __iter__(self) -> Iterator[Sequence[tuple[int, Cells]]]:
        for piece in self._pieces:
            self.rows += len(piece)
            yield piece


def _take(kind: str, pieces: Pieces, source: str, now: datetime, weighed_unit: str | None, batch: int) -> Taken:
    if kind == "products":
        return catalogue.take_product_file(pieces, source=source, batch=batch, weighed_unit=weighed_unit)
    if kind == "stores":
        return catalogue.take_store_file(pieces, source=source, batch=batch)
    zone = ZoneInfo(settings.TIME_ZONE)
    return members.take_member_file(
        pieces, source=source, stores=stores_as_written(), today=now.astimezone(zone).date(), zone=zone, batch=batch
    )


def stores_as_written() -> dict[str, int]:
    """The stores by their code, and by their name where only one has it."""
    stores = catalogue.stores().values()
    names = [store.name for store in stores]
    by_name = {store.name: store.id for store in stores if names.count(store.name) == 1}
    return by_name | {store.code: store.id for store in stores}


def _keep_out(opened: lake.OpenedFile, columns: Mapping[str, str]) -> None:
    """Raises NationalIdsNotKept or CardsArePhones, before any row is read."""
    if "national_id" in columns:
        raise NationalIdsNotKept(column=columns["national_id"])
    column = columns.get("card")
    if column in opened.columns and lake.column_looks_like_phones(opened, column):
        raise CardsArePhones(column=column)


def _digest(opened: lake.OpenedFile) -> str:
    with opened.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _report(kind: str, batch: int, rows: int, unfit: list[Unfit], taken: Taken) -> Described:
    return Described(
        kind=kind,
        dry_run=False,
        import_id=batch,
        rows_read=rows,
        rows_refused=len(unfit),
        new=taken.new,
        changed=taken.changed,
        same=taken.same,
        shared_phones=taken.of_these.get("shared_phones", 0),
        refused=_listed(kind, unfit[:LISTED]),
        phones_left=taken.of_these.get("phones_left", 0),
        in_part=_listed(kind, taken.in_part),
    )


def _listed(kind: str, rows: Sequence[Unfit]) -> list[dict[str, Any]]:
    return [
        {"row_number": row.row_number, "code": row.code, "detail": REASONS[kind][row.code], "facts": dict(row.facts)}
        for row in rows
    ]
