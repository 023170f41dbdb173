"""The points of two members become one's, and two people's again (A5, M1): lots whole, by postings."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from huitou.bulk.trip import trip
from huitou.loyalty.errors import PointsHeld
from huitou.loyalty.store import expiring, moving
from huitou.loyalty.terms import Moment


@transaction.atomic
def merge(source: int, target: int, *, key: str, moment: Moment, actor: str) -> dict[str, int]:
    """All points of one member to another, lot by lot, debts and all: points by asset. What is overdue ends first.

    Nobody posts on the first one's accounts from now on (AccountMerged). Raises PointsHeld.
    """
    _settle_both(source, target, moment)
    return moving.move_all(source, target, key=key, actor=actor, today=moment.today)


@transaction.atomic
def part(
    source: int,
    target: int,
    *,
    origins: Sequence[int],
    receipts: Sequence[int],
    others: Sequence[int],
    key: str,
    moment: Moment,
    actor: str,
) -> dict[str, int]:
    """What is left of each lot that these members earned, or these receipts, goes back to `target`, and what is owed of
    it; points by asset. Receipts of `others` earned theirs while those were a part of `target`. Raises PointsHeld."""
    _settle_both(source, target, moment)
    return moving.move_theirs(
        source, target, origins=origins, receipts=receipts, others=others, key=key, actor=actor, today=moment.today
    )


def earned_in(member: int, origins: Sequence[int]) -> list[int]:
    """The receipts whose lots the member has now and that were posted on an account of one of these."""
    return moving.earned_in(member, origins)


def lock_both(member: int, other: int) -> None:
    """Until the transaction ends no till posts on the accounts of these two."""
    moving.lock([member, other])


def held_by(member: int) -> tuple[dict[str, tuple[int, int, int]], int]:
    """By asset the balance, what is owed of it and the number of lots with something left; and what baskets hold."""
    return moving.held_by(member)


def _settle_both(source: int, target: int, moment: Moment) -> None:
    accounts = moving.lock([source, target])
    with trip() as travel:
        expiring.time_out(travel, accounts, moment.now)
        expiring.expire_lots(travel, accounts, moment.today)
    until = moving.held_until(accounts)
    if until is not None:
        raise PointsHeld(until=until.isoformat(timespec="minutes"))
