"""What a till asks of offers: a price by the programme that stands, coupons that are held and used, receipts settled.

What takes a `Trip` only queues its writing, and belongs inside a transaction.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from huitou.bulk.trip import Answer as Asked
from huitou.bulk.trip import Trip
from huitou.kernel.money import Money
from huitou.members.terms import MemberFacts
from huitou.offers.errors import CouponHeld
from huitou.offers.rules import giving_back, leaving, redeeming
from huitou.offers.rules import settled_words as words
from huitou.offers.rules.coupon_codes import shown, spellings
from huitou.offers.service import DEADLINE_MS, price, quoting
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.service.quoting import meant, refusal_of
from huitou.offers.store import brought, counting, quotas
from huitou.offers.store import programmes as store
from huitou.offers.store import redeeming as rows
from huitou.offers.terms import Answer, Limits, PriceRequest
from huitou.offers.terms.coupons import CouponAtTill, CouponEnded
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.settling import (
    GivenBackNow,
    LineBack,
    OfferUsed,
    OverLimit,
    QuotaLeft,
    QuotaTaken,
    Settling,
    Took,
)

RECKON_MS = 200
"""Reckoning a receipt again may take longer than a quote: nobody stands and waits, and it should find the same."""
GRACE_DAYS = 7
"""A coupon that comes back after its last day is good for so many more."""
FRESH_SECONDS = 1.0
"""How long a process believes what it read of budgets: by so much an offer may close late in quotes."""

__all__ = ["meant", "refusal_of"]

less_of_limits = leaving.less
shown_code, needs_proof, is_held = shown, redeeming.needs_proof, redeeming.is_held


# ---- looking


def ask_coupons(trip: Trip, codes: Sequence[str], hold_key: str | None = None, *, lock: bool = True) -> Asked:
    """Queue the question for coupons by their codes, however they were typed, and for those that a basket holds. With
    `lock`, after accounts."""
    return rows.ask(trip, [one for code in codes for one in spellings(code)], hold_key, lock=lock)


def ask_wallet(trip: Trip, member: int, day: date) -> Asked:
    """Queue the question for a member's coupons that are good on this day."""
    return rows.ask_wallet(trip, member, day)


def read_coupons(asked: Asked) -> list[CouponAtTill]:
    return rows.read(asked)


@dataclass(frozen=True, slots=True)
class Counted:
    """The questions how often limited offers were used: by the member, and in the store on the day; and what they gave
    to the member in the month."""

    member: Asked | None
    store: Asked | None
    quota: Asked | None


def ask_counted(trip: Trip, now: ProgrammeNow, member: int | None, store_id: int, day: date) -> Counted:
    """Queue them, where the programme has such limits at all."""
    terms = [one.terms for one in now.limited.values()]
    of_member = member is not None and any(one.counts_members for one in terms)
    of_store = any(one.per_store_day is not None for one in terms)
    of_month = member is not None and any(one.per_member_month_fen is not None for one in terms)
    return Counted(
        counting.ask_left_of_member(trip, member) if of_member and member is not None else None,
        counting.ask_left_of_store(trip, store_id, day) if of_store else None,
        quotas.ask_of_member(trip, member, day) if of_month and member is not None else None,
    )


def left_of(
    now: ProgrammeNow, counted: Counted, *, member: int | None, day: date, fresh: bool = False
) -> dict[str, Limits]:
    """What is left of each limited offer, by code, for one basket. `fresh`: budgets as they are, not as they were up to
    FRESH_SECONDS ago."""
    if not now.limited:
        return {}
    totals = _asked_totals(now) if fresh else _totals(now)
    ever: dict[int, int] = {}
    today: dict[int, int] = {}
    for offer_id, on, uses in counted.member.rows() if counted.member else []:
        (ever if on is None else today if on == day else {}).update({offer_id: uses})
    this_month = dict(counted.quota.rows()) if counted.quota else {}
    in_store = {offer_id: uses for offer_id, _, uses in counted.store.rows()} if counted.store else {}
    return {
        code: leaving.left_of_offer(
            one.terms, *totals.get(one.offer_id, (0, 0)), in_store.get(one.offer_id, 0),
            None if member is None else (
                ever.get(one.offer_id, 0), today.get(one.offer_id, 0), this_month.get(one.offer_id, 0)),
        )
        for code, one in now.limited.items()
    }  # fmt: skip


def quotas_left(now: ProgrammeNow, facts: MemberFacts | None, left: Mapping[str, Limits]) -> list[QuotaLeft]:
    """Of each offer with a quota that this member may have what is left of it, as `left_of` found it."""
    return quoting.quotas_left(now.compiled, {code: one.terms for code, one in now.limited.items()}, facts, left)


def given_in_month(members: Sequence[int], day: date) -> dict[int, dict[str, int]]:
    """Fen that offers with a quota gave to these members in the month of this day: member to offer to fen."""
    found: dict[int, dict[str, int]] = {}
    for offer, member, _, fen in quotas.of_members(members, day):
        found.setdefault(member, {})[offer] = fen
    return found


def told_left(now: ProgrammeNow, taken: Sequence[QuotaTaken]) -> list[dict[str, Any]]:
    """What is left of the quotas that a receipt took something of, as tills are told."""
    found = []
    for one in sorted(taken, key=lambda each: now.codes[each.offer_id]):
        code = now.codes[one.offer_id]
        most = now.offers[code].terms.per_member_month_fen or 0
        found.append(QuotaLeft(code, now.names[code], most, one.left_fen))
    return quoting.told_quotas(found)


def told_beyond(now: ProgrammeNow, over: Sequence[OverLimit]) -> list[dict[str, Any]]:
    """What went beyond limits and was honoured, as tills are told: a person of the chain sees it, too."""
    return [
        {"offer": code, "name": now.names.get(code) or code, "uses": one.uses, "amount": str(Money(one.fen))}
        for one in over
        if (code := now.codes.get(one.offer_id)) is not None
    ]


_totals_of: tuple[int, float, dict[int, tuple[int, int]]] = (0, float("-inf"), {})


def _totals(now: ProgrammeNow) -> dict[int, tuple[int, int]]:
    """(uses, fen) of the offers that are limited altogether, at most FRESH_SECONDS old."""
    global _totals_of
    version, looked_at, found = _totals_of
    if version != now.version or time.monotonic() - looked_at >= FRESH_SECONDS:
        found = _asked_totals(now)
        _totals_of = (now.version, time.monotonic(), found)
    return found


def _asked_totals(now: ProgrammeNow) -> dict[int, tuple[int, int]]:
    ids = [one.offer_id for one in now.limited.values() if _is_capped(one.terms)]
    return store.totals(ids) if ids else {}


def _is_capped(terms: OfferTerms) -> bool:
    return terms.budget_fen is not None or terms.uses is not None


def price_now(
    request: PriceRequest, now: ProgrammeNow, left: Mapping[str, Limits], deadline_ms: int = DEADLINE_MS
) -> Answer:
    """The best legal combination by this programme, within what is left of its limits. Raises what `price` raises."""
    return price(request, now.compiled, clock=time.perf_counter_ns, deadline_ms=deadline_ms, left=left)


def price_as_quoted(
    request: PriceRequest, now: ProgrammeNow, claimed: int, ask_left: Callable[[], Mapping[str, Limits]]
) -> Answer:
    """The price of a basket that was quoted a while ago, and for which `claimed` fen were paid. Raises what `price`
    raises.

    What was left of limits then nobody knows any more: at least what is left now. Where the price without limits is
    below what was paid, the one that lies nearest to it among those that limits allow is what was quoted.
    """
    nearest = price_now(request, now, {}, RECKON_MS)
    if claimed <= nearest.total or not any(one.offer in now.limited for one in nearest.applied):
        return nearest
    left_now, applied, missing = ask_left(), nearest.applied, 0
    for tried, left in enumerate(leaving.may_have_been_left(applied, left_now)):
        other = price_now(request, now, left, RECKON_MS)
        missing = other.total - claimed if tried == 0 else missing
        if abs(claimed - other.total) < abs(claimed - nearest.total):
            nearest = other
        if nearest.total == claimed:
            return nearest
    for left in leaving.widened(applied, left_now, missing) if missing > 0 else ():
        other = price_now(request, now, left, RECKON_MS)
        if other.total == claimed:
            return other
    return nearest


# ---- holding


def hold(trip: Trip, coupons: Sequence[CouponAtTill], key: str, until: datetime, *, now: datetime) -> None:
    """Promise locked coupons to a basket until then; others that it held are free again. Raises CouponHeld where the
    rows themselves refuse one."""
    asked = rows.hold(trip, coupons, key, until, now)
    held = {coupon_id for (coupon_id,) in asked.rows()} if coupons else set()
    for coupon in coupons:
        if coupon.id not in held:
            raise CouponHeld(coupon=shown(coupon.code))


def release(trip: Trip, key: str) -> Asked:
    """Free what a basket holds; `count()` says how many coupons."""
    return rows.release(trip, key)


# ---- settling


def took_of(answer: Answer, now: ProgrammeNow, line_of: Sequence[int]) -> tuple[Took, ...]:
    """What each application took off each of the till's lines. `line_of`: the till's line of each basket line."""
    summed: dict[tuple[int, int, str, int], int] = {}
    for unit in answer.units:
        for taking in unit.takings:
            key = (line_of[unit.line - 1], now.offers[taking.offer].offer_id, taking.coupon, taking.application)
            summed[key] = summed.get(key, 0) + taking.off * unit.pieces
    return tuple(Took(*key, fen) for key, fen in sorted(summed.items()))


def used_of(answer: Answer, now: ProgrammeNow) -> tuple[OfferUsed, ...]:
    """The offers that an answer applied, with who pays for them."""
    return tuple(
        OfferUsed(
            now.offers[one.offer].offer_id,
            one.applications,
            one.off,
            tuple((share.payer, int(share.amount)) for share in one.funding),
        )
        for one in answer.applied
    )


@dataclass(slots=True)
class Settled:
    """The questions that settling a receipt asked on its trip."""

    answers: list[Asked] = field(default_factory=list)
    quotas: quotas.Counting | None = None

    def beyond(self, taken: Sequence[QuotaTaken]) -> list[OverLimit]:
        """What went beyond limits, and was honoured; of quotas this is in what was `taken`. Sends the trip where an
        offer is limited."""
        over = {one.offer_id: OverLimit(one.offer_id, 0, one.over_fen) for one in taken if one.over_fen}
        for one in counting.beyond(self.answers):
            fen = over[one.offer_id].fen if one.offer_id in over else 0
            over[one.offer_id] = OverLimit(one.offer_id, one.uses, max(one.fen, fen))
        return [one for _, one in sorted(over.items())]

    def of_quotas(self) -> list[QuotaTaken]:
        """What was taken of the member's quotas, once. Sends the trip where there are any."""
        return self.quotas.taken() if self.quotas is not None else []


def settle(trip: Trip, one: Settling, now: ProgrammeNow) -> Settled:
    """Queue that a receipt was priced so, that it used its coupons, and what it takes of limits and budgets; all of
    it in the receipt's own transaction. The coupons are locked before."""
    counting.settle(trip, one)
    if one.coupons:
        rows.use(trip, one.coupons, one.receipt_id, one.business_date)
    if one.hold_key is not None:
        rows.release(trip, one.hold_key)
    return Settled(counting.count(trip, one, now.by_row), quotas.count(trip, one, now.by_row))


@dataclass(frozen=True, slots=True)
class AskedBack:
    """The questions what a sale used."""

    sale: int
    settled: Asked
    coupons: Asked


def ask_back(trip: Trip, sale: int) -> AskedBack:
    """Queue what a return has to know of its sale."""
    return AskedBack(sale, counting.ask_settled(trip, sale), rows.ask_used(trip, sale))


def give_back(
    trip: Trip,
    asked: AskedBack,
    return_id: int,
    lines: Sequence[LineBack],
    *,
    member: int | None,
    store_id: int,
    day: date,
) -> GivenBackNow:
    """Queue what a return gives back of offers and coupons, each once (C8). `store_id`: the sale's; `day`: the
    return's."""
    row = asked.settled.row()
    if row is None:
        return GivenBackNow()
    took, sold_on, given = words.took_of(json.loads(row[0])), row[1], words.given_of(json.loads(row[2]))
    used = asked.coupons.rows()
    gone_before = {code for code, gone in used if gone}
    due = giving_back.due_back(took, [code for code, _ in used], lines)
    gone = giving_back.gone_now(given, lines)
    # Coupons before tallies, and of these those of benefits before the others: one order everywhere.
    ended: tuple[CouponEnded, ...] = ()
    granting = [one.offer_id for one in gone if one.given.get("coupons")]
    if granting:
        rows_ended = brought.end(trip, asked.sale, granting, return_id, day).rows()
        ended = tuple(CouponEnded(*found) for found in rows_ended)
    if due.coupons:
        rows.give_back(trip, asked.sale, due.coupons, return_id, day, day + timedelta(days=GRACE_DAYS))
        if gone_before:
            brought.void_come_back(trip, sorted(gone_before), day)
    counting.uncount(
        trip, asked.sale, Counter(one.offer_id for one in gone), giving_back.fen_of_given(given, lines),
        member=member, store_id=store_id, day=sold_on,
    )  # fmt: skip
    counting.uncount(trip, asked.sale, due.uses, due.fen, member=member, store_id=store_id, day=sold_on)
    if member is not None:
        quotas.uncount(trip, due.fen, member=member, day=sold_on)
    theirs = [code for code in due.coupons if code not in gone_before]
    return GivenBackNow(tuple(map(shown, theirs)), due.fen, tuple(gone), ended)
