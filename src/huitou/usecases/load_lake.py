"""What the outbox says of receipts goes into the lake: each import once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from huitou.catalogue import service as catalogue
from huitou.kernel.ids import ImportId
from huitou.lake import service as lake
from huitou.outbox import service as outbox
from huitou.outbox.terms import Fact
from huitou.receipts import service as receipts


def load_batch(fact: Fact) -> None:
    """Append the lines of an import to the lake. Heard twice it acts once: the lake knows its batches by name."""
    _load(ImportId(fact.body["batch"]))


def repair_lake() -> int:
    """Append every import that the lake lacks, as after its folder was lost or restored; returns how many lines."""
    return sum(_load(batch) for batch in receipts.batches() if not lake.holds(f"import/{batch}"))


def _load(batch: ImportId) -> int:
    return lake.append(f"import/{batch}", receipts.batch_lines(batch, settings.TIME_ZONE), catalogue.product_table())


HEARERS: Mapping[str, Callable[[Fact], None]] = {"receipts_taken": load_batch}


def hear_facts() -> int:
    """Act on every fact that waits; returns how many were heard."""
    return outbox.drain(HEARERS)
