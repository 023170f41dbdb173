"""In which order lots are spent, and how a burn or a hold is spread over them (L8, L9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from huitou.loyalty.terms import Account, Share, SpendableLot

NAME = "soonest_expiry_first"
VERSION = 1


def burn_order(lot: SpendableLot) -> tuple[date, datetime, int]:
    """Points that expire soonest first, then those that were earned first; what never expires comes last."""
    return (lot.expires_on or date.max, lot.earned_at, lot.id)


def spread(points: int, lots: Sequence[SpendableLot]) -> list[Share]:
    """Take up to `points` from the free part of the lots, in burn order; fewer where they hold fewer."""
    taken = []
    for lot in sorted(lots, key=burn_order):
        share = min(points, lot.free)
        if share > 0:
            taken.append(Share(lot.id, share))
            points -= share
    return taken


def first_of(points: int, promised: Sequence[Share]) -> list[Share]:
    """The first `points` of what was promised, or all of it where it is less."""
    taken = []
    for share in promised:
        part = min(points, share.points)
        if part > 0:
            taken.append(Share(share.id, part))
            points -= part
    return taken


def spendable(account: Account) -> int:
    """What a member can spend or hold now; nothing while they owe more than they have (L6)."""
    return max(0, account.available)
