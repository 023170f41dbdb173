"""A quote as it is told, and which presented coupons may be used: the same with a server and without one.

It needs no database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.members.terms import MemberFacts
from huitou.offers.errors import CouponUnknown
from huitou.offers.rules import giving, redeeming
from huitou.offers.rules.coupon_codes import shown, spellings
from huitou.offers.rules.leaving import left_of_offer
from huitou.offers.rules.programme import Programme
from huitou.offers.service import as_json
from huitou.offers.service.reckoning import Basket
from huitou.offers.terms import Answer, Benefit, Limits
from huitou.offers.terms.coupons import CouponAtTill, CouponGiven, KindToGive
from huitou.offers.terms.kept import OfferTerms
from huitou.offers.terms.settling import Given, QuotaLeft

__all__ = ["left_of_offer", "shown", "spellings"]

needs_proof = redeeming.needs_proof
QUOTE_MINUTES = 15
"""A till that pays later than this asks again."""


def meant(code: str, found: Sequence[CouponAtTill]) -> CouponAtTill | None:
    """The coupon that a typed code means: word for word, else in its one spelling."""
    by_code = {one.code: one for one in found}
    return next((by_code[one] for one in spellings(code) if one in by_code), None)


def refusal_of(
    coupon: CouponAtTill, *, member: int | None, store_id: int, day: date, basket: str | None, now: datetime,
    happened: bool = False,
) -> HuitouError | None:  # fmt: skip
    """Why this coupon may not be used here and now, or could not when it `happened`; or None."""
    return redeeming.why_not(
        coupon, member=member, store_id=store_id, day=day, basket=basket, now=now, happened=happened
    )


def judged(
    codes: Sequence[str],
    found: Sequence[CouponAtTill],
    *,
    member: int | None,
    store_id: int,
    day: date,
    key: str | None,
    now: datetime,
) -> tuple[list[CouponAtTill], dict[str, HuitouError]]:
    """Of the presented codes the coupons that may be used, and why the others may not."""
    usable: list[CouponAtTill] = []
    refused: dict[str, HuitouError] = {}
    for code in codes:
        coupon = meant(code, found)
        refusal: HuitouError | None = CouponUnknown(coupon=code[:40])
        if coupon is not None:
            refusal = refusal_of(coupon, member=member, store_id=store_id, day=day, basket=key, now=now)
        if refusal is not None:
            refused[code] = refusal
        elif coupon is not None and coupon not in usable:
            usable.append(coupon)
    return usable, refused


def promised(
    answer: Answer,
    *,
    member: bool,
    budgets: Mapping[str, Limits],
    worth_of: Callable[[int], int],
    kinds: Mapping[str, KindToGive],
    day: date,
) -> Answer:
    """The answer with those benefits alone that a sale of it would be given. `member`: it is somebody's; `budgets`: of
    limited offers what is left, where that counts; `worth_of`: fen that so many points count; `kinds`: of coupons,
    those that are there."""

    def why_not(benefit: Benefit) -> str | None:
        if reason := giving.why_not_kept(benefit, member=member, kinds=kinds, day=day):
            return reason
        points = int(benefit.given.get("points", 0))
        left = budgets[benefit.offer].budget if benefit.offer in budgets else None
        return "budget_spent" if points and left is not None and worth_of(points) > left else None

    return giving.kept(answer, why_not)


def told(
    answer: Answer,
    basket: Basket,
    programme: int,
    member: MemberFacts | None,
    balance: tuple[int, int],
    presented: Sequence[CouponAtTill],
    now: datetime,
    quotas: Sequence[QuotaLeft] = (),
    *,
    unproved: Sequence[CouponAtTill] = (),
) -> dict[str, Any]:
    """`programme`: its version. `balance`: the member's points, and how many of them are held. `unproved`: the wallet
    of a member who was only named. Who can sign it puts the proof in."""
    named = {one.code: one for one in unproved}
    written: dict[str, Any] = as_json(answer)
    used = set(answer.coupons_used)
    return {
        "programme": programme,
        "at": now.isoformat(timespec="seconds"),
        "proof": None,
        "expires_at": (now + timedelta(minutes=QUOTE_MINUTES)).isoformat(timespec="seconds"),
        "member": None if member is None else member_code(member.id),
        "tier": member.tier or None if member is not None else None,
        "available": None if member is None else balance[0] - balance[1],
        **{field: written[field] for field in ("currency", "total_before", "discount", "total")},
        "points": answer.points,
        "quotas": told_quotas(quotas),
        "lines": _lines(written["units"], basket),
        "applied": [{**one, "coupons": [shown(code) for code in one["coupons"]]} for one in written["applied"]],
        "benefits": told_benefits(answer.benefits),
        "not_applied": [_told_why(one, quotas) for one in written["not_applied"]],
        "coupons": [
            {"coupon": shown(one.code), "kind": one.kind, "title": one.title, "used": one.code in used}
            for one in presented
        ],
        "suggestions": [_suggested(one, named) for one in written["suggestions"]],
        **{field: written[field] for field in ("optimal", "at_most_better", "cut", "wallet_cut")},
    }


def _suggested(one: Mapping[str, Any], named: Mapping[str, CouponAtTill]) -> dict[str, Any]:
    """Whoever says somebody's phone hears that a coupon would help. The code of one that is good in any hand stays
    unsaid until its holder shows their own."""
    mine = named.get(one["coupon"])
    told = one["coupon"] and not (mine is not None and (mine.transferable or not mine.personal))
    return {**one, "coupon": shown(one["coupon"]) if told else None, "needs_code": mine is not None}


def as_earned(
    given: Sequence[Given], part_fen: int, whole_fen: int, worth_of: Callable[[int], int]
) -> tuple[Given, ...]:
    """With the points that are earned where only a part of the sale earns, and with what those are worth."""
    found = [giving.of_share(one, part_fen, whole_fen) for one in given]
    return tuple(giving.worth(one, worth_of(one.points_given)) for one in found if one is not None)


def given_here(answer: Answer, line_of: Sequence[int]) -> list[Given]:
    """What an answer gives beside the price, of offers that have no rows here."""
    return [giving.given_of(one, 0, line_of) for one in answer.benefits]


def told_coupons(coupons: Sequence[CouponGiven]) -> list[dict[str, Any]]:
    """The coupons that a receipt brought, as tills are told of them and print them."""
    return [
        {
            "coupon": shown(one.code),
            "kind": one.kind.code,
            "title": one.kind.title,
            "terms": one.kind.terms,
            "first_day": None if one.starts is None else one.starts.isoformat(),
            "last_day": None if one.ends is None else one.ends.isoformat(),
            "personal": one.kind.personal,
            "offer": one.offer,
        }
        for one in coupons
    ]


def told_benefits(benefits: Sequence[Benefit | Given]) -> list[dict[str, Any]]:
    """As tills are told of them."""
    return [{"offer": one.offer, "name": one.name, "kind": one.kind, "given": dict(one.given)} for one in benefits]


def quotas_left(
    programme: Programme, terms: Mapping[str, OfferTerms], facts: MemberFacts | None, left: Mapping[str, Limits]
) -> list[QuotaLeft]:
    """Of each offer with a quota that this member may have what is left of it for one basket."""
    found = []
    for compiled in programme.offers if facts is not None else ():
        offer = compiled.offer
        most = terms[offer.id].per_member_month_fen if offer.id in terms else None
        if most is None or (offer.valid.staff_only and facts is not None and not facts.staff):
            continue
        budget = left[offer.id].budget if offer.id in left else None
        found.append(QuotaLeft(offer.id, offer.name, most, most if budget is None else min(most, budget)))
    return found


def _told_why(one: dict[str, Any], quotas: Sequence[QuotaLeft]) -> dict[str, Any]:
    """The engine knows one budget; it is the member's own quota that is spent where that one says so."""
    spent = one["reason"] == "budget_spent" and any(q.offer == one["offer"] and not q.left_fen for q in quotas)
    return {**one, "reason": "quota_spent"} if spent else one


def told_quotas(quotas: Sequence[QuotaLeft]) -> list[dict[str, Any]]:
    """As tills are told of them."""
    return [
        {"offer": one.offer, "name": one.name or one.offer, "quota": _yuan(one.most_fen), "left": _yuan(one.left_fen)}
        for one in quotas
    ]


def _lines(units: Sequence[dict[str, Any]], basket: Basket) -> list[dict[str, Any]]:
    """Of each line of the till what it costs now, and who took what off it."""
    found: dict[int, dict[str, Any]] = {}
    for line, fen in basket.before.items():
        found[line] = {"line": line, "before": fen, "amount": 0, "takings": {}}
    for unit in units:
        line = found[basket.line_of[unit["line"] - 1]]
        line["amount"] += _fen(unit["after"]) * unit["pieces"]
        for taking in unit["takings"]:
            key = (taking["offer"], shown(taking["coupon"]) if taking["coupon"] else None)
            line["takings"][key] = line["takings"].get(key, 0) + _fen(taking["off"]) * unit["pieces"]
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
