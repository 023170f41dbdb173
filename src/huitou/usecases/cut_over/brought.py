"""A file of an old programme as an import: its rows, its refusals, its report. All of it or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction

from huitou.kernel.rows import Cells, Unfit
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.offers import service as offers
from huitou.receipts import service as receipts
from huitou.usecases.refused_cells import Mends, kept

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


Then = Callable[[Brought], None]


@dataclass(slots=True)
class Taken:
    """What became of the rows."""

    taken: int = 0
    repeated: int = 0
    unfit: list[Unfit] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)


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
    then: Then = lambda report: None,
    mends: Mends | None = None,
) -> Brought:
    """Take the rows of `opened` by `take` (rows, number of the import) in one transaction, and keep what was refused.

    `first_day` and `options` are kept with the mapping, so that whoever reads the import later knows what was said.
    `then` is called in that transaction. `mends`: the rows are those that another import had refused, and hears what
    becomes of them.
    """
    described = lake.DescribedRows(opened, lake.KINDS[kind], columns)
    rows = [row for piece in described for row in piece]
    reasons = {**lake.REASONS, **reasons}
    with transaction.atomic():
        with opened.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        batch = receipts.open_batch(
            kind=kind,
            source=source,
            file_name=mends.file_name if mends else opened.path.name,
            file_digest=digest,
            mapping=dict(columns),
            actor=actor,
            reading=opened.reading.said,
            mends=mends.number if mends else None,
        )
        taken = take(rows, batch)
        unfit = sorted([*described.unfit, *taken.unfit], key=lambda one: one.row_number)
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
        cells = {} if mends else lake.cells_of(opened, columns, [one.row_number for one in unfit])
        refused = kept(kind, unfit, cells, reasons)
        said = {"first_day": first_day.isoformat(), **options}
        receipts.close_batch(batch, _report(report, said), () if mends else [refused])
        if mends:
            mends.note(batch, refused)
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True, import_id=None)
        then(report)
    return report


def _report(report: Brought, said: Mapping[str, Any]) -> dict[str, Any]:
    """As the import keeps it."""
    rows = {name: getattr(report, name) for name in ("rows_read", "rows_taken", "rows_repeated", "rows_refused")}
    return {**rows, "said": dict(said), **report.counts}


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
