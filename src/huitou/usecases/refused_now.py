"""How rows that wait stand now, while somebody mends them: each by itself, as far as a row alone can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huitou.kernel.rows import Unfit
from huitou.privacy import service as privacy
from huitou.receipts.service import quarantine
from huitou.receipts.terms.imports import ImportSeen, WaitingRow
from huitou.usecases import refused_cells, understand_rows
from huitou.usecases.at_fault import fields_at_fault


@dataclass(frozen=True, slots=True)
class RefusedNow:
    """`code` is None where the row reads well by itself now; what the whole file and the books say, a trial tells.

    `at_fault`: the fields that the reason speaks of; `clear`: of hidden cells among them what can be shown all the
    same, so that whoever mends them sees what is wrong: no phone, no citizen's number.
    """

    code: str | None
    template: str
    facts: Mapping[str, str]
    at_fault: tuple[str, ...] = ()
    clear: Mapping[str, str] = field(default_factory=dict)


def refused_now(seen: ImportSeen, row_numbers: Sequence[int], now: datetime) -> dict[int, RefusedNow]:
    """By row number, of waiting rows of any kind of file but a till's. One that nobody has mended stands as it was
    refused: `template` and `facts` are then empty. Raises RowsUnknown where one does not wait."""
    rows = quarantine.waiting_rows(seen.id, row_numbers) if row_numbers else []
    cells = {row.row_number: whole for row in rows if (whole := refused_cells.whole_cells(seen.kind, row)) is not None}
    judged = [(row.row_number, cells[row.row_number]) for row in rows if row.mended and row.row_number in cells]
    unfit = {
        one.row_number: one
        for one in understand_rows.judge_rows(
            seen.kind,
            judged,
            now,
            seen.report.get("said", {}).get("first_day"),
            weighed_unit=seen.reading.get("weighed_unit"),
        )
    }
    again = {number for number, _ in judged}
    return {row.row_number: _seen(seen.kind, row, row.row_number in again, unfit.get(row.row_number)) for row in rows}


def _seen(kind: str, row: WaitingRow, judged: bool, unfit: Unfit | None) -> RefusedNow:
    if not judged:
        at_fault = fields_at_fault(row.code, {})
        return RefusedNow(row.code, "", {}, at_fault, _clear(kind, row, at_fault))
    if unfit is None:
        return RefusedNow(None, "", {})
    facts = {name: str(fact) for name, fact in unfit.facts.items()}
    at_fault = fields_at_fault(unfit.code, facts)
    template = understand_rows.reasons(kind).get(unfit.code, "")
    return RefusedNow(unfit.code, template, facts, at_fault, _clear(kind, row, at_fault))


def _clear(kind: str, row: WaitingRow, at_fault: Sequence[str]) -> dict[str, str]:
    if kind in ("products", "stores"):
        return {}
    hidden = refused_cells.unsealed(row)
    return {name: hidden[name] for name in at_fault if name in hidden and not privacy.may_hold_phone(hidden[name])}
