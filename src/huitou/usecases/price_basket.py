"""What a basket costs before it is paid: the programme of now, the member's tier and coupons, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import MemberFacts, MemberRef
from huitou.offers.errors import CouponUnknown
from huitou.offers.service import as_json, programmes
from huitou.offers.service import till as offers
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.terms import Answer, Limits
from huitou.offers.terms.coupons import CouponAtTill
from huitou.segments.service import live
from huitou.usecases.members_at_the_till import wrong_codes_noted
from huitou.usecases.recording.errors import MemberUnknown
from huitou.usecases.recording.holds import hold_key
from huitou.usecases.recording.placing import own_store
from huitou.usecases.recording.reckoning import Basket, Scanned, basket_of, request_of

QUOTE_MINUTES = 15
"""A till that pays later than this asks again."""


@dataclass(frozen=True, slots=True)
class BasketAsked:
    """A basket as the door has read it. `store` is a code."""

    store: str
    till: str
    channel: str
    member: MemberRef | None
    lines: tuple[Scanned, ...]
    coupons: tuple[str, ...]
    hold: str | None
    """The basket's own key, where it holds coupons already."""
    deadline_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is told, and of each coupon that may not be used why."""

    told: dict[str, Any]
    refused: dict[str, HuitouError]


def price_basket(caller: KeySeen, asked: BasketAsked, *, now: datetime) -> Quoted:
    """Raises StoreUnknown, StoreNotOfKey, MemberUnknown, CodeUnknown, PriceMissing, TooManyWrongCodes, and what the
    engine refuses. A coupon that may not be used refuses nothing: it is told beside the price."""
    store = own_store(caller, asked.store, catalogue.stores_of([asked.store]))
    day = catalogue.business_date(store, now)
    basket = basket_of(asked.lines, catalogue.goods_at_the_till([one.sku for one in asked.lines]))
    programme = programmes.programme_now()
    member = _member(asked.member, now)
    with wrong_codes_noted(caller, (asked.store, asked.till), now=now, counted=bool(asked.coupons)) as note:
        with trip() as one:
            facts_asked = members.ask_facts(one, member, day) if member is not None else None
            segments_asked = live.ask_names(one, member, now) if member is not None else None
            balance_asked = loyalty.ask_balance(one, member) if member is not None else None
            named = offers.ask_coupons(one, asked.coupons, lock=False) if asked.coupons else None
            wallet_asked = offers.ask_wallet(one, member, day) if member is not None else None
            counted = offers.ask_counted(one, programme, member, store.id, day)
            facts = members.read_facts(facts_asked) if facts_asked is not None else None
            segments = live.read_names(segments_asked) if segments_asked is not None else ()
            balance = (balance_asked.row() or (0, 0)) if balance_asked is not None else (0, 0)
            found = offers.read_coupons(named) if named is not None else []
            wallet = offers.read_coupons(wallet_asked) if wallet_asked is not None else []
            left = offers.left_of(programme, counted, member=member, day=day)
        key = hold_key(caller.name, asked.hold) if asked.hold else None
        presented, refused = _judged(asked.coupons, found, member=member, store_id=store.id, day=day, key=key, now=now)
        note(sum(isinstance(refusal, CouponUnknown) for refusal in refused.values()))
    wallet = [
        one for one in wallet
        if one not in presented and offers.refusal_of(
            one, member=member, store_id=store.id, day=day, basket=key, now=now) is None
    ]  # fmt: skip
    request = request_of(
        basket, store=store, channel=asked.channel, at=now, member=facts, segments=segments, balance=balance[0],
        presented=presented, wallet=wallet,
    )  # fmt: skip
    answer = _priced(request, programme, left, asked.deadline_ms)
    told = _told(answer, basket, programme, facts, balance, presented, now)
    return Quoted(told, refused)


def _member(ref: MemberRef | None, now: datetime) -> int | None:
    if ref is None:
        return None
    with trip() as one:
        (member,) = members.find(one, [ref], at=now).ids()
    if member is None:
        raise MemberUnknown()
    return member


def _judged(
    codes: Sequence[str],
    found: Sequence[CouponAtTill],
    *,
    member: int | None,
    store_id: int,
    day: Any,
    key: str | None,
    now: datetime,
) -> tuple[list[CouponAtTill], dict[str, HuitouError]]:
    usable: list[CouponAtTill] = []
    refused: dict[str, HuitouError] = {}
    for code in codes:
        coupon = offers.meant(code, found)
        refusal: HuitouError | None = CouponUnknown(coupon=code[:40])
        if coupon is not None:
            refusal = offers.refusal_of(coupon, member=member, store_id=store_id, day=day, basket=key, now=now)
        if refusal is not None:
            refused[code] = refusal
        elif coupon is not None and coupon not in usable:
            usable.append(coupon)
    return usable, refused


def _priced(request: Any, programme: ProgrammeNow, left: dict[str, Limits], deadline_ms: int | None) -> Answer:
    if deadline_ms is None:
        return offers.price_now(request, programme, left)
    return offers.price_now(request, programme, left, deadline_ms)


def _told(
    answer: Answer,
    basket: Basket,
    programme: ProgrammeNow,
    member: MemberFacts | None,
    balance: tuple[int, int],
    presented: Sequence[CouponAtTill],
    now: datetime,
) -> dict[str, Any]:
    written: dict[str, Any] = as_json(answer)
    used = set(answer.coupons_used)
    return {
        "programme": programme.version,
        "at": now.isoformat(timespec="seconds"),
        "expires_at": (now + timedelta(minutes=QUOTE_MINUTES)).isoformat(timespec="seconds"),
        "member": None if member is None else member_code(member.id),
        "tier": member.tier or None if member is not None else None,
        "available": None if member is None else balance[0] - balance[1],
        **{field: written[field] for field in ("currency", "total_before", "discount", "total")},
        "points": answer.points,
        "lines": _lines(written["units"], basket),
        "applied": [
            {**one, "coupons": [offers.shown_code(code) for code in one["coupons"]]} for one in written["applied"]
        ],
        "benefits": written["benefits"],
        "not_applied": written["not_applied"],
        "coupons": [
            {"coupon": offers.shown_code(one.code), "kind": one.kind, "used": one.code in used} for one in presented
        ],
        "suggestions": [
            {**one, "coupon": offers.shown_code(one["coupon"]) if one["coupon"] else None}
            for one in written["suggestions"]
        ],
        **{field: written[field] for field in ("optimal", "at_most_better", "cut")},
    }


def _lines(units: Sequence[dict[str, Any]], basket: Basket) -> list[dict[str, Any]]:
    """Of each line of the till what it costs now, and who took what off it."""
    found: dict[int, dict[str, Any]] = {}
    for line, fen in basket.before.items():
        found[line] = {"line": line, "before": fen, "amount": 0, "takings": {}}
    for unit in units:
        told = found[basket.line_of[unit["line"] - 1]]
        told["amount"] += _fen(unit["after"]) * unit["pieces"]
        for taking in unit["takings"]:
            key = (taking["offer"], offers.shown_code(taking["coupon"]) if taking["coupon"] else None)
            told["takings"][key] = told["takings"].get(key, 0) + _fen(taking["off"]) * unit["pieces"]
    return [
        {
            "line": one["line"],
            "before": _yuan(one["before"]),
            "discount": _yuan(one["before"] - one["amount"]),
            "amount": _yuan(one["amount"]),
            "takings": [
                {"offer": offer, "coupon": coupon, "off": _yuan(off)} for (offer, coupon), off in one["takings"].items()
            ],
        }
        for one in found.values()
    ]


def _fen(text: str) -> int:
    return int(text.replace(".", "", 1))


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
