"""What a basket costs, before it is paid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router

from huitou.access.terms import Call
from huitou.doors.api.answers import Priced
from huitou.doors.api.caller import ApiKey, place_of
from huitou.doors.api.documented import OF_A_STORE, answers
from huitou.doors.api.problems import language_of, problem
from huitou.doors.api.prompting import as_told
from huitou.doors.api.schemas import BasketSaid
from huitou.doors.api.speaking import answer
from huitou.members.errors import CodeUnknown, TooManyWrongCodes, TooManyWrongCoupons
from huitou.offers.errors import AmountOutOfRange, PriceMissing, TooManyPieces, WeightMissing
from huitou.usecases.members_at_the_till import guesses_counted
from huitou.usecases.price_basket import price_basket
from huitou.usecases.recording.errors import MemberUnknown

router = Router(tags=["baskets"])


@router.post(
    "/baskets/price",
    auth=ApiKey(Call.RECEIPTS),
    **answers(
        Priced, *OF_A_STORE, MemberUnknown, CodeUnknown, TooManyWrongCodes, TooManyWrongCoupons,
        PriceMissing, WeightMissing, TooManyPieces, AmountOutOfRange,
    ),
    summary="What does this basket cost?",
)  # fmt: skip
def price(request: HttpRequest, said: BasketSaid) -> HttpResponse:
    """The best legal combination of the offers that stand now, and who took what off which line. Writes nothing.

    The sale sends `programme`, `at` and `proof` back as its `quote`. A coupon that may not be used refuses nothing: it
    stands under `coupons_refused` with its code and sentence. Coupons of the member that would save something are
    suggested. `prompts` is what the cashier may say because of goods in the basket; asking it moves nothing.
    """
    asked = said.asked()
    place = place_of(request, asked.store, asked.till)
    with guesses_counted(request.auth, asked.member, now=now(), place=place, coupons=bool(asked.coupons)):
        quoted = price_basket(request.auth, asked, now=now(), address=place.address)
    language = language_of(request)
    refused = [{"coupon": code, **_told(problem(refusal, language))} for code, refusal in quoted.refused.items()]
    prompts = [as_told(one.code, {"zh-hans": one.say_zh, "en": one.say_en or one.say_zh}, language)
               for one in quoted.prompts]  # fmt: skip
    return answer({**quoted.told, "coupons_refused": refused, "prompts": prompts})


def _told(told: dict[str, object]) -> dict[str, object]:
    """Of a problem what a cashier needs."""
    return {field: told[field] for field in ("code", "message", "next_step", "translations")}
