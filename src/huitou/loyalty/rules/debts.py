"""How points that come in repay what is owed."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.loyalty.terms import OwedDebt, Share


def repay(points: int, debts: Sequence[OwedDebt]) -> list[Share]:
    """Up to `points` to the debts, oldest (smallest id) first."""
    paid = []
    for debt in sorted(debts, key=lambda debt: debt.id):
        share = min(points, debt.remaining)
        if share > 0:
            paid.append(Share(debt.id, share))
            points -= share
    return paid


def owed_of(lot_id: int, debts: Sequence[OwedDebt]) -> list[OwedDebt]:
    """The debts that are owed of this lot."""
    return [debt for debt in debts if debt.lot_id == lot_id]
