"""Points that pay: by the member's code, and by a hold that such a code made. It needs three members' codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict, refused, rule
from huitou.kernel.errors import N_


def paid(vendor: Vendor, codes: tuple[str, ...]) -> Iterator[Verdict]:
    """Earns, holds and spends for the members of these codes, one each, and brings everything back."""
    for place, (code, flow) in enumerate(zip(codes, (_held, _used, _spent), strict=False)):
        found = vendor.ask("POST", "/members/identify", {"query": code, "kind": "code"})
        who = found.read().get("member") if found.status == 200 else None
        if place == 0 or not who:
            yield rule(N_("A member is identified by their code, and may spend"), bool(who and who["may_spend"]), found)
        if not who:
            return
        member = {"kind": "member", "value": who["member"]}
        earning = vendor.sale("20.00", member=member)
        day = vendor.ask("POST", "/receipts", earning).read().get("business_date")
        paying = vendor.sale("10.00", member=member, points_used=5, hold=f"{vendor.run}-{place}")
        vendor.asked.clear()  # as every other sale
        yield from flow(vendor, paying, {"kind": "code", "value": code})
        for sale in (paying, earning):
            vendor.ask("POST", "/returns", vendor.back(sale, day, (1, "1.000", sale["lines"][0]["amount"])))
        after = vendor.ask("POST", "/members/identify", {"query": member["value"], "kind": "member"})
        same = after.read()["member"]["balance"] == who["balance"]
        if flow is _spent or not same:
            yield rule(N_("Everything back gives back the points that paid"), same, after)
        vendor.asked.clear()


def _held(vendor: Vendor, paying: dict[str, Any], code: dict[str, str]) -> Iterator[Verdict]:
    basket = paying["hold"]
    hold = _hold(vendor, basket, code)
    yield rule(N_("Points are held for a basket by the member's code"), _state(hold) == "open", hold)
    again = _hold(vendor, basket, code)
    yield rule(N_("The same hold again is told the same, word for word"), again.told == hold.told, again)
    yield refused(N_("A code holds once"), _hold(vendor, f"{basket}-2", code), 409, "code_spent")
    other = _hold(vendor, basket, code, points=6)
    yield refused(N_("A basket that holds is not held otherwise"), other, 409, "hold_differs")
    free = _release(vendor, basket)
    yield rule(N_("A basket's points are given free"), _state(free) == "released", free)
    again = _release(vendor, basket)
    yield rule(N_("The same release again is told the same, word for word"), again.told == free.told, again)
    late = vendor.ask("POST", "/receipts", paying)
    yield refused(N_("A hold that has ended pays nothing"), late, 409, "hold_ended")
    nothing = _release(vendor, f"{basket}-2")
    yield rule(N_("A basket that holds nothing is free already"), _state(nothing) == "released", nothing)
    vendor.ask("POST", "/receipts", {**paying, "points_used": 0, "hold": None})  # so that there is one to bring back


def _used(vendor: Vendor, paying: dict[str, Any], code: dict[str, str]) -> Iterator[Verdict]:
    _hold(vendor, paying["hold"], code)
    vendor.forget()
    used = vendor.ask("POST", "/receipts", paying)
    yield rule(N_("A sale pays with the points that its basket holds"), _pays(used), used)
    yield refused(N_("Points that have paid are not given free"), _release(vendor, paying["hold"]), 409, "hold_ended")


def _spent(vendor: Vendor, paying: dict[str, Any], code: dict[str, str]) -> Iterator[Verdict]:
    sale = {**paying, "member": code, "hold": None}
    more = vendor.ask("POST", "/receipts", {**sale, "points_used": 1_000_000_000})
    yield refused(N_("More points than there are do not pay, and the code stays good"), more, 422, "not_enough_points")
    spent = vendor.ask("POST", "/receipts", sale)
    yield rule(N_("A sale pays with points by the member's code"), _pays(spent), spent)
    twice = vendor.ask("POST", "/receipts", vendor.sale("1.00", member=code, points_used=1))
    yield refused(N_("A code pays once"), twice, 409, "code_spent")


def _hold(vendor: Vendor, basket: str, code: dict[str, str], points: int = 5) -> Exchange:
    body = {"member": code, "points": points, "store": vendor.store, "till": "check"}
    return vendor.ask("PUT", f"/baskets/{basket}/hold", body)


def _release(vendor: Vendor, basket: str) -> Exchange:
    return vendor.ask("DELETE", f"/baskets/{basket}/hold")


def _state(exchange: Exchange) -> str | None:
    return exchange.read()["state"] if exchange.status == 200 else None


def _pays(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.read()["points_used"] == 5
