"""The door of receipts, what the lake takes of them: lines of imports and of bundles, claims, and sums to compare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

import pyarrow as pa
from django.db import transaction

from huitou.kernel.ids import ImportId
from huitou.outbox import service as outbox
from huitou.receipts.rules import spans
from huitou.receipts.service import CLAIMED, RECORDED
from huitou.receipts.store import lake_side

BUNDLED = "receipts_bundled"
"""The outbox fact of receipts that go to the lake together: {bundle}."""


def batch_lines(batch: ImportId, zone: str) -> Iterable[pa.Table]:
    """Every line of an import for the lake, with the local time of `zone`."""
    return lake_side.batch_lines(batch, zone)


def bundle_lines(bundle: int, zone: str) -> Iterable[pa.Table]:
    """Every line of a bundle for the lake, with the local time of `zone`."""
    return lake_side.bundle_lines(bundle, zone)


def stand_as_they_came(batch: ImportId, count: int, first: int, last: int) -> bool:
    """Whether all `count` receipts that an import took are there, and none of them (ids from `first` to `last`) was
    claimed since. Asked inside `one_loads_the_lake`: what comes later is told to the lake later."""
    return lake_side.stand_as_they_came(batch, count, first, last)


@transaction.atomic
def make_bundle(limit: int) -> int | None:
    """Take up to `limit` receipts that the outbox tells of together, and let it tell of the bundle: {bundle}.

    None where no receipt waits.
    """
    lake_side.hold_bundling()
    recorded = sorted(body["id"] for body in outbox.take(RECORDED, limit))
    if not recorded:
        return None
    bundle = lake_side.insert_bundle(*spans.of(recorded))
    outbox.say(BUNDLED, bundle=bundle)
    return bundle


def bundles(*, after: int) -> list[int]:
    """Every bundle that was made after this one, oldest first."""
    return lake_side.bundles(after)


@contextmanager
def one_loads_the_lake() -> Iterator[None]:
    """Inside, nobody else writes to the lake: bundles come in the order of their numbers, no write meets another."""
    with transaction.atomic():
        lake_side.hold_loading()
        yield


def take_claims(limit: int) -> pa.Table:
    """The oldest claims that the lake has not heard of: (receipt_id, member_id); heard when the transaction commits."""
    bodies = outbox.take(CLAIMED, limit)
    return pa.table(
        {
            "receipt_id": pa.array([body["id"] for body in bodies], pa.int64()),
            "member_id": pa.array([body["member"] for body in bodies], pa.int64()),
        }
    )


def totals(*, bundles_held: int) -> dict[tuple[ImportId | None, date], tuple[int, int, int]]:
    """What the lake must hold by (import, first day of the month): (lines, quantity_milli, net_fen). An import of None
    stands for what came by the API and is in bundles up to `bundles_held`. Months that have left the books are in it.
    """
    recorded = [body["id"] for body in outbox.waiting(RECORDED)]
    found: dict[tuple[ImportId | None, date], tuple[int, int, int]] = {}
    parts = (
        lake_side.totals_of_imports(),
        lake_side.totals_of_bundles(recorded, bundles_held),
        lake_side.totals_gone(),
    )
    for batch, month, *sums in (total for part in parts for total in part):
        key = (None if batch is None else ImportId(batch), month)
        lines, quantity, net = found.get(key, (0, 0, 0))
        found[key] = (lines + sums[0], quantity + sums[1], net + sums[2])
    return found


def imports() -> list[ImportId]:
    """Every import that brought a receipt, oldest first."""
    return [ImportId(batch) for batch in lake_side.imports()]
