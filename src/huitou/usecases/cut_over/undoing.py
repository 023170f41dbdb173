"""An import of an old programme is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction

from huitou.kernel.ids import ImportId
from huitou.loyalty import service as loyalty
from huitou.offers import service as offers
from huitou.receipts.service import import_life
from huitou.usecases.cut_over.tiers import write_down
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.left_by_undos import let_leave

KINDS = ("balances", "tiers", "coupons")


@dataclass(frozen=True, slots=True)
class Undone:
    """What went, or, of a dry run, would go: accounts, members' tiers or coupons (`count`). Of accounts how many owe
    what was spent since, and how much; of coupons how many stay because a till has held or used them here.
    `left_besides` are members, products and stores that only imports undone before had brought."""

    dry_run: bool
    import_id: int
    kind: str
    count: int
    members_owing: int = 0
    points_owed: int = 0
    staying: int = 0
    left_besides: int = 0


def undo_brought(
    number: int,
    *,
    now: datetime,
    actor: str,
    dry_run: bool = False,
    progress: Callable[[str], None] = lambda step: None,
    then: Callable[[Undone], None] = lambda report: None,
) -> Undone:
    """Take back what an import of balances, tiers or coupons brought; members that it made stay.

    A dry run goes the whole way and rolls back. `then` is called in the undo's own transaction. Raises ImportUnknown
    and ImportUndone.
    """
    with transaction.atomic():
        progress("points")
        seen = import_life.begin_undo_of_rows(number)
        report = _undo(number, seen.kind, now, actor)
        report = replace(report, left_besides=len(let_leave(ImportId(number))))
        import_life.close_undo(ImportId(number), asdict(report), actor=actor)
        if dry_run:
            transaction.set_rollback(True)
            return replace(report, dry_run=True)
        then(report)
    progress("done")
    return report


def _undo(batch: int, kind: str, now: datetime, actor: str) -> Undone:
    assert kind in KINDS, f"{kind} is not of an old programme"
    moment = chain_moment(now)
    if kind == "balances":
        count, owing, points = loyalty.undo_openings(batch, actor=actor, moment=moment)
        return Undone(False, batch, kind, count, owing, points)
    if kind == "tiers":
        touched = loyalty.undo_tiers(batch, now=now)
        write_down(touched, moment.today)
        return Undone(False, batch, kind, len(touched))
    gone, staying = offers.undo_coupons(batch)
    return Undone(False, batch, kind, gone, staying=staying)
