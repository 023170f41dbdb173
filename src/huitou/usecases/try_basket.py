"""The test bench: a basket that is made up, or a receipt that was, priced by what stands and by a draft beside it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from huitou.access import service as access
from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_, HuitouError
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.offers.service import programmes
from huitou.offers.service import till as at_till
from huitou.offers.terms import Answer, BasketLine, Coupon, Limits, MemberSeen, Offer, PriceRequest
from huitou.receipts import service as receipts
from huitou.segments import service as segments
from huitou.segments.errors import SensitiveTagAsked
from huitou.segments.service import live, tags
from huitou.usecases.offer_desk import as_requests, line_of, shelf, staff_on, tier_on
from huitou.usecases.rehearse_offer import standing_offers
from huitou.usecases.segments import require_may_name

BENCH_MS = 500
"""A person waits for this one; at the till it is 30 ms."""
MOST_LINES = 60
NO_LIMITS: Mapping[str, Limits] = {}


class BasketEmpty(HuitouError):
    code = "bench_basket_empty"
    message = N_("There is nothing in the basket.")
    next_step = N_("Add a product by its name, sku or barcode, or name a receipt.")
    status = 422


class ProductNotFound(HuitouError):
    code = "bench_product_unknown"
    message = N_("Nobody knows the product {words}.")
    next_step = N_("Type its sku, barcode, or a part of its name as the shelf has it.")
    status = 422


class ReceiptNotFound(HuitouError):
    code = "bench_receipt_unknown"
    message = N_("There is no receipt {words} among those of your stores.")
    next_step = N_("Type its number as it is printed, or find it with Ctrl K first.")
    status = 404


class MemberNotFound(HuitouError):
    code = "bench_member_unknown"
    message = N_("Nobody is known by {words}.")
    next_step = N_("Type a card, a whole phone number or a name; or leave it empty: then nobody shows a card.")
    status = 404


@dataclass(frozen=True, slots=True)
class Tried:
    """A basket with its answer. `without`: what it costs without the draft, where there is one."""

    request: PriceRequest
    answer: Answer
    without: Answer | None
    member_name: str = ""
    receipt_name: str = ""


def basket_of(typed: Sequence[tuple[str, int]]) -> tuple[BasketLine, ...]:
    """Lines of what was typed: (sku, barcode or a part of a name, pieces). Raises ProductNotFound and BasketEmpty."""
    known = shelf()
    by_sku = {one.sku: one for one in known.goods}
    found = []
    for words, pieces in typed[:MOST_LINES]:
        one = by_sku.get(words)
        if one is None:
            hits = catalogue.search_products(words, 1)
            one = known.by_id.get(hits[0].id) if hits else None
        if one is None:
            raise ProductNotFound(words=words[:60])
        found.append(line_of(one, 1 if one.weighed else max(1, min(pieces, 999))))
    if not found:
        raise BasketEmpty()
    return tuple(found)


def member_of(words: str, at: datetime, person: access.Person) -> tuple[int, MemberSeen, str]:
    """(id, as offers see them at that moment, name). Raises MemberNotFound."""
    ids = members.search(words, 1) if words else []
    shown = members.at_the_till(ids[:1])
    if not shown:
        raise MemberNotFound(words=words[:60])
    one, on = shown[0], at.date()
    segments = _segments_of(one.id, at, person)
    seen = MemberSeen(str(one.id), tier_on(one.id, on), segments, one.birthday, staff=one.id in staff_on(on))
    return one.id, seen, one.name


def _segments_of(member: int, at: datetime, person: access.Person) -> tuple[str, ...]:
    """The live segments that the member was in, but for those of sensitive tags, of which not everybody may hear."""
    with trip() as one:
        asked = live.ask_names(one, member, at)
        names = live.read_names(asked)
    trees = segments.trees() if names else {}
    return tuple(name for name in names if _may_hear_of(tags.tags_within(name, trees), person))


def _may_hear_of(named: set[str], person: access.Person) -> bool:
    try:
        require_may_name(named, person)
    except SensitiveTagAsked:
        return False
    return True


def left_of(member: int | None, store: str, on: date) -> dict[str, Limits]:
    """What budgets, limits and quotas have left for this basket on that day, of each offer that is limited."""
    programme = programmes.programme_now()
    where = catalogue.stores_of([store]).get(store) if store else None
    with trip() as one:
        counted = at_till.ask_counted(one, programme, member, where.id if where is not None else 0, on)
        return at_till.left_of(programme, counted, member=member, day=on, fresh=True)


def has_quota_alone(offer: str) -> bool:
    """Whether it is a member's quota, and no budget, that closes it: the engine knows one budget."""
    limited = programmes.programme_now().limited.get(offer)
    return limited is not None and limited.terms.per_member_month_fen is not None and limited.terms.budget_fen is None


def past_request(words: str, person: access.Person) -> tuple[str, PriceRequest]:
    """The receipt with this number or id, at shelf prices, its member in the segments of that moment. Raises
    ReceiptNotFound."""
    sale, member = None, None
    hits = receipts.by_number(words, 1)
    if hits:
        sale, member = hits[0]
    elif words.isdecimal() and len(words) < 18:
        sale = receipts.receipt_of(int(words))
        member = receipts.member_of(sale.id) if sale else None
    past = as_requests([(sale, member)]) if sale is not None and sale.kind == "sale" else []
    if not past:
        raise ReceiptNotFound(words=words[:60])
    request = past[0].request
    if member is not None and request.member is not None:
        request = replace(request, member=replace(request.member, segments=_segments_of(member, request.at, person)))
    return past[0].name, request


def wallet_of(member_id: int) -> tuple[Coupon, ...]:
    """The member's live coupons, none of them presented: the answer says what each would save."""
    return tuple(
        Coupon(one.code, one.kind, presented=False) for one in offers.coupons_of(member_id, 50) if one.state == "live"
    )


def try_request(
    request: PriceRequest, draft: Offer | None, left: Mapping[str, Limits] = NO_LIMITS, *, holds_coupon: bool = True
) -> Tried:
    """Price it by what stands, and by the draft beside it. Writes nothing. `left`: of what stands; a draft has used
    nothing yet."""
    standing = standing_offers()
    if draft is None:
        return Tried(request, _priced(request, standing, left), None)
    left = {code: one for code, one in left.items() if code != draft.id}
    others = [one for one in standing if one.id != draft.id]
    kind = draft.valid.coupon
    if kind and holds_coupon and not any(one.kind == kind and one.presented for one in request.coupons):
        request = replace(request, coupons=(*request.coupons, Coupon(f"{kind} ✓", kind)))
    return Tried(request, _priced(request, [*others, draft], left), _priced(request, others, left))


def _priced(request: PriceRequest, listed: Sequence[Offer], left: Mapping[str, Limits]) -> Answer:
    compiled = offers.compile_programme(listed)
    here = {one.id for one in listed}
    left = {code: one for code, one in left.items() if code in here}
    return offers.price(request, compiled, clock=time.perf_counter_ns, deadline_ms=BENCH_MS, left=left)


def draft_of(code: str) -> Offer:
    """The newest version of an offer. Raises OfferUnknown."""
    return programmes.engine_offer(programmes.versions_of(code)[0])
