"""What `huitou till-check` tries, rule by rule: the order is that of a till's own day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from huitou.config.till_check import beside, coming_back, couponing, offline, paying, refusals, tendering, weighing, who
from huitou.config.till_check.vendor import Exchange, Vendor
from huitou.config.till_check.verdicts import Verdict
from huitou.config.till_check.verdicts import refused as _refused
from huitou.config.till_check.verdicts import rule as _rule
from huitou.kernel.errors import N_


def rules(vendor: Vendor) -> Iterator[Verdict]:
    """Every rule with its verdict. What fails early leaves out what builds on it."""
    told = vendor.ask("GET", "/key")
    yield _rule(N_("The key is valid, and tells its stores"), told.status == 200, told)
    if told.status != 200:
        return
    stores = told.read()["stores"]
    vendor.store = vendor.store or (stores[0] if stores else "")
    card = f"C-{vendor.run}"
    member = {"kind": "card", "value": card}
    yield from refusals.keys(vendor)
    yield from paying.paid(vendor, vendor.codes[:3])  # early: codes hold for minutes
    yield from tendering.points_as_money(vendor, vendor.codes[3] if len(vendor.codes) > 3 else None)
    yield from who.identified(vendor, card)
    yield from _prices(vendor, member)
    yield from weighing.weights(vendor)
    yield from couponing.coupons(vendor)
    yield from beside.benefits(vendor, member)
    yield from _sales(vendor, member)
    yield from _returns(vendor, member)
    yield from _without_member(vendor, member)
    yield from _offline(vendor, member)
    yield from offline.bundles(vendor)
    yield from _hostile(vendor, member)
    yield from refusals.sizes(vendor)
    yield from refusals.guesses(vendor)
    yield from _events(vendor, member)


def _prices(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    """Before the payment; nothing is written."""
    scanned = [{"line": 1, "sku": "milk", "quantity": "2.000", "unit_price": "6.40"}]
    basket = {"store": vendor.store, "till": "9", "lines": scanned}
    priced = vendor.ask("POST", "/baskets/price", {**basket, "member": member, "coupons": ["no-such-coupon"]})
    told = priced.read() if priced.status == 200 else {}
    refused = [coupon["code"] for coupon in told.get("coupons_refused", ())]
    yield _rule(
        N_("A basket is priced, and a coupon that may not be used refuses nothing"),
        refused == ["coupon_unknown"],
        priced,
    )


def _sales(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    sale = vendor.sale("12.80", "10.99", member=member)
    first = vendor.ask("POST", "/receipts", sale)
    earned = first.status == 200 and first.read()["points_earned"] > 0
    yield _rule(N_("A sale is recorded and earns points"), earned, first)
    again = vendor.ask("POST", "/receipts", sale)
    yield _rule(N_("The same sale again is told the same, word for word"), again.told == first.told, again)
    otherwise = {**sale, "at": _in_another_zone(sale["at"]), "lines": sale["lines"][::-1]}
    spelled = vendor.ask("POST", "/receipts", otherwise)
    yield _rule(
        N_("The same sale in another spelling is told the same, word for word"), spelled.told == first.told, spelled
    )
    other = {**sale, "lines": [{**sale["lines"][0], "amount": "12.81"}, sale["lines"][1]]}
    yield _refused(
        N_("Another sale under the same number is refused"),
        vendor.ask("POST", "/receipts", other),
        422,
        "receipt_differs",
    )
    early = vendor.ask("POST", "/receipts", vendor.sale("1.00", at=vendor.now(-48)))
    late = vendor.ask("POST", "/receipts", vendor.sale("1.00", at=vendor.now(48)))
    on_time = early.status == late.status == 200
    yield _rule(N_("A till whose clock is two days off records its sales"), on_time, early if on_time else late)
    off = [one.read().get("clock_off_seconds", 0) for one in (early, late)] if on_time else []
    said = [round(seconds / 86_400) for seconds in off] == [-2, 2]
    yield _rule(N_("It is told by how much its clock is off"), said, late)
    day = first.read()["business_date"]
    whole = vendor.back(sale, day, (1, "1.000", "12.80"), (2, "1.000", "10.99"))
    taken = vendor.ask("POST", "/returns", whole)
    same = taken.status == 200 and taken.read()["points_taken_back"] == first.read()["points_earned"]
    yield _rule(N_("Everything back takes back every point"), same, taken)


def _returns(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    sale = vendor.sale("30.00", "20.00", member=member)
    day = vendor.ask("POST", "/receipts", sale).read()["business_date"]
    yield from coming_back.asked_before(vendor, sale, day)
    part = vendor.back(sale, day, (2, "0.500", "10.00"))
    first = vendor.ask("POST", "/returns", part)
    applied = first.status == 200 and first.read()["state"] == "applied"
    yield _rule(N_("Part of a line comes back"), applied, first)
    again = vendor.ask("POST", "/returns", part)
    yield _rule(N_("The same return again is told the same, word for word"), again.told == first.told, again)
    yield from coming_back.compared(vendor, sale, day, first)
    more = vendor.ask("POST", "/returns", vendor.back(sale, day, (2, "0.501", "6.00")))
    yield _refused(N_("More than was sold does not come back"), more, 422, "returned_more_than_sold")
    of_return = vendor.back({**sale, "number": part["number"]}, day, (1, "0.500", "10.00"))
    yield _refused(N_("A return is not returned"), vendor.ask("POST", "/returns", of_return), 422, "return_of_return")
    vendor.ask("POST", "/returns", vendor.back(sale, day, (1, "1.000", "30.00"), (2, "0.250", "6.00")))
    coming = vendor.sale("5.00", member=member)
    early = vendor.ask("POST", "/returns", vendor.back(coming, day, (1, "1.000", "5.00")))
    parked = early.status == 200 and early.read()["state"] == "parked"
    yield _rule(N_("A return before its sale is parked"), parked, early)
    came = vendor.ask("POST", "/receipts", {**coming, "business_date": day})
    after = vendor.ask("POST", "/members/identify", {"query": member["value"], "kind": "card"})
    gone = came.status == 200 and after.status == 200 and after.read()["member"]["balance"] == 0
    yield _rule(N_("It takes effect when its sale arrives"), gone, after)


def _without_member(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    sale = vendor.sale("8.00")
    nobody = vendor.ask("POST", "/receipts", sale)
    code = nobody.read().get("claim_code") if nobody.status == 200 else None
    yield _rule(N_("A sale without a member carries a code to claim it by"), bool(code), nobody)
    claimed = vendor.ask("POST", "/receipts/claim", {"claim_code": code, "member": member})
    yield _rule(N_("The receipt is claimed and earns"), claimed.status == 200, claimed)
    again = vendor.ask("POST", "/receipts/claim", {"claim_code": code, "member": member})
    yield _rule(N_("The same claim again is told the same, word for word"), again.told == claimed.told, again)
    somebody = {"kind": "card", "value": f"{member['value']}-2"}
    vendor.ask("POST", "/members", {"store": vendor.store, "card": somebody["value"], "name": "Till check"})
    theirs = vendor.ask("POST", "/receipts/claim", {"claim_code": code, "member": somebody})
    yield _refused(N_("Nobody else claims it"), theirs, 409, "receipt_claimed")
    day = nobody.read()["business_date"]
    vendor.ask("POST", "/returns", vendor.back(sale, day, (1, "1.000", "8.00")))


def _offline(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    sale, number = vendor.sale("6.00", member=member), vendor.sale("7.00")
    other = {**number, "lines": [{**number["lines"][0], "amount": "7.01"}]}
    said = [{"kind": "sale", **body} for body in (sale, number, sale, other)]
    batch = vendor.ask("POST", "/receipts/batch", "\n".join(_line(body) for body in said) + "\n")
    statuses = [answer["status"] for answer in _lines(batch)] if batch.status == 200 else []
    asked = ["recorded", "recorded", "replayed", "quarantined"]
    yield _rule(
        N_("A batch records each sale once, and puts a number that was used twice aside"), statuses == asked, batch
    )
    day = _lines(batch)[0]["business_date"] if statuses == asked else vendor.now()[:10]
    vendor.ask("POST", "/returns", vendor.back(sale, day, (1, "1.000", "6.00")))


def _hostile(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    sale = vendor.sale("1.00")
    unknown = vendor.ask("POST", "/receipts", {**sale, "store": "no such store"})
    yield _refused(N_("A store that nobody knows is refused"), unknown, 422, "store_unknown")
    spending = vendor.ask("POST", "/receipts", {**sale, "member": member, "points_used": 1})
    yield _refused(N_("A card does not spend points"), spending, None, "spending_needs_code")
    number = vendor.ask("POST", "/receipts", {**sale, "lines": [{**sale["lines"][0], "amount": 1.0}]})
    yield _rule(N_("An amount that is no text is refused"), number.status in (400, 422), number)
    twice = vendor.ask("POST", "/receipts", '{"store": "a", "store": "b"}')
    yield _rule(N_("A field that stands twice is refused"), twice.status in (400, 422), twice)
    broken = vendor.ask("POST", "/receipts", '{"store": ')
    yield _rule(N_("A broken body is refused"), broken.status in (400, 422), broken)


def _events(vendor: Vendor, member: dict[str, str]) -> Iterator[Verdict]:
    event = {"id": vendor.run, "kind": "scan", "at": vendor.now(), "store": vendor.store, "member": member}
    first, again = vendor.ask("POST", "/events", event), vendor.ask("POST", "/events", event)
    once = first.status == again.status == 200 and again.read()["status"] == "replayed"
    yield _rule(N_("An event counts once"), once, again)


def _in_another_zone(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(timezone(timedelta(hours=8))).isoformat()


def _line(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def _lines(exchange: Exchange) -> list[dict[str, Any]]:
    return [json.loads(line) for line in exchange.told.splitlines() if line]
