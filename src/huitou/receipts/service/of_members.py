"""The door of receipts, what some members bought: as the books have it at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from huitou.outbox import service as outbox
from huitou.receipts.service import CLAIMED, naming
from huitou.receipts.store import of_members as store

NOTHING = store.BOUGHT.empty_table()


def lines(members: Sequence[int], zone: str, since: date | None = None) -> Iterable[pa.Table]:
    """Every line with its receipt (`of_members.BOUGHT`), with the local time of `zone`; `since` leaves earlier business
    dates out. Months that have left the books are not in it."""
    return store.lines(members, zone, since)


def ahead_of_the_lake() -> list[int]:
    """Members whose claims or merges the lake has not heard of."""
    claimed = {body["member"] for body in outbox.waiting(CLAIMED)}
    moved = {member for body in outbox.waiting(naming.MOVED) for member in body["members"]}
    return sorted({*claimed, *moved})


def months_gone() -> list[date]:
    """The months whose receipts have left the books for the lake, oldest first."""
    return store.months_gone()
