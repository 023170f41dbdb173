"""What undone imports made leaves with the last that tells of it or uses it, whichever is undone first (ADR 16).

Members, products and stores come with receipts, and with files that describe them. An undo looks at all that any undone
import made: what is still as it came, and what nothing that stands names or tells of, leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huitou.catalogue import service as catalogue
from huitou.insight import service as insight
from huitou.insight.service import runs
from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.receipts.service import import_life

# Whose rows are derived, or are asked apart.
_OF_MEMBERS = ("loyalty_account", "insight_layerspan")
_OF_GOODS = {
    "product": insight.PICTURES,
    "store": ("receipts_identity", "insight_kpivalue", *insight.PICTURES),
}


@dataclass(frozen=True, slots=True)
class Left:
    """The ids of what left."""

    members: Sequence[int] = ()
    products: Sequence[int] = ()
    stores: Sequence[int] = ()

    def __add__(self, more: Left) -> Left:
        return Left([*self.members, *more.members], [*self.products, *more.products], [*self.stores, *more.stores])

    def of(self, what: str) -> Sequence[int]:
        return {"member": self.members, "product": self.products, "store": self.stores}[what]

    def __len__(self) -> int:
        return len(self.members) + len(self.products) + len(self.stores)


def let_leave(batch: ImportId, leaving: Sequence[int] = ()) -> Left:
    """Let go what the import that is being undone, or one that was before, made, and nothing holds any more.

    `leaving`: the receipts that leave with this undo, of which the lake does not know yet.
    """
    undone, receipts = [batch, *import_life.undone_imports()], sorted({*leaving, *receipts_left_unheard()})
    people = _free("member", undone, receipts)
    loyalty.let_go(people)
    if people or leaving:
        runs.forget_layers(people)
    members.let_leave(people)
    products = _free("product", undone, receipts)
    if products or leaving:
        insight.forget_products(products)
    catalogue.let_leave("product", products)
    paths = {*import_life.brought(undone, "category"), *catalogue.made_by_files(undone, "category")[0]}
    catalogue.let_leave("category", catalogue.unused("category", sorted(paths)))
    # Their identities are undone and their figures derived; whatever else names a store keeps it.
    stores = _free("store", undone, receipts)
    if stores or leaving:
        runs.forget_stores(stores)
    import_life.forget_stores(stores)
    catalogue.let_leave("store", stores)
    return Left(people, products, stores)


def left_behind() -> tuple[str, int] | None:
    """The first (what, id) that only undone imports brought and that is here all the same; it writes nothing."""
    undone, receipts = import_life.undone_imports(), receipts_left_unheard()
    for what in ("member", "product", "store"):
        if found := _free(what, undone, receipts):
            return what, found[0]
    return None


def receipts_left_unheard() -> list[int]:
    """What left with undos that the lake has not heard of yet: it still names them."""
    unheard = [ImportId(fact["batch"]) for fact in outbox.waiting(import_life.UNDONE)]
    return sorted({receipt for undone in unheard for receipt in import_life.undone_receipts(undone)})


def _free(what: str, undone: Sequence[ImportId], receipts: Sequence[int]) -> list[int]:
    """What these imports made of a kind, is as they made it, and no other receipt, file or row of any room names."""
    bare = import_life.unnamed(what, import_life.brought(undone, what))
    told, _ = members.made_by_files(undone) if what == "member" else catalogue.made_by_files(undone, what)
    told = import_life.unnamed(what, told)
    if what == "member":
        free = {*members.unused(bare, undone=undone, besides=_OF_MEMBERS)}
        free |= {*members.unreferenced(told, besides=_OF_MEMBERS)}
        free = {*loyalty.unbound(sorted(free))}
    else:
        free = {*catalogue.unused(what, bare, besides=_OF_GOODS[what])}
        free |= {*catalogue.unreferenced(what, told, besides=_OF_GOODS[what])}
    free -= {*import_life.told_of(what, sorted(free), undone)}
    # The lake last: it is read for those alone whom nothing else keeps.
    return sorted(free - {*lake.named_besides(receipts, what, sorted(free))}) if free else []
