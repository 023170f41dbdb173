"""What undoes an import of an old programme: called by whoever undoes imports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huitou.loyalty import service as loyalty
from huitou.offers import service as offers
from huitou.usecases.cut_over.tiers import write_down
from huitou.usecases.end_overdue_points import chain_moment

KINDS = ("balances", "tiers", "coupons")


@dataclass(frozen=True, slots=True)
class Undone:
    """What went: accounts, tiers' members or coupons; of accounts how many owe what was spent since, and how much; of
    coupons how many stay because a till has held or used them here."""

    count: int
    owing: int = 0
    points_owed: int = 0
    staying: int = 0


@transaction.atomic
def undo_brought(batch: int, kind: str, *, now: datetime, actor: str) -> Undone:
    """Take back what import `batch` of this kind brought. Twice changes nothing more. Members that it made stay."""
    assert kind in KINDS, f"{kind} is not of an old programme"
    moment = chain_moment(now)
    if kind == "balances":
        count, owing, points = loyalty.undo_openings(batch, actor=actor, moment=moment)
        return Undone(count, owing, points)
    if kind == "tiers":
        touched = loyalty.undo_tiers(batch, now=now)
        write_down(touched, moment.today)
        return Undone(len(touched))
    gone, staying = offers.undo_coupons(batch)
    return Undone(gone, staying=staying)
