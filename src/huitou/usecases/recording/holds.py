"""Points that are promised to a basket at the till, for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import HoldDiffers, HoldEnded, HoldUnknown
from huitou.loyalty.terms import HoldSeen
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef, RefKind
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.recording import answers
from huitou.usecases.recording.errors import CodeSpent, MemberUnknown
from huitou.usecases.recording.placing import settled

HOLD_MINUTES = 15


def hold_key(source: str, basket: str) -> str:
    """A basket's name is its till system's own: two systems may use the same one."""
    return f"{source}/{basket}"


def hold_points(caller: KeySeen, basket: str, ref: MemberRef, points: int, *, now: datetime) -> dict[str, Any]:
    """Promise points to a basket; asked again it is the same promise.

    Raises SpendingNeedsCode, CodeSpent, MemberUnknown, and what the ledger refuses: NotEnoughPoints, HoldDiffers,
    HoldEnded.
    """
    if ref.kind != RefKind.CODE:
        raise SpendingNeedsCode()
    key = hold_key(caller.name, basket)
    return _told(basket, lambda: _hold(key, ref, points, now))


def _hold(key: str, ref: MemberRef, points: int, now: datetime) -> HoldSeen:
    with trip() as first:
        loyalty.one_holds(first, key)
        looked = members.find(first, [ref], at=now)
        asked = loyalty.holder_of(first, key)
        (member,) = looked.ids()
        holder = asked.row()
        again = holder is not None and holder[0] == member
    if member is None:
        raise MemberUnknown()
    with trip() as second:
        account = loyalty.lock_accounts(second, [member], chain_moment(now)).read()[member]
        if not again and members.spend_code(second, ref, member, at=now).count() == 0:
            raise CodeSpent()
        return loyalty.hold(second, account, key, points, now + timedelta(minutes=HOLD_MINUTES))


def release_points(caller: KeySeen, basket: str, *, now: datetime) -> dict[str, Any]:
    """Give a basket's points free; asked again it is the same answer. Raises HoldUnknown or HoldEnded."""
    return _told(basket, lambda: _release(hold_key(caller.name, basket), basket, now))


def _release(key: str, basket: str, now: datetime) -> HoldSeen:
    with trip() as first:
        holder = loyalty.holder_of(first, key).row()
    if holder is None:
        raise HoldUnknown(key=basket)
    member = holder[0]
    with trip() as second:
        account = loyalty.lock_accounts(second, [member], chain_moment(now)).read()[member]
        return loyalty.release(second, account, key)


def _told(basket: str, work: Callable[[], HoldSeen]) -> dict[str, Any]:
    """What the work says; its refusals name the basket as the till does."""
    try:
        seen = settled(work)
    except (HoldDiffers, HoldEnded) as refusal:
        raise type(refusal)(**{**refusal.facts, "key": basket}) from refusal
    return {
        "basket": basket,
        "state": seen.state,
        "points": seen.points,
        "ends_at": seen.ends_at.isoformat(),
        **answers.of_account(seen.account),
    }
