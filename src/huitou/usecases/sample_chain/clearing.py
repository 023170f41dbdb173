"""A sample chain that is not whole is taken away: books, lake, truth and note; nothing that is not its own (ADR 36).

The note says first that it is being cleared. Whoever is killed on the way has cleared nothing of the books or all of
it, and the next laying or clearing goes on from there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import duckdb
from django.db import transaction
from django.utils.translation import gettext

from huitou.access import service as access
from huitou.bulk import emptying
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.members.terms import RefKind
from huitou.receipts.service import import_life
from huitou.usecases.sample_chain.errors import NoSampleChain, SampleChainMixed, SampleChainWhole
from huitou.usecases.sample_chain.goods import behind_the_counter, read_goods
from huitou.usecases.sample_chain.month_rows import SOURCE
from huitou.usecases.sample_chain.note import DRAWING, chain_in, forget_note, keep_note
from huitou.usecases.sample_chain.people import cards_of
from huitou.usecases.sample_chain.places import PLACES
from huitou.usecases.sample_chain.taking_in import ACTOR
from huitou.usecases.sample_chain.terms import SampleChain
from huitou.usecases.sample_chain.truth import FOLDER as TRUTH
from huitou.usecases.sample_chain.turn import one_at_a_time

ROOMS = ("catalogue", "insight", "loyalty", "members", "offers", "outbox", "receipts", "segments")
STAY = frozenset(
    {
        "catalogue_chain",  # what the first questions were told
        "insight_cutoffs",
        "insight_goals",  # set with the first questions, or by the sample chain: which is asked apart
        "members_change",  # tells everybody who keeps their own answers that all has changed
        "segments_turn",
    }
)
OURS = (ACTOR, "huitou", "renewal")
"""Who does things without anybody: the laying, the product itself, and the nightly renewal of tags."""
WHAT = {
    "catalogue": N_("stores or products"),
    "insight": N_("figures"),
    "loyalty": N_("points"),
    "members": N_("members"),
    "offers": N_("offers or coupons"),
    "outbox": N_("receipts"),
    "receipts": N_("receipts"),
    "segments": N_("segments or tags"),
}
"""What people call the rows of each room."""


def clear_sample_chain(folder: Path, *, actor: str) -> SampleChain:
    """Clear the chain that was begun in `folder` and is not whole; returns which it was.

    Raises NoSampleChain, SampleChainWhole, SampleChainMixed or SampleChainBusy; then nothing has moved.
    """
    with one_at_a_time():
        chain = refuse_to_clear(folder)
        access.note_by(actor, "sample.clear", "chain", members=chain.members, months=chain.months)
        finish_clearing(folder, chain)
        return chain


def refuse_to_clear(folder: Path) -> SampleChain:
    """The chain that may be cleared. Raises NoSampleChain, SampleChainWhole or SampleChainMixed."""
    chain = chain_in(folder)
    if chain is None:
        raise NoSampleChain()
    if chain.laid:
        raise SampleChainWhole()
    refuse_mixed(chain)
    return chain


def finish_clearing(folder: Path, chain: SampleChain) -> None:
    """The same again, whoever was killed in it; the caller has the turn. Raises SampleChainMixed."""
    keep_note(folder, replace(chain, clearing=True))
    with transaction.atomic():
        tables = [table for table in emptying.tables_of(ROOMS) if table not in STAY]
        emptying.hold([*tables, "insight_goals"])
        refuse_mixed(chain, tables)
        if not emptying.made_by_others(["insight_goals"], OURS):
            tables.append("insight_goals")
        # Nobody reads or writes receipts meanwhile, so nothing comes into the lake either. Killed here, the books are
        # as they were, and the note says that they are to be cleared.
        lake.forget_everything()
        emptying.empty(tables)
        members.note_everybody()
    for left in (TRUTH, DRAWING):
        shutil.rmtree(folder / left, ignore_errors=True)
    forget_note(folder)


def refuse_mixed(chain: SampleChain, tables: list[str] | None = None) -> None:
    """Raises SampleChainMixed where anything is here that the sample chain did not bring. `tables`: those that will
    be empty."""
    found = list(_of_others(chain, tables or [table for table in emptying.tables_of(ROOMS) if table not in STAY]))
    if found:
        raise SampleChainMixed(found=", ".join(dict.fromkeys(found[:3])))


def _of_others(chain: SampleChain, tables: list[str]) -> Iterator[str]:
    stores, places = catalogue.stores(), {place.code for place in PLACES}
    yield from (store.name or store.code for store in stores.values() if store.code not in places)
    ours = {good.sku for good in (*read_goods(), *behind_the_counter())}
    yield from (sku for sku in catalogue.product_table()["sku"].to_pylist() if sku not in ours)
    if import_life.come_from_elsewhere(SOURCE):
        yield gettext(WHAT["receipts"])
    if _people_of_others(chain):
        yield gettext(WHAT["members"])
    if any(set(user.store_ids) & stores.keys() for user in access.users()):
        yield gettext("log-ins of its stores")
    if any(set(key.store_ids) & stores.keys() for key in access.list_keys()):
        yield gettext("API keys of its stores")
    for table in emptying.made_by_others(tables, OURS):
        yield gettext(WHAT[table.partition("_")[0]])


def _people_of_others(chain: SampleChain) -> int:
    """How many members have none of the cards that were drawn."""
    here = members.ids_known(RefKind.CARD)
    with closing(duckdb.connect()) as session:
        session.register("here", here)
        (ours,) = session.sql(
            f"SELECT count(DISTINCT member_id) FROM here SEMI JOIN ({cards_of(chain)}) drawn ON value = card"
        ).fetchall()[0]
    return members.count_members() - int(ours)
