"""What the outbox says of receipts goes into the lake: each import once, and receipts of the API in bundles, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.members import service as members
from huitou.outbox import service as outbox
from huitou.outbox.terms import Fact
from huitou.receipts import service as receipts
from huitou.receipts.service import for_the_lake, import_life, naming
from huitou.usecases import ready_rows

BUNDLE_RECEIPTS = 20_000
BUNDLE_SECONDS = 30.0
"""A bundle leaves when it is full, or when its first receipt has waited this long: the lake likes few large files."""

CLAIMS_AT_ONCE = 100_000


def load_batch(fact: Fact) -> None:
    """Append the lines of an import to the lake. Heard twice it acts once: the lake knows its batches by name."""
    _load(ImportId(fact.body["batch"]))


def load_at_hand(session: duckdb.DuckDBPyConnection, batch: ImportId, source: str) -> None:
    """Append the lines of an import that has just been committed from where they lie: tables of `ready_rows`.

    This hears the import's fact; what fails or is killed here is heard again, from the books. So it is where the
    caller's own transaction has not ended, and where receipts left again or found their member meanwhile.
    """

    def hear(fact: Fact) -> None:
        with for_the_lake.one_loads_the_lake():
            if not for_the_lake.stand_as_they_came(batch, *ready_rows.standing(session)):
                load_batch(fact)
                return
            query = ready_rows.lake_query(session, batch, source, catalogue.product_table())
            lake.append_straight(f"import/{batch}", session, ready_rows.months(session), query)

    if not transaction.get_connection().in_atomic_block:
        outbox.hear_one("receipts_taken", {"batch": batch}, hear)


def unload_import(fact: Fact) -> None:
    """Take what left with the undo of an import out of the lake as well; heard twice it acts once."""
    batch = ImportId(fact.body["batch"])
    with for_the_lake.one_loads_the_lake():
        gone = import_life.undone_receipts(batch)
        lake.remove(batch, gone, whole=import_life.holds_nothing_else(batch))


def load_bundles(fact: Fact) -> None:
    """Append this bundle, and before it every earlier one that could not be appended in its turn."""
    _load_bundles(up_to=fact.body["bundle"])


def bundle_receipts(*, at_once: bool = False) -> int:
    """Gather the waiting receipts of the API into bundles, when it is time or `at_once`; returns how many bundles."""
    made = 0
    while True:
        waiting, seconds = outbox.backlog(receipts.RECORDED)
        if not waiting or not (at_once or waiting >= BUNDLE_RECEIPTS or seconds >= BUNDLE_SECONDS):
            return made
        if for_the_lake.make_bundle(BUNDLE_RECEIPTS) is None:
            return made
        made += 1


def repair_lake() -> int:
    """Append every import and bundle that the lake lacks, as after its folder was lost or restored; returns how many
    lines. What has left the books for the lake cannot be brought back from here."""
    lines = sum(_load(batch) for batch in for_the_lake.imports() if not lake.holds(f"import/{batch}"))
    return lines + _load_bundles(up_to=None)


def tell_claims() -> int:
    """Let the lake know whose the receipts are that were claimed after they came into it; returns how many receipts."""
    told = 0
    while True:
        with for_the_lake.one_loads_the_lake():
            claims = for_the_lake.take_claims(CLAIMS_AT_ONCE)
            if not len(claims):
                return told
            lake.name_members(claims)
        told += len(claims)


def tell_moves() -> int:
    """Let the lake know whose the receipts are of members who became one, or two again; returns how many receipts.

    First it is noted under whom the lake has what has left the books: so it can be parted again, too.
    """
    with for_the_lake.one_loads_the_lake():
        parts = naming.moved()
        if not parts:
            return 0
        naming.note_many(lake.receipts_of(parts))
        recorded, whose = naming.recorded_under(parts), members.survivors(parts)
        now = pa.array([whose[member] for member in recorded["member_id"].to_pylist()], pa.int64())
        lake.rename_members(pa.table({"receipt_id": recorded["receipt_id"], "member_id": now}))
    return len(recorded)


def _load(batch: ImportId) -> int:
    with for_the_lake.one_loads_the_lake():
        lines = for_the_lake.batch_lines(batch, settings.TIME_ZONE)
        return lake.append(f"import/{batch}", lines, catalogue.product_table())


def _load_bundles(up_to: int | None) -> int:
    with for_the_lake.one_loads_the_lake():
        lacking = [one for one in for_the_lake.bundles(after=lake.bundles_held()) if up_to is None or one <= up_to]
        if not lacking:
            return 0
        products = catalogue.product_table()
        return sum(
            lake.append_bundle(bundle, for_the_lake.bundle_lines(bundle, settings.TIME_ZONE), products)
            for bundle in lacking
        )


HEARERS: Mapping[str, Callable[[Fact], None]] = {
    "receipts_taken": load_batch,
    for_the_lake.BUNDLED: load_bundles,
    import_life.UNDONE: unload_import,
}


def is_behind() -> bool:
    """Whether an import, a bundle or an undo has not got into the lake yet."""
    return any(outbox.backlog(kind)[0] for kind in HEARERS)


def hear_waiting(seconds: float) -> None:
    """Bring what has waited longer than this into the lake, for whoever counts from it now."""
    if outbox.backlog()[1] > seconds:
        hear_facts(at_once=True)


def hear_facts(*, at_once: bool = False) -> int:
    """Act on every fact that waits; returns how many were heard. `at_once`: also on receipts that came just now."""
    bundle_receipts(at_once=at_once)
    return outbox.drain(HEARERS, leave={receipts.RECORDED, receipts.CLAIMED, naming.MOVED})
