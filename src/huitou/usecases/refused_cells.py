"""What is kept of a refused row, and how it is whole again: what is personal shows a mask, and lies sealed beside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from huitou.kernel.ids import ImportId
from huitou.kernel.rows import Cells, Unfit
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.privacy import service as privacy
from huitou.receipts.terms.imports import WaitingRow

SEALED_FOR = "refused row"
"""What the personal cells of refused rows are sealed for."""
LISTED = 1000
"""So many refused rows a report lists; all of them are kept as rows of their own."""
_AT_ONCE = 50_000
_MASK = "**"
NUL_SHOWN = "␀"
"""How a NUL is shown and kept, which PostgreSQL cannot hold."""
_UNDECODABLE, _NO_VALUE = "�", ("=?", "ƒ")
_SEVERAL = re.compile(r"[;；、|，,/\s]+")


class Mends(Protocol):
    """Rows that another import had refused, and that are judged anew as a file of their own."""

    @property
    def number(self) -> int:
        """That import."""

    @property
    def file_name(self) -> str: ...

    def note(self, batch: ImportId, refused: pa.Table) -> None:
        """Hear, in the import's transaction, which of them `batch` refused again: (row_number, code, detail), and
        facts where `detail` has braces."""


def _shown(cells: Cells) -> dict[str, str]:
    return {field: text for field, text in cells.items() if text}


def _phones_masked(cells: Cells) -> dict[str, str]:
    """An old programme names its members by card, outside id and phone; the card of a row may be a phone too."""
    return {
        field: privacy.masked_text(text) if field == "phone" or privacy.is_mobile(text) else text
        for field, text in _shown(cells).items()
    }


_HIDES: dict[str, Callable[[Cells], dict[str, str]]] = {
    "members": members.masked_cells,
    "balances": _phones_masked,
    "tiers": _phones_masked,
    "coupons": _phones_masked,
}
"""How the cells of a kind of file are shown; those of other kinds as they are."""


def in_pieces(unfit: Sequence[Unfit]) -> Iterator[Sequence[Unfit]]:
    """So many at once that their cells do not fill the memory, however many rows of a file are refused."""
    return (unfit[first : first + _AT_ONCE] for first in range(0, len(unfit), _AT_ONCE))


def kept(kind: str, unfit: Sequence[Unfit], cells: Mapping[int, Cells], reasons: Mapping[str, str]) -> pa.Table:
    """The refused rows as an import keeps them: the reason as a template and what fills it, in either language; what
    is personal masked, sealed, and found by keyed indexes of its phones and e-mail when its owner is forgotten (M5)."""
    rows = [_kept(kind, one, cells.get(one.row_number, {}), reasons) for one in unfit]
    return pa.Table.from_pylist(rows, _KEPT)


_KEPT = pa.schema(
    [("row_number", pa.int64()), *((name, pa.string()) for name in ("code", "detail", "facts", "row", "sealed",
                                                                    "owner_indexes"))]
)  # fmt: skip


def _kept(kind: str, one: Unfit, cells: Cells, reasons: Mapping[str, str]) -> dict[str, Any]:
    shown, hidden = cells_shown(kind, cells), cells_hidden(kind, cells)
    return {
        "row_number": one.row_number,
        "code": one.code,
        "detail": reasons[one.code],
        "facts": json.dumps(dict(one.facts), ensure_ascii=False).replace("\\u0000", NUL_SHOWN),
        "row": json.dumps(shown, ensure_ascii=False),
        "sealed": _hex(sealed(hidden)),
        "owner_indexes": bytea_array(owner_indexes(hidden)),
    }


def cells_shown(kind: str, cells: Cells) -> dict[str, str]:
    """Cells as they may be kept readable. A NUL, which PostgreSQL's JSON cannot hold, is shown for what it is."""
    hide = _HIDES.get(kind, _shown)
    return {field: text.replace("\x00", NUL_SHOWN) for field, text in hide(cells).items()}


def cells_hidden(kind: str, cells: Cells) -> dict[str, str]:
    """Those of which only a mask is readable. A citizen's number is kept nowhere (minimisation)."""
    if kind not in _HIDES:
        return {}
    shown = cells_shown(kind, cells)
    return {
        field: text
        for field, text in cells.items()
        if text and (shown[field] != text or _MASK in text) and not privacy.holds_national_id(text)
    }


def sealed(hidden: Mapping[str, str]) -> bytes | None:
    return privacy.seal(json.dumps(hidden, ensure_ascii=False), purpose=SEALED_FOR) if hidden else None


def unsealed(row: WaitingRow) -> dict[str, str]:
    """The hidden cells of a row that is no till's."""
    return {} if row.sealed is None else json.loads(privacy.unseal(row.sealed, purpose=SEALED_FOR))


def owner_indexes(hidden: Mapping[str, str]) -> list[bytes]:
    """The keyed indexes of the row's phones, wherever they stand, and of its e-mail."""
    cells = [hidden[field] for field in ("phone", "phone_2", "card") if field in hidden]
    # The whole cell too: a blank may part two phones, or stand within one.
    found = [index for cell in cells for text in (cell, *_SEVERAL.split(cell)) if (index := privacy.blind_index(text))]
    if email := hidden.get("email"):
        found.append(privacy.email_index(email))
    return list(dict.fromkeys(found))


def bytea_array(values: Sequence[bytes]) -> str:
    """As COPY reads a bytea[]."""
    return "{" + ",".join(f'"\\\\x{value.hex()}"' for value in values) + "}"


def whole_cells(kind: str, row: WaitingRow) -> dict[str, str] | None:
    """The row's cells as they are judged anew, by field; None where it must be mended first: it was not cut into
    cells, or one of them could not be read, or is known by its mask only."""
    if not row.cells:
        return None
    if kind == "receipts":
        return None if any(map(_is_unreadable, row.cells.values())) else dict(row.cells)
    hidden = unsealed(row)
    if kind in _HIDES and any(_MASK in (text or "") for field, text in row.cells.items() if field not in hidden):
        return None
    cells = dict(row.cells) | hidden
    return None if any(map(_is_unreadable, cells.values())) else cells


def _is_unreadable(text: str | None) -> bool:
    return text is not None and (_UNDECODABLE in text or NUL_SHOWN in text or text in _NO_VALUE)


def _hex(value: bytes | None) -> str | None:
    return None if value is None else "\\x" + value.hex()


def refused_receipts(session: duckdb.DuckDBPyConnection, member_kind: str) -> Iterator[pa.Table]:
    """The refused rows as they are kept, piece by piece. A phone among their cells shows its mask, and lies sealed
    beside it (M5)."""
    phones = member_kind == "phone"
    refusals = lake.refusals(session, hide=privacy.masked_text if phones else None)
    ragged = lake.ragged_receipts(session)
    clear = lake.refused_members(session) if phones else {}
    # At least one piece, with the columns.
    firsts = range(0, max(1, len(refusals)), _AT_ONCE)
    return (_with_owners(refusals.slice(first, _AT_ONCE), ragged, clear) for first in firsts)


def _with_owners(refusals: pa.Table, ragged: Mapping[int, str], clear: Mapping[int, str]) -> pa.Table:
    numbers = refusals["row_number"].to_pylist()
    keys = [receipt_key(ragged[row]) if row in ragged else "" for row in numbers]
    sealed = [_hex(privacy.seal(clear[row], purpose=SEALED_FOR)) if row in clear else None for row in numbers]
    owners = [bytea_array([index] if (index := privacy.blind_index(clear.get(row, ""))) else []) for row in numbers]
    for name, cells in (("receipt_key", keys), ("sealed", sealed), ("owner_indexes", owners)):
        refusals = refusals.append_column(name, pa.array(cells, pa.string()))
    return refusals


def receipt_key(number: str) -> str:
    """What tells that rows belong to one receipt, where its number may be a cell of another column."""
    return privacy.keyed_digest(number, purpose="refused receipt")
