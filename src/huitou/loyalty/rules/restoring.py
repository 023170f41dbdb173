"""How spent points come back when the sale that they paid is returned (L11)."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.kernel.shares import largest_remainder
from huitou.loyalty.terms import Share, Spent

NAME = "restore_to_own_lots"
VERSION = 1
HONOURED = 0
"""Stands for the lot of what was honoured: no lot has this id."""


def restore(points: int, spent: Sequence[Spent]) -> list[Share]:
    """Spread what comes back over what each lot gave and has not got back (largest remainder, ties to the first).

    No lot gets back more than it gave, and everything returned gives everything back. What was honoured comes back in
    the same proportion, to the account `honoured`, never to the member.
    """
    missing = [part.points - part.restored for part in spent]
    assert points <= sum(missing), "more points came back than were spent"
    return [
        Share(part.lot_id or HONOURED, share)
        for part, share in zip(spent, largest_remainder(points, missing), strict=True)
        if share > 0
    ]
