"""A file of an old programme as an import: its rows, its refusals, its report. All of it or nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import transaction

from huitou.kernel.rows import Cells, Unfit
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.offers import service as offers
from huitou.receipts import service as receipts
from huitou.usecases.cut_over.named import masked

Rows = list[tuple[int, Cells]]


@dataclass(frozen=True, slots=True)
class Brought:
    """What a file brought, or, of a dry run, would bring. rows_read = rows_taken + rows_repeated + rows_refused."""

    kind: str
    dry_run: bool
    import_id: int | None
    rows_read: int
    rows_taken: int
    rows_repeated: int
    rows_refused: int
    refused: list[dict[str, Any]]
    counts: dict[str, Any]
    """Further figures of the kind, by name."""


@dataclass(slots=True)
class Taken:
    """What became of the rows."""

    taken: int = 0
    repeated: int = 0
    unfit: list[Unfit] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)


class _TakeBack(Exception):
    """Carries the report of a dry run out of its transaction."""

    def __init__(self, report: Brought) -> None:
        self.report = report


def bring(
    opened: lake.OpenedFile,
    columns: Mapping[str, str],
    kind: str,
    take: Callable[[Rows, int], Taken],
    *,
    source: str,
    first_day: date,
    reasons: Mapping[str, str],
    actor: str,
    dry_run: bool,
    options: Mapping[str, Any],
) -> Brought:
    """Take the rows of `opened` by `take` (rows, number of the import) in one transaction, and keep what was refused.

    `first_day` and `options` are kept with the mapping, so that whoever reads the import later knows what was said.
    """
    described = lake.DescribedRows(opened, lake.KINDS[kind], columns)
    rows = [row for piece in described for row in piece]
    reasons = {**lake.REASONS, **reasons}
    try:
        with transaction.atomic():
            with opened.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            batch = receipts.open_batch(
                kind=kind,
                source=source,
                file_name=opened.path.name,
                file_digest=digest,
                mapping=dict(columns),
                actor=actor,
            )
            taken = take(rows, batch)
            unfit = sorted([*described.unfit, *taken.unfit], key=lambda one: one.row_number)
            refused = _refused(unfit, dict(rows), reasons)
            report = Brought(
                kind=kind,
                dry_run=False,
                import_id=batch,
                rows_read=len(rows) + len(described.unfit),
                rows_taken=taken.taken,
                rows_repeated=taken.repeated,
                rows_refused=len(unfit),
                refused=[_told(one, reasons[one.code]) for one in unfit],
                counts=taken.counts,
            )
            kept = {"first_day": first_day.isoformat(), **options}
            receipts.close_batch(
                batch,
                {
                    "rows_read": report.rows_read,
                    "rows_taken": report.rows_taken,
                    "rows_repeated": report.rows_repeated,
                    "rows_refused": report.rows_refused,
                    "said": kept,
                    **report.counts,
                },
                _kept(refused),
            )
            if dry_run:
                raise _TakeBack(report)
    except _TakeBack as taken_back:
        return replace(taken_back.report, dry_run=True, import_id=None)
    return report


def brought_reasons(kind: str) -> Mapping[str, str]:
    """Why rows of this kind are refused: English templates by code; none of another kind."""
    if kind == "coupons":
        return offers.coupon_reasons()
    return loyalty.brought_reasons() if kind in ("balances", "tiers") else {}


def _told(one: Unfit, template: str) -> dict[str, Any]:
    """A refused row as doors tell it: in English, and as template and facts for other languages."""
    return {
        "row_number": one.row_number,
        "code": one.code,
        "detail": template.format(**one.facts),
        "template": template,
        "facts": dict(one.facts),
    }


def _refused(unfit: Sequence[Unfit], rows: Mapping[int, Cells], reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "row_number": one.row_number,
            "code": one.code,
            "detail": reasons[one.code],
            "facts": json.dumps(dict(one.facts), ensure_ascii=False),
            "row": json.dumps(masked(rows.get(one.row_number, {})), ensure_ascii=False).replace("\\u0000", "␀"),
        }
        for one in unfit
    ]


def _kept(refused: Sequence[dict[str, Any]]) -> pa.Table:
    """As the import keeps them: the reason as a template and what fills it, so that it is told in either language."""
    return pa.table(
        {
            "row_number": pa.array([row["row_number"] for row in refused], pa.int64()),
            "code": pa.array([row["code"] for row in refused], pa.string()),
            "detail": pa.array([row["detail"] for row in refused], pa.string()),
            "row": pa.array([row["row"] for row in refused], pa.string()),
            "facts": pa.array([row["facts"] for row in refused], pa.string()),
        }
    )
