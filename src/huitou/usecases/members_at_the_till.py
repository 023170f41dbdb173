"""The person at the till: who it is, how they become a member, and what they did without buying."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.timezone import localtime

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.kernel.ids import member_code, member_number
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.errors import CodeUnknown
from huitou.members.terms import AtTheTill, MemberRef, NewEvent, RefKind, Registration
from huitou.offers.errors import CouponUnknown
from huitou.usecases.prompts import prompts_of
from huitou.usecases.recording.placing import own_store, settled
from huitou.usecases.till_terms import EventSaid, Newcomer

MOST_CANDIDATES = 10


class Place(NamedTuple):
    """Where a call comes from: a store's code and its till, where it says them, and the address that it came from."""

    store: str | None
    till: str | None
    address: str = ""

    def __str__(self) -> str:
        return f"{self.store or ''}/{self.till or ''}"


NOWHERE = Place(None, None)
SEARCH = "search"
"""Words: a name, its pinyin or initials, the last four digits of a phone."""


def identify(caller: KeySeen, query: str, kind: str | None, *, now: datetime, place: Place = NOWHERE) -> dict[str, Any]:
    """Who stands at the till: one member, or those whom the words may mean, or nobody.

    A member belongs to the chain: a card, a phone, a code or a number finds any of them. Words and last digits, which
    list people, find members of the key's own stores. Raises CodeUnknown and TooManyWrongCodes.
    """
    ref = MemberRef(kind, query) if kind else _meant(query)
    with guesses_counted(caller, ref, now=now, place=place):
        member = _find(ref, now) if ref.kind != SEARCH else None
    if member is None and kind is None and ref.kind == RefKind.PHONE:
        member = _find(MemberRef(RefKind.CARD, query), now)  # cards of twelve digits read like a phone too
    if member is None and (kind == SEARCH or kind is None):
        stores = list(caller.store_ids) or None
        hits = members.look_up(query, stores=stores, limit=MOST_CANDIDATES + 1)
    else:
        hits = [member] if member is not None else []
    shown = members.at_the_till(hits[:MOST_CANDIDATES])
    only = shown[0] if len(hits) == 1 else None
    return {
        "member": _whole(only, now, proved=ref.kind == RefKind.CODE) if only else None,
        "candidates": [] if only else [_told(one) for one in shown],
        "more": len(hits) > MOST_CANDIDATES,
    }


@contextmanager
def guesses_counted(
    caller: KeySeen, ref: MemberRef | None, *, now: datetime, place: Place = NOWHERE, coupons: bool = False
) -> Iterator[None]:
    """Inside, a member code that does not hold, or a coupon that nobody has, is counted against its key and till, in
    every call that takes one, and against its address: one till that guesses shuts nobody else out.

    Raises TooManyWrongCodes where the till has been guessing, TooManyWrongCoupons where the call presents `coupons`.
    Stands around the call's transaction: the count stays.
    """
    if not coupons and (ref is None or ref.kind != RefKind.CODE):
        yield
        return
    members.require_few_wrong_codes(caller.name, str(place), place.address, at=now, coupons=coupons)
    try:
        yield
    except (CodeUnknown, CouponUnknown):
        members.note_wrong_code(caller.name, str(place), place.address, at=now)
        raise


@contextmanager
def wrong_codes_noted(
    caller: KeySeen, place: Place, *, now: datetime, counted: bool
) -> Iterator[Callable[[int], None]]:
    """Inside, coupons that nobody has are counted like wrong member codes, by whoever is given to: who guesses codes of
    one kind is refused both. Raises TooManyWrongCoupons where the till has been guessing."""
    if counted:
        members.require_few_wrong_codes(caller.name, str(place), place.address, at=now, coupons=True)

    def note(wrong: int) -> None:
        for _ in range(wrong):
            members.note_wrong_code(caller.name, str(place), place.address, at=now)

    yield note


def _meant(query: str) -> MemberRef:
    """What a cashier types or scans without saying what it is."""
    if members.looks_like_code(query):
        return MemberRef(RefKind.CODE, query)
    if member_number(query):
        return MemberRef(RefKind.MEMBER, query)
    if members.looks_like_phone(query):
        return MemberRef(RefKind.PHONE, query)
    return MemberRef(RefKind.CARD, query)


def _find(ref: MemberRef, now: datetime) -> int | None:
    with trip() as one:
        (member,) = members.find(one, [ref], at=now).ids()
    return member


def _told(one: AtTheTill) -> dict[str, Any]:
    return {"member": member_code(one.id), "name": one.name, "phone": one.masked_phone, "layer": one.layer or None}


def _whole(one: AtTheTill, now: datetime, *, proved: bool) -> dict[str, Any]:
    birthday = one.birthday
    return {
        **_told(one),
        "tier": members.tier_of(one.id, localtime(now).date()) or None,
        "birthday_month": birthday.month if birthday else None,
        "balance": loyalty.balance_of(one.id),
        "may_spend": proved,
        "prompts": prompts_of(one.id, today=localtime(now).date()),
    }


def register(caller: KeySeen, person: Newcomer, *, today: date) -> dict[str, Any]:
    """Make a member, or complete the one whom an identity names; the same again changes nothing.

    Raises StoreUnknown, StoreNotOfKey, IdentityOfOthers and NotAPhone.
    """
    store_id = _own_store(caller, person.store)
    registration = Registration(person.name, person.identities, person.birthday, today, store_id, person.phone_proven)
    member, state = settled(lambda: members.register(registration))
    (shown,) = members.at_the_till([member])
    return {**_told(shown), "state": state.value}


def record_event(caller: KeySeen, said: EventSaid, *, now: datetime) -> dict[str, Any]:
    """Keep an event, once. Whom nobody knows is no reason to lose it.

    Raises StoreUnknown, StoreNotOfKey and EventDiffers.
    """
    store_id = _own_store(caller, said.store) if said.store is not None else None
    event = NewEvent(caller.name, said.source_id, said.kind, said.member, store_id, said.at, said.detail)

    def keep() -> bool:
        member = origin = None
        if said.member is not None:
            with trip() as one:
                looked = members.find(one, [said.member], at=now, strict=False)
                (member,), (origin,) = looked.ids(), looked.origins()
        return members.record_event(event, member, origin)

    new = settled(keep)
    return {"id": said.source_id, "status": "recorded" if new else "replayed"}


def _own_store(caller: KeySeen, code: str) -> int:
    return own_store(caller, code, catalogue.stores_of([code])).id
