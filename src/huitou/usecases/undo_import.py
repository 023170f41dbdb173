"""An import is undone: every count and balance is as if its file had never come (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.kernel.ids import ImportId
from huitou.kernel.money import Money
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts.errors import ImportOpened
from huitou.receipts.service import import_life

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took away, or, of a dry run, would take away. Points are whole points.

    `receipts_kept` stay because another import brought them too; `of_others` of `receipts` were taken by an import
    that is undone already, and leave with this last one that brought them. `points_owed` of `points_taken_back` were
    spent, expired or held already, and are owed from now on by `members_owing` members.
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
    what = _Leaving.of(batch, leaving)
    strangers = _members_leave(what)
    progress("stores")
    products, stores = _goods_leave(what), _stores_leave(what)
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
        members=strangers,
        stores=stores,
        products=products,
    )
    import_life.close_undo(batch, asdict(report), actor=actor)
    outbox.say(import_life.UNDONE, batch=batch, owners=owners)
    return report


def receipts_left_unheard() -> list[int]:
    """What left with undos that the lake has not heard of yet: it still names them."""
    unheard = [ImportId(fact["batch"]) for fact in outbox.waiting(import_life.UNDONE)]
    return sorted({receipt for undone in unheard for receipt in import_life.undone_receipts(undone)})


@dataclass(frozen=True, slots=True)
class _Leaving:
    """The receipts that leave or have left, as the lake does not know yet, and the imports that are undone with this
    one: what any of them made leaves with the last receipt that names it."""

    receipts: list[int]
    batches: list[ImportId]

    @classmethod
    def of(cls, batch: ImportId, leaving: list[int]) -> _Leaving:
        return cls(sorted({*leaving, *receipts_left_unheard()}), [batch, *import_life.undone_imports()])

    def unnamed(self, what: str) -> list[int]:
        """What these imports made of a kind, and no other receipt names, in the books or in the lake."""
        ids = import_life.unnamed(what, import_life.brought(self.batches, what))
        return sorted(set(ids) - set(lake.named_besides(self.receipts, what, ids))) if ids else []


def _members_leave(leaving: _Leaving) -> int:
    unused = members.unused(leaving.unnamed("member"), besides=("loyalty_account", "insight_layerspan"))
    gone = loyalty.let_go(unused)
    insight.forget_layers(gone)
    members.let_leave(gone)
    return len(gone)


def _goods_leave(leaving: _Leaving) -> int:
    """How many products leave; categories that nothing lies in any more go along."""
    products = catalogue.unused("product", leaving.unnamed("product"), besides=insight.PICTURES)
    insight.forget_products(products)
    catalogue.let_leave("product", products)
    catalogue.let_leave("category", catalogue.unused("category", import_life.brought(leaving.batches, "category")))
    return len(products)


def _stores_leave(leaving: _Leaving) -> int:
    # Their identities are undone and their figures derived; whatever else names a store keeps it.
    stores = catalogue.unused(
        "store", leaving.unnamed("store"), besides=("receipts_identity", "insight_kpivalue", *insight.PICTURES)
    )
    insight.forget_stores(stores)
    import_life.forget_stores(stores)
    catalogue.let_leave("store", stores)
    return len(stores)
