"""The test bench: a basket that is made up, or a receipt that was, priced by what stands and by a draft beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from huitou.catalogue import service as catalogue
from huitou.kernel.errors import N_, HuitouError
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.offers.service import programmes
from huitou.offers.terms import Answer, BasketLine, Coupon, MemberSeen, Offer, PriceRequest
from huitou.receipts import service as receipts
from huitou.usecases.offer_desk import as_requests, line_of, shelf, staff_on, tier_on
from huitou.usecases.rehearse_offer import standing_offers

BENCH_MS = 500
"""A person waits for this one; at the till it is 30 ms."""
MOST_LINES = 60


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


def member_of(words: str, on: date) -> tuple[int, MemberSeen, str]:
    """(id, as offers see them, name). Raises MemberNotFound."""
    ids = members.search(words, 1) if words else []
    shown = members.at_the_till(ids[:1])
    if not shown:
        raise MemberNotFound(words=words[:60])
    one = shown[0]
    seen = MemberSeen(str(one.id), tier_on(one.id, on), birthday=one.birthday, staff=one.id in staff_on(on))
    return one.id, seen, one.name


def past_request(words: str) -> tuple[str, PriceRequest]:
    """The receipt with this number or id, at shelf prices. Raises ReceiptNotFound."""
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
    return past[0].name, past[0].request


def wallet_of(member_id: int) -> tuple[Coupon, ...]:
    """The member's live coupons, none of them presented: the answer says what each would save."""
    return tuple(
        Coupon(one.code, one.kind, presented=False) for one in offers.coupons_of(member_id, 50) if one.state == "live"
    )


def try_request(request: PriceRequest, draft: Offer | None, *, holds_coupon: bool = True) -> Tried:
    """Price it by what stands, and by the draft beside it. Writes nothing."""
    standing = standing_offers()
    if draft is None:
        return Tried(request, _priced(request, standing), None)
    others = [one for one in standing if one.id != draft.id]
    kind = draft.valid.coupon
    if kind and holds_coupon and not any(one.kind == kind and one.presented for one in request.coupons):
        request = replace(request, coupons=(*request.coupons, Coupon(f"{kind} ✓", kind)))
    return Tried(request, _priced(request, [*others, draft]), _priced(request, others))


def _priced(request: PriceRequest, listed: Sequence[Offer]) -> Answer:
    compiled = offers.compile_programme(listed)
    return offers.price(request, compiled, clock=time.perf_counter_ns, deadline_ms=BENCH_MS)


def draft_of(code: str) -> Offer:
    """The newest version of an offer. Raises OfferUnknown."""
    return programmes.engine_offer(programmes.versions_of(code)[0])
