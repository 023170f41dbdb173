"""The price list: what a till keeps, so that it finds goods by itself and sells on when nobody answers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from huitou.access.terms import Call
from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import OnTheList
from huitou.doors.api.answers import PriceList
from huitou.doors.api.caller import ApiKey
from huitou.doors.api.documented import answers
from huitou.doors.api.speaking import answer
from huitou.kernel.money import Money

router = Router(tags=["goods"])


@router.get("/goods", auth=ApiKey(Call.RECEIPTS), **answers(PriceList), summary="The whole price list")
def price_list(request: HttpRequest) -> HttpResponse:
    """Every product with its shelf price, its barcodes and PLU, and how the chain's scales print their labels."""
    return answer(
        {
            "goods": [_told(one) for one in catalogue.price_list()],
            "scale_codes": [scheme.pattern for scheme in catalogue.scale_schemes()],
        }
    )


def _told(one: OnTheList) -> dict[str, Any]:
    return {
        "sku": one.sku,
        "name": one.name,
        "category": one.category,
        "weighed": one.weighed,
        "price": None if one.price_fen is None else str(Money(one.price_fen)),
        "promotable": one.promotable,
        "codes": [{"code": code, "pieces": pieces} for code, pieces in one.codes],
    }
