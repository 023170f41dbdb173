"""What offers give beside the price: promised by the quote, given with the sale, and gone when its goods are back. It
needs an offer that gives a member something for a basket of 60.00."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.config.till_check.vendor import Vendor
from huitou.config.till_check.verdicts import Verdict, rule
from huitou.kernel.errors import N_

WORTH = "60.00"


def benefits(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    """Quotes, sells and brings back; afterwards nothing of it is left."""
    line = {"line": 1, "sku": "check-1", "quantity": "1.000", "amount": WORTH}
    basket = {"store": vendor.store, "till": "check", "lines": [line], "member": member}
    quoted = vendor.ask("POST", "/baskets/price", basket)
    told = quoted.read() if quoted.status == 200 else {}
    promised = [one for one in told.get("benefits", ()) if {"points", "coupons"} & one["given"].keys()]
    if not promised:
        vendor.asked.clear()
        return
    yield rule(N_("A quote says what offers give beside the price"), True, quoted)
    sold = {**line, "amount": told["lines"][0]["amount"], "discount": told["lines"][0]["discount"]}
    quote = {"programme": told["programme"], "at": told["at"], "proof": told.get("proof")}
    sale = {**vendor.sale(WORTH), "lines": [sold], "member": member, "quote": quote}
    first = vendor.ask("POST", "/receipts", sale)
    given = first.read() if first.status == 200 else {}
    kept = given.get("benefits") == told["benefits"] and given.get("points_earned") == told["points"]
    yield rule(
        N_("A sale that names its quote is given what the quote promised"), kept and _coupons(told, given), first
    )
    again = vendor.ask("POST", "/receipts", sale)
    yield rule(N_("The same sale again brings the same coupon, word for word"), again.told == first.told, again)
    if not given:
        return
    all_of_it = vendor.back(sale, given["business_date"], (1, "1.000", sold["amount"]))
    back = vendor.ask("POST", "/returns", all_of_it)
    gone = back.read() if back.status == 200 else {}
    void = sorted(one["coupon"] for one in given.get("coupons_given", ()))
    taken = gone.get("points_taken_back") == given["points_earned"] and sorted(gone.get("coupons_void", ())) == void
    yield rule(N_("What it was given goes back with its goods"), taken, back)
    vendor.asked.clear()


def _coupons(told: dict[str, Any], given: dict[str, Any]) -> bool:
    """As many as were promised."""
    wanted = sum(one["count"] for each in told["benefits"] for one in each["given"].get("coupons", ()))
    return len(given.get("coupons_given", ())) == wanted
