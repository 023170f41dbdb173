"""Coupons at the till: held for a basket, used once, given back with the goods. It needs two codes that are live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_


def coupons(vendor: Vendor) -> Iterator[Verdict]:
    """Holds, frees, uses and gives back; afterwards both coupons are as they were."""
    if len(vendor.coupons) < 2:
        return
    first, second = vendor.coupons[:2]
    basket = f"{vendor.run}-c"
    held = _hold(vendor, basket, first)
    yield rule(N_("A coupon is held for a basket"), _holds(held, 1), held)
    twice = _hold(vendor, f"{basket}-2", first)
    yield refused(N_("Another basket is refused a coupon that is held"), twice, 409, "coupon_held")
    other = _hold(vendor, basket, second)
    yield rule(N_("A basket that is held again with another coupon holds that one"), _holds(other, 1), other)
    free = _hold(vendor, f"{basket}-2", first)
    yield rule(N_("What it held before is free again"), _holds(free, 1), free)
    gone = vendor.ask("DELETE", f"/baskets/{basket}-2/hold")
    yield rule(N_("A basket's coupons are given free"), gone.status == 200 and not gone.read()["coupons"], gone)
    lost = vendor.ask("DELETE", f"/baskets/{basket}-2/hold")
    yield rule(N_("The same release of coupons again is told the same, word for word"), lost.told == gone.told, lost)
    sale = vendor.sale("5.00", coupons=[second], hold=basket)
    used = vendor.ask("POST", "/receipts", sale)
    counted = used.status == 200 and len(used.read()["coupons_used"]) == 1
    yield rule(N_("A sale uses the coupon that its basket holds"), counted, used)
    again = vendor.ask("POST", "/receipts", vendor.sale("5.00", coupons=[second]))
    yield refused(N_("A coupon is used once"), again, 409, "coupon_used")
    nobodys = vendor.ask("POST", "/receipts", vendor.sale("5.00", coupons=["no-such-coupon"]))
    yield refused(N_("A coupon that nobody has is refused"), nobodys, None, "coupon_unknown")
    if not counted:
        return
    back = vendor.ask("POST", "/returns", vendor.back(sale, used.read()["business_date"], (1, "1.000", "5.00")))
    given = back.status == 200 and len(back.read().get("coupons_given_back", ())) == 1
    yield rule(N_("When everything is back the coupon is, too"), given, back)
    vendor.asked.clear()


def _hold(vendor: Vendor, basket: str, coupon: str) -> Exchange:
    body: dict[str, Any] = {"coupons": [coupon], "store": vendor.store, "till": "check"}
    return vendor.ask("PUT", f"/baskets/{basket}/hold", body)


def _holds(told: Exchange, count: int) -> bool:
    return told.status == 200 and len(told.read()["coupons"]) == count
