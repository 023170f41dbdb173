"""How a member's balance of an old programme enters the books, and how it leaves them again.

The opening makes what the account held on the last day before the cut-over equal to what the old programme says: it
moves `sum of lots - owed - before`, where `before` is what our own books held for those days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huitou.loyalty.rules import debts as owing
from huitou.loyalty.rules import lots as spending
from huitou.loyalty.terms import OpenedLot, OpeningLot, OwedDebt, Share, SpendableLot

NAME = "carried_over"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """What one posting moves. `repaid[i]` of `lots[i]` goes at once; `owed`: what is owed from now on."""

    lots: tuple[OpeningLot, ...]
    repaid: tuple[int, ...]
    taken: tuple[Share, ...]
    """Points of lots of our own that days before the cut-over had earned."""
    debts_repaid: tuple[Share, ...]
    owed: int
    issued: int
    """On the programme's account; with everything else it sums to zero."""

    @property
    def moves(self) -> bool:
        return bool(self.lots or self.taken or self.debts_repaid or self.owed)


def burn_order(lot: OpeningLot) -> tuple[date, object]:
    """As lots are spent: what expires soonest first, of equals what was earned first."""
    return (lot.expires_on or date.max, lot.earned_at)


def plan(
    lots: Sequence[OpeningLot],
    owed: int,
    *,
    before: int,
    own: Sequence[SpendableLot],
    debts: Sequence[OwedDebt],
    given_back: OpeningLot | None = None,
) -> Plan:
    """What opens this account.

    `own`: lots that our books made for days before the cut-over, as they stand; `debts`: what is owed now. What the
    old programme says is owed, and what we had posted for its days, comes off our own lots first, then off the lots
    that come in, soonest expiry first; the rest is owed. Where our books said less than nothing for those days, debts
    are forgiven, and what later earnings had repaid of them comes back as `given_back`. What is left of the new lots
    repays older debts, as earnings do.
    """
    charge = owed + before
    forgiven = owing.repay(max(0, -charge), debts)
    still = max(0, -charge) - sum(share.points for share in forgiven)
    coming = sorted(lots, key=burn_order)
    if still and given_back is not None:
        coming.append(OpeningLot(still, given_back.earned_at, given_back.expires_on))
    taken = spending.spread(max(0, charge), own)
    left = max(0, charge) - sum(share.points for share in taken)
    by_forgiving = {share.id: share.points for share in forgiven}
    still_owed = [OwedDebt(debt.id, debt.lot_id, debt.remaining - by_forgiving.get(debt.id, 0)) for debt in debts]
    new_owed = max(0, left - sum(lot.points for lot in coming))
    to_pay = sum(lot.points for lot in coming) - (left - new_owed)
    repaying = owing.repay(to_pay, still_owed)
    going = left - new_owed + sum(share.points for share in repaying)
    repaid = []
    for lot in coming:
        repaid.append(min(lot.points, going))
        going -= repaid[-1]
    for share in repaying:
        by_forgiving[share.id] = by_forgiving.get(share.id, 0) + share.points
    return Plan(
        lots=tuple(coming),
        repaid=tuple(repaid),
        taken=tuple(taken),
        debts_repaid=tuple(Share(debt, points) for debt, points in by_forgiving.items()),
        owed=new_owed,
        issued=-(sum(lot.points for lot in lots) - charge),
    )


@dataclass(frozen=True, slots=True)
class BackPlan:
    """What undoes an opening."""

    taken: tuple[Share, ...]
    """Points of its lots that are still there."""
    given: tuple[Share, ...]
    """Points that go back to the lots of our own that the opening had taken them from."""
    owed: tuple[Share, ...]
    """What was spent, or is held, of each of its lots: owed of it from now on."""
    owed_again: int
    """Older debts that the opening had repaid."""
    forgiven: tuple[Share, ...]
    back: int
    """What later earnings repaid of a debt that the opening had made: comes back as a lot."""

    @property
    def issued(self) -> int:
        """On the programme's account; with everything else it sums to zero."""
        taken = sum(share.points for share in (*self.taken, *self.owed)) + self.owed_again
        return taken - sum(share.points for share in (*self.given, *self.forgiven)) - self.back


def plan_back(
    lots: Sequence[OpenedLot], *, given: Sequence[Share], repaid_debts: int, made_debt: OwedDebt | None, made: int
) -> BackPlan:
    """What takes an opening back. What of its lots has expired is gone already and is not owed.

    `given`: what it took of lots of our own that can still be spent; `made_debt`: the debt that it left, as it stands,
    which was of `made` points.
    """
    spent = [Share(lot.id, lot.original - lot.repaid - lot.free - lot.expired) for lot in lots]
    remaining = made_debt.remaining if made_debt else 0
    return BackPlan(
        taken=tuple(Share(lot.id, lot.free) for lot in lots if lot.free),
        given=tuple(share for share in given if share.points),
        owed=tuple(share for share in spent if share.points),
        owed_again=repaid_debts,
        forgiven=(Share(made_debt.id, remaining),) if made_debt and remaining else (),
        back=made - remaining,
    )
