"""Goods that are sold by weight: nobody pays for a kilogram that was not weighed. It needs one in the price list."""

from __future__ import annotations

from collections.abc import Iterator

from huitou.config.till_check.vendor import Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_


def weights(vendor: Vendor) -> Iterator[Verdict]:
    """Quotes alone: nothing is written."""
    listed = vendor.ask("GET", "/goods")
    vendor.forget()  # it may be long, and is shown where goods come back
    goods = listed.read()["goods"] if listed.status == 200 else []
    weighed = next((one["sku"] for one in goods if one["weighed"] and one["price"] is not None), None)
    if weighed is None:
        return
    basket = {"store": vendor.store, "till": "check", "lines": [{"line": 1, "sku": weighed}]}
    bare = vendor.ask("POST", "/baskets/price", basket)
    yield refused(N_("Goods that are sold by weight are refused without their weight"), bare, 422, "weight_missing")
    said = vendor.ask("POST", "/baskets/price", {**basket, "lines": [{**basket["lines"][0], "quantity": "0.500"}]})
    yield rule(N_("With their weight they are priced"), said.status == 200, said)
