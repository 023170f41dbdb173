"""What a basket costs before it is paid: the programme of now, the member's tier and coupons, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from huitou.access.terms import KeySeen
from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.loyalty import service as loyalty
from huitou.members import service as members
from huitou.members.terms import MemberRef, RefKind
from huitou.offers.errors import CouponUnknown
from huitou.offers.service import giving, programmes, proving, quoting
from huitou.offers.service import till as offers
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.service.reckoning import Basket, basket_of, request_of
from huitou.offers.terms import Answer, Limits
from huitou.offers.terms.prompting import Prompt
from huitou.segments.service import live
from huitou.usecases import cashier_prompts
from huitou.usecases.members_at_the_till import Place, wrong_codes_noted
from huitou.usecases.recording.errors import MemberUnknown
from huitou.usecases.recording.holds import hold_key
from huitou.usecases.recording.placing import own_store
from huitou.usecases.till_terms import BasketAsked


@dataclass(frozen=True, slots=True)
class Quoted:
    """What is told, of each coupon that may not be used why, and what the goods let the cashier say."""

    told: dict[str, Any]
    refused: dict[str, HuitouError]
    prompts: list[Prompt]


def price_basket(caller: KeySeen, asked: BasketAsked, *, now: datetime, address: str = "") -> Quoted:
    """Raises StoreUnknown, StoreNotOfKey, MemberUnknown, CodeUnknown, PriceMissing, WeightMissing, TooManyWrongCoupons,
    and what the engine refuses. A coupon that may not be used refuses nothing: it is told beside the price. `address`:
    where the call comes from, against which wrong coupons are counted."""
    store = own_store(caller, asked.store, catalogue.stores_of([asked.store]))
    day = catalogue.business_date(store, now)
    basket = basket_of(asked.lines, catalogue.goods_at_the_till([one.sku for one in asked.lines]))
    programme = programmes.programme_now()
    member = _member(asked.member, now)
    set_off = cashier_prompts.set_off(basket.lines, day)
    key = hold_key(caller.name, asked.hold) if asked.hold else None
    place = Place(asked.store, asked.till, address)
    with wrong_codes_noted(caller, place, now=now, counted=bool(asked.coupons)) as note:
        with trip() as one:
            facts_asked = members.ask_facts(one, member, day) if member is not None else None
            segments_asked = live.ask_names(one, member, now) if member is not None else None
            balance_asked = loyalty.ask_balance(one, member) if member is not None else None
            rate_asked = loyalty.ask_rate(one, now) if member is not None else None
            holder_asked = loyalty.holder_of(one, key) if member is not None and key is not None else None
            named = offers.ask_coupons(one, asked.coupons, lock=False) if asked.coupons else None
            wallet_asked = offers.ask_wallet(one, member, day) if member is not None else None
            counted = offers.ask_counted(one, programme, member, store.id, day)
            answers_asked = cashier_prompts.ask_answers(one, set_off, member, now)
            facts = members.read_facts(facts_asked) if facts_asked is not None else None
            segments = live.read_names(segments_asked) if segments_asked is not None else ()
            balance = (balance_asked.row() or (0, 0)) if balance_asked is not None else (0, 0)
            found = offers.read_coupons(named) if named is not None else []
            wallet = offers.read_coupons(wallet_asked) if wallet_asked is not None else []
            left = offers.left_of(programme, counted, member=member, day=day)
            rate = loyalty.read_rate(rate_asked) if rate_asked is not None else None
            holder = holder_asked.row() if holder_asked is not None else None
            answers = members.read_answers(answers_asked) if answers_asked is not None else {}
        presented, refused = quoting.judged(
            asked.coupons, found, member=member, store_id=store.id, day=day, key=key, now=now
        )
        note(sum(isinstance(refusal, CouponUnknown) for refusal in refused.values()))
    wallet = [
        one for one in wallet
        if one not in presented and offers.refusal_of(
            one, member=member, store_id=store.id, day=day, basket=key, now=now) is None
    ]  # fmt: skip
    request = request_of(
        basket, store=store, channel=asked.channel, at=now, member=facts, segments=segments, balance=balance[0],
        presented=presented, wallet=wallet, zone=settings.TIME_ZONE, currency=settings.CURRENCY,
    )  # fmt: skip
    answer = quoting.promised(
        _priced(request, programme, left, asked.deadline_ms),
        member=facts is not None,
        budgets=left,
        worth_of=lambda points: rate.worth_of(points) if rate is not None else 0,
        kinds=programme.kinds,
        day=day,
    )
    quotas = offers.quotas_left(programme, facts, left)
    unproved = () if asked.member is not None and asked.member.kind == RefKind.CODE else wallet
    told = quoting.told(
        answer, basket, programme.version, facts, balance, presented, now, quotas, unproved=unproved
    )  # fmt: skip
    # What this very basket holds already may pay for it.
    own = holder[2] if holder is not None and holder[:2] == (member, "open") else 0
    told["proof"] = _proof(answer, basket, programme, store.id, asked, member, now)
    told["points_payment"] = loyalty.told_points_payment(
        rate, available=balance[0] - balance[1] + own, due_fen=int(answer.total)
    )
    say = cashier_prompts.to_tell(set_off, answers, member=member, segments=segments, store=store, day=day)
    return Quoted(told, refused, say)


def _proof(
    answer: Answer,
    basket: Basket,
    programme: ProgrammeNow,
    store_id: int,
    asked: BasketAsked,
    member: int | None,
    now: datetime,
) -> str | None:
    """What was reckoned, for the sale of just this basket."""
    scanned = {one.line: (one.sku, basket.milli[one.line], basket.before[one.line]) for one in asked.lines}
    used = frozenset(answer.coupons_used)
    return proving.proof_of(
        proving.Over(programme.version, now, store_id, asked.channel, member, scanned, used),
        proving.Reckoned(
            int(answer.total),
            offers.took_of(answer, programme, basket.line_of),
            offers.used_of(answer, programme),
            giving.given_of(answer, programme, basket.line_of),
        ),
        settings.SECRET_KEY,
    )


def _member(ref: MemberRef | None, now: datetime) -> int | None:
    if ref is None:
        return None
    with trip() as one:
        (member,) = members.find(one, [ref], at=now).ids()
    if member is None:
        raise MemberUnknown()
    return member


def _priced(request: Any, programme: ProgrammeNow, left: dict[str, Limits], deadline_ms: int | None) -> Answer:
    if deadline_ms is None:
        return offers.price_now(request, programme, left)
    return offers.price_now(request, programme, left, deadline_ms)
