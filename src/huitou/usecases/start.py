"""The first run: what the chain is, its stores; and whether anybody still has to be asked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from huitou.access import service as access
from huitou.catalogue import service as catalogue
from huitou.insight.service import runs
from huitou.receipts import service as receipts


def is_asked() -> bool:
    """Whether the first questions are still open: nobody has finished them, and no data has come in another way."""
    told = catalogue.chain()
    if told is not None and told.finished_at is not None:
        return False
    return runs.last() is None and not receipts.are_any()


@transaction.atomic
def tell_chain(*, name: str, language: str, currency: str, zone: str, actor: str) -> None:
    """Raises ChainUnfit."""
    catalogue.tell_chain(name, language, currency, zone)
    about = {"name": name, "language": language, "currency": currency, "zone": zone}
    access.note_by(actor, "chain.tell", "chain", **about)


@transaction.atomic
def take_typed_stores(text: str, *, actor: str) -> int:
    """Stores of pasted lines; those that are known stay as they are. Returns how many are new. Raises StoresUnfit."""
    stores: Sequence[tuple[str, str, str]] = catalogue.read_stores(text)
    if not stores:
        return 0
    _, new = catalogue.take_stores(stores)
    access.note_by(actor, "stores.type", "stores", codes=[code for code, _, _ in stores][:200], new=new)
    return new


@transaction.atomic
def finish_start(*, actor: str) -> None:
    catalogue.finish_start()
    access.note_by(actor, "start.finish", "chain")
