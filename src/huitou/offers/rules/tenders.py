"""Tenders pay what is due, in the order in which they were handed over; they change nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.rounding import spread
from huitou.offers.terms import Fen, Paid, Tender


def pay(tenders: Sequence[Tender], lines: Sequence[int], delivery: int) -> tuple[tuple[Paid, ...], int]:
    """What each tender pays and what is still due.

    `lines` is due for each line of the basket in fen; the delivery fee stands behind the last one and is paid with it.
    """
    left = [*lines, delivery]
    found = []
    for tender in tenders:
        amount = min(tender.amount, sum(left))
        parts = spread(amount, left, left)
        left = [due - part for due, part in zip(left, parts, strict=True)]
        shown = tuple(Fen(part) for part in parts[:-1])
        found.append(Paid(tender.kind, tender.id, Fen(amount), shown))
    return tuple(found), sum(left)
