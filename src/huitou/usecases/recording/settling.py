"""A receipt that was quoted, or that used coupons: reckoned again by the programme that was quoted, and settled.

A sale that happened is never changed by it: what the till says is what was paid, and the difference is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.conf import settings

from huitou.bulk.trip import Answer, Trip, trip
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import HuitouError
from huitou.kernel.money import Money
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import PointsAsMoney
from huitou.members import service as members
from huitou.members.terms import MemberFacts
from huitou.offers.errors import CouponUnknown, QuotaSpent
from huitou.offers.service import giving, programmes, proving
from huitou.offers.service import till as offers
from huitou.offers.service.programmes import ProgrammeNow
from huitou.offers.service.reckoning import Scanned, basket_of, request_of
from huitou.offers.terms import Limits
from huitou.offers.terms.coupons import CouponAtTill
from huitou.offers.terms.settling import GivenBackNow, LineBack, Settling
from huitou.receipts.terms import SoldSale
from huitou.receipts.terms.conflicts import ConflictKind, NewConflict
from huitou.segments.service import live
from huitou.usecases.recording import benefits, points_money
from huitou.usecases.recording.holds import hold_key
from huitou.usecases.recording.placing import Placed, conflict_of
from huitou.usecases.till_terms import Sale


@dataclass(frozen=True, slots=True)
class Judged:
    """The coupons that a sale may use, and what a person must see of the others."""

    coupons: tuple[CouponAtTill, ...]
    conflicts: tuple[NewConflict, ...]
    needs_proof: bool
    """The member has to show their own code for one of them."""


def is_priced(sale: Placed) -> bool:
    """Whether anything of it has to be settled."""
    return isinstance(sale.said, Sale) and (sale.said.programme is not None or bool(sale.said.coupons))


def judge(
    sale: Placed, asked: Answer, receipt_id: int, member: int | None, key: str | None, now: datetime, *, offline: bool
) -> Judged:
    """Which of the coupons that the sale names it may use. Raises the first refusal; what was sold while nobody could
    ask is honoured where it can be, and listed."""
    assert isinstance(sale.said, Sale)
    found = offers.read_coupons(asked)
    today = catalogue.business_date(sale.store, now)
    usable: list[CouponAtTill] = []
    conflicts: list[NewConflict] = []
    for code in sale.said.coupons:
        coupon = offers.meant(code, found)
        refusal: HuitouError | None = CouponUnknown(coupon=code[:40])
        if coupon is not None:
            if coupon in usable:
                continue
            # The quote went by our day; the till's clock may be days off, and a sale of last night may be sent today.
            days = (sale.key.business_date,) if offline else (sale.key.business_date, today)
            refusals = [
                offers.refusal_of(
                    coupon, member=member, store_id=sale.store.id, day=day, basket=key, now=now, happened=offline
                )
                for day in days
            ]
            refusal = None if None in refusals else refusals[-1]
        if refusal is None:
            assert coupon is not None
            usable.append(coupon)
            continue
        if not offline:
            raise refusal
        conflicts.append(_listed(sale, receipt_id, member, code, refusal))
        # Nobody else has it and nobody made it worthless: it was used, too late or in the wrong hand.
        if coupon is not None and coupon.state not in ("used", "void") and not offers.is_held(coupon, now):
            usable.append(coupon)
    # What was sold while nobody could ask was proven as it stood then.
    then = now if not offline else sale.said.at if sale.alone is None else sale.alone.sold_at
    proof = any(offers.needs_proof(coupon, key, then) for coupon in usable)
    return Judged(tuple(usable), tuple(conflicts), proof)


def _listed(sale: Placed, receipt_id: int, member: int | None, code: str, refusal: HuitouError) -> NewConflict:
    base = conflict_of(ConflictKind.COUPON_HONOURED, sale, receipt_id, member)
    return NewConflict(
        kind=base.kind,
        store_id=base.store_id,
        source=base.source,
        digest=f"{base.digest}/{code}",
        body={**base.body, "coupon": code, "code": refusal.code, "says": str(refusal)},
        receipt_id=receipt_id,
        member_id=member,
    )


NO_COUPONS = Judged((), (), needs_proof=False)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A sale as it is settled, and the programme that reckoned it."""

    settling: Settling
    programme: ProgrammeNow
    conflicts: tuple[NewConflict, ...]
    needs_proof: bool
    rate: PointsAsMoney | None = None
    """What points are worth, for budgets; asked for where the sale is given any."""


def prepare(each: Sequence[tuple[Placed, int, int | None]], now: datetime, *, offline: bool) -> dict[int, Reckoned]:
    """Of each (sale, receipt, member) that has to be settled how it is; their coupons are locked, after the accounts.

    Raises the refusal of the first coupon that may not be used, and ProgrammeUnknown.
    """
    priced = [one for one in each if is_priced(one[0])]
    if not priced:
        return {}
    with trip() as one:
        asked = [_ask(one, *sale) for sale in priced]
        known = [
            (None if facts is None else _Buyer(members.read_facts(facts[0]), live.read_names(facts[1])), coupons)
            for facts, coupons in asked
        ]
        judged = [
            judge(sale, coupons, receipt_id, member, _key(sale), now, offline=offline) if coupons else NO_COUPONS
            for (sale, receipt_id, member), (_, coupons) in zip(priced, known, strict=True)
        ]
    found: dict[int, Reckoned] = {}
    before = _Before()
    for (sale, receipt_id, _), (buyer, _), usable in zip(priced, known, judged, strict=True):
        found[receipt_id] = reckon(sale, receipt_id, buyer, usable, _key(sale), before, offline=offline)
        before.note(found[receipt_id].settling)
    worth = [(sale, receipt_id) for sale, receipt_id, _ in priced if found[receipt_id].settling.gives_points]
    if worth:
        with trip() as one:
            rates = [loyalty.ask_rate(one, points_money.quoted_at(sale, now, offline)) for sale, _ in worth]
        for (_, receipt_id), rate in zip(worth, rates, strict=True):
            found[receipt_id] = replace(found[receipt_id], rate=loyalty.read_rate(rate))
    return found


@dataclass(slots=True)
class _Before:
    """What the sales before it in its piece take of limits: nobody has counted it yet."""

    taken: dict[int, tuple[int, int]] = field(default_factory=dict)
    """By offer: uses and fen, of anybody."""

    def note(self, settling: Settling) -> None:
        for one in settling.used:
            uses, fen = self.taken.get(one.offer_id, (0, 0))
            self.taken[one.offer_id] = (uses + one.uses, fen + one.fen)


@dataclass(frozen=True, slots=True)
class _Buyer:
    """The member as they were quoted: in the segments of that moment."""

    facts: MemberFacts
    segments: tuple[str, ...]


def _ask(
    trip: Trip, sale: Placed, receipt_id: int, member: int | None
) -> tuple[tuple[Answer, Answer] | None, Answer | None]:
    assert isinstance(sale.said, Sale)
    facts = None
    if member is not None:
        quoted = sale.said.quoted_at or sale.said.at
        facts = members.ask_facts(trip, member, sale.key.business_date), live.ask_names(trip, member, quoted)
    coupons = offers.ask_coupons(trip, sale.said.coupons, _key(sale)) if sale.said.coupons else None
    return facts, coupons


def _key(sale: Placed) -> str | None:
    assert isinstance(sale.said, Sale)
    return hold_key(sale.key.source, sale.said.hold) if sale.said.hold else None


def reckon(
    sale: Placed,
    receipt_id: int,
    buyer: _Buyer | None,
    judged: Judged,
    key: str | None,
    before: _Before,
    *,
    offline: bool,
) -> Reckoned:
    """What the sale's quote reckoned, as it proves it, or else its price by the programme that was quoted. Raises
    ProgrammeUnknown."""
    said = sale.said
    assert isinstance(said, Sale)
    now = _programme(said, offline=offline)
    claimed = sum(line.amount_fen for line in said.lines if line.quantity_milli > 0)
    found = None
    if said.programme is not None or judged.coupons:
        scanned = [
            Scanned(line.line, line.sku, line.quantity_milli, line.amount_fen + line.discount_fen)
            for line in said.lines
            if line.quantity_milli > 0 and line.amount_fen + line.discount_fen >= 0
        ]
        found = _proved(sale, scanned, buyer, judged, now) or _priced_again(
            sale, scanned, buyer, judged, now, claimed, before
        )
    if found is None:
        found = proving.Reckoned(claimed, (), (), ())
    settling = Settling(
        receipt_id=receipt_id,
        programme=now.version,
        business_date=sale.key.business_date,
        store_id=sale.store.id,
        member=None if buyer is None else buyer.facts.id,
        reckoned_fen=found.total_fen,
        claimed_fen=claimed,
        took=found.took,
        used=found.used,
        coupons=judged.coupons,
        hold_key=key,
        given=found.given,
    )
    return Reckoned(settling, now, judged.conflicts, judged.needs_proof)


def _proved(
    sale: Placed, scanned: Sequence[Scanned], buyer: _Buyer | None, judged: Judged, now: ProgrammeNow
) -> proving.Reckoned | None:
    """What the quote reckoned, where the sale is of just what was quoted and used the coupons that the quote used."""
    said = sale.said
    assert isinstance(said, Sale)
    if not said.proof or said.programme is None or said.quoted_at is None:
        return None
    over = proving.Over(
        programme=said.programme,
        at=said.quoted_at,
        store_id=sale.store.id,
        channel=said.channel,
        member=None if buyer is None else buyer.facts.id,
        lines={one.line: (one.sku, one.quantity_milli or 0, one.before_fen or 0) for one in scanned},
        coupons=frozenset(one.code for one in judged.coupons),
    )
    found = proving.proved(said.proof, over, settings.SECRET_KEY)
    asked = [each["kind"] for one in found.given for each in one.given.get("coupons", ())] if found else []
    # Another process may have read a kind of coupon that this one has not: it looks for itself then.
    return found if all(kind in now.kinds for kind in asked) else None


def _priced_again(
    sale: Placed,
    scanned: Sequence[Scanned],
    buyer: _Buyer | None,
    judged: Judged,
    now: ProgrammeNow,
    claimed: int,
    before: _Before,
) -> proving.Reckoned | None:
    """By the programme `now`; None where nobody could have quoted it: it stands as the till says."""
    said = sale.said
    assert isinstance(said, Sale)
    if not scanned:
        return None
    member = None if buyer is None else buyer.facts.id
    try:
        basket = basket_of(scanned, catalogue.goods_at_the_till([one.sku for one in scanned]))
        request = request_of(
            basket, store=sale.store, channel=said.channel, at=said.quoted_at or said.at,
            member=None if buyer is None else buyer.facts, segments=() if buyer is None else buyer.segments,
            balance=0, presented=judged.coupons, zone=settings.TIME_ZONE, currency=settings.CURRENCY,
        )  # fmt: skip
        answer = offers.price_as_quoted(request, now, claimed, lambda: _left(sale, member, now, before))
    except HuitouError:
        return None
    kept = giving.promised(
        answer, member=buyer is not None, budgets={}, worth_of=lambda _: 0, kinds=now.kinds,
        day=sale.key.business_date,
    )  # fmt: skip
    return proving.Reckoned(
        int(answer.total),
        offers.took_of(answer, now, basket.line_of),
        offers.used_of(answer, now),
        giving.given_of(kept, now, basket.line_of),
    )


def _left(sale: Placed, member: int | None, now: ProgrammeNow, before: _Before) -> dict[str, Limits]:
    """Of each limited offer what is left at least, as the books have it and its piece."""
    day = sale.key.business_date
    with trip() as one:
        left = offers.left_of(
            now,
            offers.ask_counted(one, now, member, sale.store.id, day),
            member=member,
            day=day,
            fresh=True,
        )
    return {
        code: offers.less_of_limits(limits, *before.taken.get(now.limited[code].offer_id, (0, 0)))
        for code, limits in left.items()
    }


def _programme(said: Sale, *, offline: bool) -> ProgrammeNow:
    if said.programme is None:
        return programmes.programme_now()
    try:
        return programmes.programme_at(said.programme)
    except HuitouError:
        if not offline:
            raise
        return programmes.programme_now()


def settle(
    trip: Trip, sale: Placed, reckoned: Reckoned, brought: benefits.Brought, *, offline: bool
) -> tuple[list[NewConflict], dict[str, Any]]:
    """Queue it: what a person must see; and as tills are told, what is left of the member's quotas and what went beyond
    limits. Raises QuotaSpent: of two tills that spend one quota the second hears that it is gone."""
    conflicts = list(reckoned.conflicts)
    one = brought.settling
    codes_of = reckoned.programme.codes
    settled = offers.settle(trip, one, reckoned.programme)
    giving.grant(trip, one, brought.coupons, actor=sale.key.source)
    quotas = settled.of_quotas()
    for taken in quotas if not offline else ():
        if taken.over_fen:
            left, asked = Money(taken.fen - taken.over_fen), Money(taken.fen)
            code = codes_of[taken.offer_id]
            raise QuotaSpent(offer=reckoned.programme.names.get(code) or code, left=str(left), asked=str(asked))
    beyond = [*settled.beyond(quotas), *brought.beyond()]
    for over in beyond:
        base = conflict_of(ConflictKind.OFFER_OVER_LIMIT, sale, one.receipt_id, one.member)
        conflicts.append(
            NewConflict(
                kind=base.kind,
                store_id=base.store_id,
                source=base.source,
                digest=f"{base.digest}/{over.offer_id}",
                body={**base.body, "offer": codes_of.get(over.offer_id), "uses": over.uses, "fen": over.fen},
                receipt_id=one.receipt_id,
                member_id=one.member,
            )
        )
    limits = {
        "quotas": offers.told_left(reckoned.programme, quotas),
        "beyond_limits": offers.told_beyond(reckoned.programme, beyond),
    }
    return conflicts, {field: said for field, said in limits.items() if said}


def free(trip: Trip, sale: Placed) -> None:
    """Queue the end of what its basket holds, where nothing of it is settled: whoever pays without the coupons after
    all leaves them free at once."""
    key = _key(sale)
    if key is not None:
        offers.release(trip, key)


def told(brought: benefits.Brought, limits: Mapping[str, Any], ended: Collection[str] = ()) -> dict[str, object]:
    """What the till is told of it. `limits`: as `settle` found them; `ended`: coupons that it brought and that are void
    already."""
    one = brought.settling
    difference = one.claimed_fen - one.reckoned_fen
    sign = "-" if difference < 0 else ""
    return {
        "programme": one.programme,
        "coupons_used": [offers.shown_code(coupon.code) for coupon in one.coupons],
        "difference": f"{sign}{abs(difference) // 100}.{abs(difference) % 100:02d}",
        **limits,
        **benefits.told(brought, ended),
    }


def lines_back(sale: SoldSale, return_id: int) -> list[LineBack]:
    """How much of each line of the sale is back before this return, and with it. The sale knows of all of them."""
    before: dict[int, int] = {}
    back: dict[int, int] = {}
    for part in sale.back:
        back[part.sale_line] = back.get(part.sale_line, 0) + part.quantity_milli
        if part.return_receipt != return_id:
            before[part.sale_line] = before.get(part.sale_line, 0) + part.quantity_milli
    return [
        LineBack(line.line, line.quantity_milli, before.get(line.line, 0), back.get(line.line, 0))
        for line in sale.lines
        if line.quantity_milli > 0
    ]


def give_back(
    trip: Trip, asked: offers.AskedBack, sale: SoldSale, return_id: int, placed: Placed, *, store_id: int
) -> GivenBackNow:
    """Queue what the return gives back of offers and coupons. `sale` holds this return among those that came back;
    `store_id` is the store that sold."""
    return offers.give_back(
        trip,
        asked,
        return_id,
        lines_back(sale, return_id),
        member=sale.member_id,
        store_id=store_id,
        day=placed.key.business_date,
    )
