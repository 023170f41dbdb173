"""Points and coupons that are promised to a basket at the till, for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huitou.access.terms import KeySeen
from huitou.bulk.trip import Trip, trip
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import StoreSeen
from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import HoldDiffers, HoldEnded
from huitou.loyalty.terms import Account, HoldSeen
from huitou.members import service as members
from huitou.members.errors import SpendingNeedsCode
from huitou.members.terms import MemberRef, RefKind
from huitou.offers.errors import CouponUnknown
from huitou.offers.service import till as offers
from huitou.offers.terms.coupons import CouponAtTill
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.recording import answers
from huitou.usecases.recording.errors import CodeSpent, MemberUnknown
from huitou.usecases.recording.placing import own_store, settled

HOLD_MINUTES = 15


@dataclass(frozen=True, slots=True)
class HoldAsked:
    """What a basket is going to use. `store` is a code; coupons that only some stores take need it."""

    member: MemberRef | None
    points: int
    coupons: tuple[str, ...] = ()
    store: str | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    account: Account | None
    points: HoldSeen | None
    coupons: tuple[CouponAtTill, ...]
    ends_at: datetime | None
    state: str = "open"


def hold_key(source: str, basket: str) -> str:
    """A basket's name is its till system's own: two systems may use the same one."""
    return f"{source}/{basket}"


def hold(caller: KeySeen, basket: str, asked: HoldAsked, *, now: datetime) -> dict[str, Any]:
    """Promise points and coupons to a basket; asked again it is the same promise, with other coupons it is of those.
    Asked for coupons alone, the points that it holds stay with it, and are told.

    Raises SpendingNeedsCode, CodeSpent, MemberUnknown, StoreUnknown, StoreNotOfKey, what the ledger refuses
    (NotEnoughPoints, HoldDiffers, HoldEnded), and the refusal of the first coupon that may not be used.
    """
    store = None
    if asked.store is not None:
        store = own_store(caller, asked.store, catalogue.stores_of([asked.store]))
    if asked.points and (asked.member is None or asked.member.kind != RefKind.CODE):
        raise SpendingNeedsCode()
    key = hold_key(caller.name, basket)
    return _told(basket, lambda: _hold(key, asked, store, now))


def _hold(key: str, asked: HoldAsked, store: StoreSeen | None, now: datetime) -> _Held:
    ref, member = asked.member, None
    with trip() as first:
        loyalty.one_holds(first, key)
        looked = members.find(first, [ref], at=now) if ref is not None else None
        found = loyalty.holder_of(first, key)
        if looked is not None:
            (member,) = looked.ids()
        holds = found.row()
    if ref is not None and member is None:
        raise MemberUnknown()
    until = now + timedelta(minutes=HOLD_MINUTES)
    holder = holds[0] if holds is not None and holds[1] == "open" else None
    theirs = holder if member is None else member
    with trip() as second:
        account = None
        if theirs is not None:
            account = loyalty.lock_accounts(second, [theirs], chain_moment(now)).read()[theirs]
        coupons, proof, shown = _coupons(second, key, asked, member, store, now)
        again = holds is not None and holds[0] == member
        # The code was shown for what the basket holds; a promise that has ended proves nothing any more.
        shown = shown or (again and holds is not None and holds[1] == "open")
        if (asked.points and not again) or (proof and not shown):
            _prove(second, ref, member, now)
        points = None
        if asked.points:
            assert account is not None
            points = loyalty.hold(second, account, key, asked.points, until)
        elif account is not None and holder == theirs:
            points = loyalty.still_held(second, account, key)
        if points is not None:
            account, until = points.account, points.ends_at
        # Coupons that it holds already end when they were going to; a hold whose time was over begins anew.
        held = [one for one in coupons if one.hold_key == key and offers.is_held(one, now)]
        ends = min((one.held_until for one in held if one.held_until), default=until)
        offers.hold(second, coupons, key, ends, now=now)
    return _Held(account, points, tuple(coupons), ends)


def _coupons(
    trip: Trip, key: str, asked: HoldAsked, member: int | None, store: StoreSeen | None, now: datetime
) -> tuple[list[CouponAtTill], bool, bool]:
    """The coupons, locked; whether the member has to prove themselves for one of them; whether the basket holds some
    that asked for it already."""
    found = offers.read_coupons(offers.ask_coupons(trip, asked.coupons, key))
    day = chain_moment(now).today if store is None else catalogue.business_date(store, now)
    wanted: list[CouponAtTill] = []
    for code in asked.coupons:
        coupon = offers.meant(code, found)
        if coupon is None:
            raise CouponUnknown(coupon=code[:40])
        store_id = store.id if store is not None else -1
        refusal = offers.refusal_of(coupon, member=member, store_id=store_id, day=day, basket=key, now=now)
        if refusal is not None:
            raise refusal
        if coupon not in wanted:
            wanted.append(coupon)
    proof = any(offers.needs_proof(coupon, key, now) for coupon in wanted)
    mine = [one for one in found if one.hold_key == key and offers.is_held(one, now)]
    return wanted, proof, any(one.member == member is not None for one in mine)


def _prove(trip: Trip, ref: MemberRef | None, member: int | None, now: datetime) -> None:
    if ref is None or ref.kind != RefKind.CODE or member is None:
        raise SpendingNeedsCode()
    if members.spend_code(trip, ref, member, at=now).count() == 0:
        raise CodeSpent()


def release(caller: KeySeen, basket: str, *, now: datetime) -> dict[str, Any]:
    """Give a basket's points and coupons free; asked again it is the same answer. A basket that holds nothing is free
    already: a till whose first answer was lost asks again. Raises HoldEnded."""
    return _told(basket, lambda: _release(hold_key(caller.name, basket), now))


def _release(key: str, now: datetime) -> _Held:
    with trip() as first:
        holder = loyalty.holder_of(first, key).row()
        if holder is None:
            offers.release(first, key)
    if holder is None:
        return _Held(None, None, (), None, "released")
    member = holder[0]
    with trip() as second:
        account = loyalty.lock_accounts(second, [member], chain_moment(now)).read()[member]
        seen = loyalty.release(second, account, key)
        offers.release(second, key)
    return _Held(seen.account, seen, (), seen.ends_at, seen.state)


def _told(basket: str, work: Callable[[], _Held]) -> dict[str, Any]:
    """What the work says; its refusals name the basket as the till does."""
    try:
        held = settled(work)
    except (HoldDiffers, HoldEnded) as refusal:
        raise type(refusal)(**{**refusal.facts, "key": basket}) from refusal
    return {
        "basket": basket,
        "state": held.points.state if held.points is not None else held.state,
        "points": held.points.points if held.points is not None else 0,
        "coupons": [offers.shown_code(one.code) for one in held.coupons],
        "ends_at": held.ends_at.isoformat() if held.ends_at is not None else None,
        **answers.of_account(held.account),
    }
