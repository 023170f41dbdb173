"""An import is undone: every count and balance is as if its file had never come (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from huitou.kernel.ids import ImportId
from huitou.kernel.money import Money
from huitou.loyalty import service as loyalty
from huitou.outbox import service as outbox
from huitou.receipts.errors import ImportOpened
from huitou.receipts.service import import_life
from huitou.usecases.left_by_undos import let_leave

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took away, or, of a dry run, would take away. Points are whole points.

    `receipts_kept` stay because another import brought them too; `of_others` of `receipts` were taken by an import
    that is undone already, and leave with this last one that brought them. `points_owed` of `points_taken_back` were
    spent, expired or held already, and are owed from now on by `members_owing` members. Of `members`, `stores` and
    `products` some may have come with imports that were undone before this one.
    """

    dry_run: bool
    import_id: int
    receipts: int
    rows: int
    amount: str
    receipts_kept: int
    of_others: int
    points_taken_back: int
    points_given_back: int
    points_owed: int
    members_owing: int
    members: int
    stores: int
    products: int


def undo_import(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Progress = lambda step: None,
    then: Callable[[Undone], None] = lambda report: None,
) -> Undone:
    """Take back all that import `number` brought and nobody else brought or uses; all of it or nothing.

    A dry run goes the whole way and rolls back, so it says exactly what the undo will. The lake follows by the outbox
    (`load_lake.hear_facts`), figures with the next refresh. `then` is called in the undo's own transaction. Raises
    ImportUnknown, ImportOfOtherKind, ImportUndone, ImportTooOld, ImportReturned, ImportClaimed, ImportOpened or
    ImportFollowed, and then nothing has moved.
    """
    with transaction.atomic():
        report = _undo(number, now, actor, progress)
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True)
        then(report)
    progress("done")
    return report


def _undo(number: int, now: datetime, actor: str, progress: Progress) -> Undone:
    progress("receipts")
    seen, standing = import_life.begin_undo(number)
    batch = ImportId(seen.id)
    leaving, owners = import_life.leaving(), import_life.owners_of_leaving()
    if opened := loyalty.opened(leaving):
        raise ImportOpened(number=number, count=opened)
    progress("points")
    points = loyalty.undo_postings(
        leaving, actor=actor, source=f"import {number}", today=timezone.localtime(now).date()
    )
    progress("rows")
    import_life.let_leave(batch)
    progress("members")
    left = let_leave(batch, leaving)
    progress("stores")
    report = Undone(
        dry_run=False,
        import_id=number,
        receipts=standing.receipts,
        rows=standing.rows,
        amount=str(Money(standing.net_fen)),
        receipts_kept=standing.kept,
        of_others=standing.of_others,
        points_taken_back=points.taken_back,
        points_given_back=points.given_back,
        points_owed=points.owed,
        members_owing=points.members_owing,
        members=len(left.members),
        stores=len(left.stores),
        products=len(left.products),
    )
    import_life.close_undo(batch, asdict(report), actor=actor)
    outbox.say(import_life.UNDONE, batch=batch, owners=owners)
    return report
