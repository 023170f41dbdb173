"""Files that were read in, and the rows of them that could not be taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ImportSeen:
    """An import as lists and pages show it. `rows_waiting`: refused rows that nobody has taken or dismissed yet;
    none of an import that was undone."""

    id: int
    kind: str
    """What its rows are: receipts, members, products, ..."""
    source: str
    file_name: str
    file_digest: str
    mapping: Mapping[str, str]
    reading: Mapping[str, Any]
    """How the file was read besides its mapping."""
    actor: str
    started_at: datetime
    report: Mapping[str, Any]
    mends: int | None
    """The import whose refused rows it took in later."""
    rows_left: int
    """Rows that have left the books by an undo."""
    undone_at: datetime | None
    undone_by: str
    undo: Mapping[str, Any]
    """What its undo took away."""
    rows_waiting: int

    @property
    def state(self) -> str:
        """`taken` or `undone`."""
        return "taken" if self.undone_at is None else "undone"


@dataclass(frozen=True, slots=True)
class Standing:
    """What leaves with an undo (amount in fen), and how many receipts stay because somebody else brought them too.

    `of_others` of the receipts were taken by an import that is undone already.
    """

    receipts: int
    rows: int
    net_fen: int
    of_others: int
    kept: int


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row as lists show it. `cells` as the file had them, `mended` those that somebody changed, by field.

    A row that could not be cut into cells has one cell, `raw`. A phone shows its mask alone; `sealed` says that the
    number itself is kept, sealed. `state`: waiting, taken or dismissed.
    """

    id: int
    row_number: int
    code: str
    detail: str
    """Why, in English, for the doors to translate and fill with `facts`."""
    facts: Mapping[str, Any]
    cells: Mapping[str, str]
    mended: Mapping[str, str]
    sealed: bool
    state: str
    taken_by: int | None
    dismissed_because: str


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A row that waits, as it is judged anew: its cells as mended. `raw`: the file's row was not cut into cells."""

    id: int
    row_number: int
    code: str
    cells: Mapping[str, str]
    raw: bool
    receipt_key: str
    """Of such a row: a keyed digest of its receipt's number, empty where it says none."""
    sealed: bytes | None
    mended: bool = False
    """Whether somebody changed a cell."""


@dataclass(frozen=True, slots=True)
class MendedRow:
    """What somebody typed over cells of a waiting row (by id): as it is shown, and the row's hidden cells, sealed."""

    id: int
    shown: Mapping[str, str]
    sealed: bytes | None
    owner_indexes: Sequence[bytes]
