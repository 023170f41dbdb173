"""Calls that record what tills sold and took back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Path, Router

from huitou.access.terms import Call
from huitou.doors.api import batches
from huitou.doors.api.answers import Claimed, Held, Recorded, Returned, ReturnQuoted, SalesFound
from huitou.doors.api.caller import ApiKey, place_of
from huitou.doors.api.documented import NDJSON, OF_A_STORE, answers
from huitou.doors.api.schemas import BasketKey, ClaimSaid, HoldSaid, ReceiptAsked, ReturnAsked, ReturnSaid, SaleSaid
from huitou.doors.api.speaking import answer
from huitou.loyalty.errors import (
    HoldDiffers,
    HoldEnded,
    HoldUnknown,
    NotEnoughPoints,
    PointsBeyondShare,
    PointsNotTaken,
    PointsOutOfStep,
    PointsWorthDiffers,
)
from huitou.members.errors import CodeUnknown, SpendingNeedsCode, TooManyWrongCodes, TooManyWrongCoupons
from huitou.offers.errors import (
    CouponEnded,
    CouponHeld,
    CouponNotYet,
    CouponOfAnother,
    CouponUnknown,
    CouponUsed,
    CouponVoid,
    CouponWrongStore,
    ProgrammeUnknown,
)
from huitou.receipts.errors import (
    PaidBackOtherwise,
    ReceiptClaimed,
    ReceiptDiffers,
    ReceiptUnknown,
    ReturnedMoreThanPaid,
    ReturnedMoreThanSold,
    ReturnOfReturn,
    SaleLineUnknown,
    SaleTooOld,
)
from huitou.usecases import record_receipts as till
from huitou.usecases.bring_back import find_sales, quote_return
from huitou.usecases.members_at_the_till import guesses_counted
from huitou.usecases.recording.errors import ClaimCodeUnknown, CodeSpent, DayImpossible, MemberUnknown

router = Router(tags=["receipts"])

OF_A_MEMBER = (MemberUnknown, CodeUnknown, TooManyWrongCodes)
OF_SPENDING = (SpendingNeedsCode, CodeSpent, NotEnoughPoints, HoldUnknown, HoldEnded, HoldDiffers)
OF_POINTS_THAT_PAY = (PointsNotTaken, PointsOutOfStep, PointsWorthDiffers, PointsBeyondShare)
OF_A_COUPON = (
    CouponUnknown, CouponUsed, CouponVoid, CouponNotYet, CouponEnded, CouponWrongStore, CouponOfAnother, CouponHeld,
    TooManyWrongCoupons,
)  # fmt: skip
OF_A_RETURN = (ReturnOfReturn, SaleLineUnknown, ReturnedMoreThanSold, ReturnedMoreThanPaid, SaleTooOld)


@router.post(
    "/receipts",
    auth=ApiKey(Call.RECEIPTS),
    **answers(
        Recorded,
        *OF_A_STORE,
        *OF_A_MEMBER,
        *OF_SPENDING,
        *OF_POINTS_THAT_PAY,
        *OF_A_COUPON,
        ProgrammeUnknown,
        ReceiptDiffers,
        DayImpossible,
    ),
    summary="Record a sale that happened",
)
def record_sale(request: HttpRequest, said: SaleSaid) -> HttpResponse:
    """Once for ever by the key's name, store, till, business date and number: the same again gives the same answer.

    Another body under the same number is refused with `receipt_differs`, and changes nothing. With its `quote` the sale
    is reckoned again by the programme that priced it: what the till says stands, and the difference is kept.
    """
    sale = said.sale()
    place = place_of(request, sale.store, sale.till)
    with guesses_counted(request.auth, sale.member, now=now(), place=place, coupons=bool(sale.coupons)):
        return answer(till.record_sale(request.auth, sale, now=now()))


@router.post(
    "/returns",
    auth=ApiKey(Call.RETURNS),
    **answers(Returned, *OF_A_STORE, *OF_A_RETURN, PaidBackOtherwise, ReceiptDiffers, DayImpossible),
    summary="Record goods that came back",
)
def record_return(request: HttpRequest, said: ReturnSaid) -> HttpResponse:
    """Whole or part. Points that the goods earned are taken back, points that paid for them are given back.

    Where the sale has not arrived yet, the return is `parked`, and applied when the sale comes.
    """
    return answer(till.record_return(request.auth, said.taken_back(), now=now()))


@router.post(
    "/receipts/find",
    auth=ApiKey(Call.RETURNS),
    **answers(SalesFound),
    summary="Which sale does this receipt name?",
)
def find_receipt(request: HttpRequest, said: ReceiptAsked) -> HttpResponse:
    """By what its QR says, a sale of any store; by its bare number, those of the key's own stores: at most five, newest
    first. Each with its lines, what of them came back before, and how it was paid."""
    return answer({"sales": find_sales(request.auth, said.query)})


@router.post(
    "/returns/quote",
    auth=ApiKey(Call.RETURNS),
    **answers(ReturnQuoted, *OF_A_STORE, *OF_A_RETURN, ReceiptUnknown),
    summary="What would this return give back?",
)
def return_quote(request: HttpRequest, said: ReturnAsked) -> HttpResponse:
    """Line by line what was paid for these pieces, by which ways it goes back, and what happens to points and coupons.
    Writes nothing."""
    return answer(quote_return(request.auth, said.asked(now()), now=now()))


@router.post(
    "/receipts/batch",
    auth=ApiKey(Call.RECEIPTS),
    summary="Record what a till kept while it was offline",
    **answers(None, **NDJSON),
)
def record_batch(request: HttpRequest) -> HttpResponse:
    """Newline-delimited JSON, at most 64 MB: sales and returns as in their own calls, each with a `kind`.

    Each line is answered by a line, in order: its number, `status` (recorded, replayed, quarantined or refused), and
    what the call of one receipt would answer. A line that is told is committed. Points that are no longer there are
    honoured and listed; a number that was used for another sale is put aside for a person.
    """
    return batches.record(request)


@router.post(
    "/receipts/claim",
    auth=ApiKey(Call.RECEIPTS),
    **answers(Claimed, *OF_A_MEMBER, ClaimCodeUnknown, ReceiptClaimed),
    summary="Give a receipt without a member to somebody, once",
)
def claim(request: HttpRequest, said: ClaimSaid) -> HttpResponse:
    """By the code in the receipt's QR. The member gets the points that the receipt would have earned.

    The same again gives the same answer.
    """
    place = place_of(request, said.store, said.till)
    with guesses_counted(request.auth, said.member.ref(), now=now(), place=place):
        return answer(till.claim(request.auth, said.claim_code, said.member.ref(), now=now()))


@router.put(
    "/baskets/{key}/hold",
    auth=ApiKey(Call.RECEIPTS),
    **answers(Held, *OF_A_STORE, *OF_A_MEMBER, *OF_SPENDING, *OF_A_COUPON),
    summary="Hold points and coupons for a basket",
)
def hold(request: HttpRequest, key: Path[BasketKey], said: HoldSaid) -> HttpResponse:
    """For 15 minutes: another till is refused them meanwhile. The sale names the basket as its `hold`. Held again with
    other coupons, the basket holds those. The basket's name is one of its key: tills that share a key put store and
    till into it."""
    member = said.member.ref() if said.member else None
    place = place_of(request, said.store, said.till)
    with guesses_counted(request.auth, member, now=now(), place=place, coupons=bool(said.coupons)):
        held = till.hold(request.auth, key, member, said.points, now=now(), coupons=said.coupons, store=said.store)
        return answer(held)


@router.delete(
    "/baskets/{key}/hold",
    auth=ApiKey(Call.RECEIPTS),
    **answers(Held, HoldEnded),
    summary="Give a basket's points and coupons free",
)
def release(request: HttpRequest, key: Path[BasketKey]) -> HttpResponse:
    """The same again gives the same answer; a basket that holds nothing is free already."""
    return answer(till.release(request.auth, key, now=now()))
