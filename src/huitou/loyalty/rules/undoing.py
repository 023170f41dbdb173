"""How a posting of an import is taken back: the same moves the other way, and what is no longer there is owed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from huitou.loyalty.rules import reversal
from huitou.loyalty.terms import OwedDebt, SpendableLot

NAME = "undo"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Moves:
    """Points that the lot gets (negative: loses), how many of them repay debts at once, and those by programme role."""

    lot: int
    repaid: int
    programme: Mapping[str, int]
    expires_on: date | None = None
    """The last day of a lot that gets points back."""


def moves(
    kind: str,
    points: int,
    *,
    lot: SpendableLot,
    expired: int,
    owed: int,
    of_expired: int,
    debts: Sequence[OwedDebt],
) -> tuple[Moves, int]:
    """What taking back a posting moves, and the points that are owed from now on.

    `kind` is earn or reverse and `points` what it moved. `owed` and `of_expired` are the parts of a reversal that
    became a debt and that had expired; `expired` is how much of the lot expired; `debts` what is owed of this lot.
    """
    if kind == "earn":
        from_lot, gone, missing = reversal.sources(points, free=lot.free, expired=expired)
        return Moves(-from_lot, 0, {"issued": points, "expired": -gone}), missing
    back = points - of_expired
    repaid = min(owed, sum(debt.remaining for debt in debts))
    return Moves(back, repaid, {"reversed": -points, "expired": of_expired}, lot.expires_on), 0
