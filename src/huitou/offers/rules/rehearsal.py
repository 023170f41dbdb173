"""What a draft would have cost on receipts that were: each is priced with it, and without it where it applies.

Nobody knows what people would have bought instead; so this is what the draft costs if they change nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from math import isqrt
from types import MappingProxyType

from huitou.kernel.shares import largest_remainder
from huitou.offers.rules.answer import answer_of
from huitou.offers.rules.articles import Article, Shelf, articles_of, asked_of, shelf_of
from huitou.offers.rules.conditions import why_not
from huitou.offers.rules.deadline import Deadline
from huitou.offers.rules.forms import Reduction
from huitou.offers.rules.pricing import NOTHING_COUNTED, price_basket
from huitou.offers.rules.programme import Programme, compile_offers, taken_goods
from huitou.offers.terms import (
    Answer,
    Coupon,
    Fen,
    Funded,
    Limits,
    Offer,
    PriceRequest,
)
from huitou.offers.terms.kept import UNLIMITED, OfferTerms
from huitou.offers.terms.rehearsed import PastReceipt, Rehearsed, WalkedThrough

Deadlines = Callable[[], Deadline]
"""A deadline for each price that begins now."""
WorthOf = Callable[[int], int]
"""Fen that so many points count in a budget."""
STEPS = 32
NEAR = Fen(20_00)
"""Who lacks no more than this may well take one thing more."""
WALKED = 4
"""Receipts of each outcome that are kept to be looked at."""


def worth_nothing(points: int) -> int:
    """Points do not pay."""
    return 0


class Rehearsal:
    """Takes receipts in the order of their time, so that limits are used up as they would have been."""

    def __init__(
        self,
        draft: Offer,
        others: Sequence[Offer],
        deadlines: Deadlines,
        *,
        terms: OfferTerms = UNLIMITED,
        worth_of: WorthOf = worth_nothing,
    ) -> None:
        self.draft, self._deadlines, self._terms, self._worth_of = draft, deadlines, terms, worth_of
        self._with = compile_offers([*(one for one in others if one.id != draft.id), draft])
        self._without = compile_offers([one for one in others if one.id != draft.id])
        self._goods = [asked_of(goods) for goods in (*taken_goods(draft), *(need.goods for need in draft.buy))]
        self._step = Fen(max(1, _highest(draft) * 2 // STEPS) if _highest(draft) else 10_00)
        self._costs: list[int] = []
        self._given = Counter[str]()
        self._displaced = Counter[str]()
        self._amounts = [0] * STEPS
        self._uses = Counter[tuple[str, ...]]()
        self._given_to = Counter[tuple[str, str]]()
        self._walked: dict[str, list[WalkedThrough]] = {}
        self._reasons = Counter[str]()
        self._tally = Counter[str]()

    def add(self, receipt: PastReceipt) -> None:
        """Walk one receipt through."""
        self._tally["receipts"] += 1
        request = self._with_coupon(receipt.request)
        articles = articles_of(request.basket)
        shelf = shelf_of(articles)
        amount = self._amount_of_goods(articles, shelf)
        if amount is None:
            return
        self._tally["touched"] += 1
        self._amounts[min(amount // self._step, STEPS - 1)] += 1
        reason = why_not(self.draft.valid, request) or self._used_up(request)
        if reason:
            self._reasons[reason] += 1
            return
        if self._far_off(articles, shelf):
            self._reasons["too_little"] += 1
            return
        answer = self._price(request, self._with, self._quota(request))
        self._tally["unproven"] += not answer.optimal
        applied = next((one for one in answer.applied if one.offer == self.draft.id), None)
        # Points are a member's: nobody's receipt would have brought any.
        benefits = [one.given for one in answer.benefits if one.offer == self.draft.id
                    and (request.member is not None or not one.given.get("points"))]  # fmt: skip
        if applied is None and benefits and not self._has_room(benefits):
            self._reasons["budget_spent"] += 1
            return
        if applied is None and not benefits:
            self._missed(receipt, answer)
            return
        self._use(request, applied.applications if applied else 1, applied.off if applied else 0)
        brought = Counter[str]()
        for given in benefits:
            brought.update(_counted_of(given))
        self._given.update(brought)
        self._tally["worth"] += self._worth_of(brought["points"])
        if applied is None:
            self._tally["sales"] += answer.total
            self._walk(receipt, answer.total, answer.total, "", given=brought)
            return
        self._compare(receipt, request, answer, applied.off)

    def _with_coupon(self, request: PriceRequest) -> PriceRequest:
        """Whoever could hold the draft's coupon holds one: how many are handed out is not known here."""
        kind = self.draft.valid.coupon
        return replace(request, coupons=(*request.coupons, Coupon(f"{kind} 1", kind))) if kind else request

    def _amount_of_goods(self, articles: Sequence[Article], shelf: Shelf) -> int | None:
        """Fen of the goods that the draft touches; None without any."""
        mask = 0
        for asked in self._goods:
            mask |= shelf.mask(asked)
        if not mask:
            return None
        return sum(sum(one.values) for place, one in enumerate(articles) if mask >> place & 1)

    def _far_off(self, articles: Sequence[Article], shelf: Shelf) -> bool:
        """Even at first prices its goods lack more than a little of its first step: nobody need price that."""
        get = self.draft.get
        if not isinstance(get, Reduction):
            return False
        mask = shelf.mask(self._goods[0])
        mine = [one for place, one in enumerate(articles) if mask >> place & 1 and one.line.discountable]
        lacks, _ = get.lacks(sum(sum(one.values) for one in mine), sum(one.pieces for one in mine))
        return lacks > NEAR

    def _price(
        self, request: PriceRequest, programme: Programme, left: Mapping[str, Limits] = NOTHING_COUNTED
    ) -> Answer:
        deadline = self._deadlines()
        return answer_of(price_basket(request, programme, deadline, left), deadline)

    # ---- limits, used up as time goes on

    def _used_up(self, request: PriceRequest) -> str | None:
        terms = self._terms
        if (rest := self._left()) is not None and rest <= 0:
            return "budget_spent"
        if (left := self._quota(request)) and left[self.draft.id].budget == 0 and request.member is not None:
            return "quota_spent"
        # Whoever shows no card cannot be counted, and so has none of what is for each member.
        if terms.counts_members and request.member is None:
            return "members_only"
        return "limit_reached" if any(self._uses[key] >= most for key, most in self._counted(request)) else None

    def _left(self) -> int | None:
        """Fen of the budget; None: there is none. Points that are given count as what they are worth."""
        most = self._terms.budget_fen
        return None if most is None else most - self._tally["off"] - self._tally["worth"]

    def _has_room(self, benefits: Sequence[Mapping[str, object]]) -> bool:
        """As a quote decides it: points are given whole or not at all."""
        points = sum(int(str(given.get("points", 0))) for given in benefits)
        return (left := self._left()) is None or self._worth_of(points) <= left

    def _quota(self, request: PriceRequest) -> dict[str, Limits]:
        """What the member may still be given in this month; empty where the draft sets no quota."""
        most = self._terms.per_member_month_fen
        if most is None or request.member is None:
            return {}
        return {self.draft.id: Limits(budget=Fen(max(0, most - self._given_to[_month_of(request)])))}

    def _use(self, request: PriceRequest, applications: int, off: int) -> None:
        self._tally["used"] += 1
        self._given_to[_month_of(request)] += off
        for key, _ in self._counted(request):
            self._uses[key] += applications

    def _counted(self, request: PriceRequest) -> list[tuple[tuple[str, ...], int]]:
        """What a use is counted by, with how many there may be."""
        terms, day = self._terms, f"{request.at:%Y-%m-%d}"
        member = request.member.id if request.member else ""
        counted = (
            (("all",), terms.uses),
            (("member", member), terms.per_member),
            (("member", member, day), terms.per_member_day),
            (("store", request.store, day), terms.per_store_day),
        )
        return [(key, most) for key, most in counted if most is not None]

    # ---- what came of it

    def _compare(self, receipt: PastReceipt, request: PriceRequest, answer: Answer, off: int) -> None:
        priced = price_basket(request, self._without, self._deadlines())
        without = priced.total + priced.levies
        self._costs.append(max(0, without - answer.total))
        self._tally["off"] += off
        self._tally["sales"] += without
        now = {one.offer: one.off for one in answer.applied}
        for name, taken in priced.taken().items():
            if taken > now.get(name, 0):
                self._displaced[name] += taken - now.get(name, 0)
        self._walk(receipt, without, answer.total, "")

    def _missed(self, receipt: PastReceipt, answer: Answer) -> None:
        missed = next((one for one in answer.not_applied if one.offer == self.draft.id), None)
        lacks = missed.missing_amount if missed else None
        if lacks is not None and 0 < lacks <= NEAR:
            self._tally["near"] += 1
        reason = missed.reason if missed else "nothing_to_take"
        self._reasons[reason] += 1
        self._walk(receipt, answer.total, answer.total, reason, lacks or Fen(0))

    def _walk(
        self, receipt: PastReceipt, before: int, after: int, reason: str, missing: int = 0,
        given: Mapping[str, int] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        kept = self._walked.setdefault(reason, [])
        if len(kept) < WALKED:
            walked = WalkedThrough(receipt.id, receipt.name, Fen(before), Fen(after), reason, Fen(missing), dict(given))
            kept.append(walked)

    def result(self) -> Rehearsed:
        """What came of the receipts so far."""
        tally = self._tally
        cost, spread = sum(self._costs), _spread(self._costs, tally["receipts"])
        shares = self.draft.funding
        parts = largest_remainder(cost, [share.percent for share in shares]) if shares else []
        return Rehearsed(
            receipts=tally["receipts"],
            touched=tally["touched"],
            used=tally["used"],
            off=Fen(tally["off"]),
            cost=Fen(cost),
            low=Fen(max(0, cost - spread)),
            high=Fen(cost + spread),
            sales=Fen(tally["sales"]),
            funding=tuple(Funded(one.payer, Fen(part)) for one, part in zip(shares, parts, strict=True)),
            points=self._given["points"],
            stamps=self._given["stamps"],
            gifts=self._given["gifts"],
            coupons=self._given["coupons"],
            displaced=tuple((offer, Fen(off)) for offer, off in self._displaced.most_common()),
            near=tally["near"],
            unproven=tally["unproven"],
            amounts=tuple(self._amounts),
            step=self._step,
            reasons=tuple(self._reasons.most_common()),
            walked=tuple(one for kept in self._walked.values() for one in kept),
        )


def rehearse(draft: Offer, others: Sequence[Offer], receipts: Iterable[PastReceipt], deadlines: Deadlines) -> Rehearsed:
    """All of them at once."""
    rehearsal = Rehearsal(draft, others, deadlines)
    for receipt in receipts:
        rehearsal.add(receipt)
    return rehearsal.result()


def _counted_of(given: Mapping[str, object]) -> dict[str, int]:
    """How much of each an offer gives beside the price."""
    found = {name: int(str(given[name])) for name in ("points", "stamps") if given.get(name)}
    for name in ("gifts", "coupons"):
        entries = given.get(name)
        if isinstance(entries, list) and entries:
            found[name] = sum(one.get("pieces", one.get("count", 1)) for one in entries)
    return found | ({"deliveries": 1} if given.get("delivery") else {})


def _month_of(request: PriceRequest) -> tuple[str, str]:
    """Whose, and of which month."""
    return request.member.id if request.member else "", f"{request.at:%Y-%m}"


def _highest(draft: Offer) -> int:
    """The amount that the draft asks for at most; 0: it asks for none."""
    amounts = [need.least_amount for need in draft.buy]
    if isinstance(draft.get, Reduction):
        amounts += [step.least_amount for step in getattr(draft.get, "steps", ())]
    return max(amounts, default=0)


def _spread(costs: Sequence[int], receipts: int) -> int:
    """Half the 95 % interval of their sum, over as many receipts, most of which cost nothing: 1.96 √(n s²).

    By the central limit theorem; Cochran, Sampling Techniques (1977), 2.8.
    """
    if receipts < 2:
        return 0
    total, squares = sum(costs), sum(cost * cost for cost in costs)
    variance = (squares * receipts - total * total) // (receipts - 1)  # n s²
    return isqrt(max(0, variance) * 196 * 196) // 100
