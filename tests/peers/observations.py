"""What our answer says about each thing that a peer asserts. A field that is not here is not expressible."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.peers.goods import DELIVERY
from tests.peers.promotions import TENDERS
from tests.peers.reading import NotReadable
from tests.peers.seen import Seen

LATER = {
    "tier": "tiers wait for the loyalty room",
    "points_spent": "points that are spent wait for the loyalty room",
    "balance_after": "balances wait for the loyalty room",
    "balance_after_sale": "balances wait for the loyalty room",
    "card_after_sale": "selling a gift card waits for the stored-value account",
    "refund": "returns mirror a stored receipt and are no pricing",
    "error": "a refused redemption waits for the loyalty room",
    "lock_ttl_days": "holding a coupon is the till's call, not the price",
    "before_confirm": "issuing a coupon is recorded with the receipt, not with the price",
    "after_confirm_lines": "issuing a coupon is recorded with the receipt, not with the price",
    "without_priority": "a conflict of rules is an error of the peer's configuration",
}
"""What is asserted about other rooms than pricing."""


def observe(seen: Seen, name: str) -> Any:
    """What we say where the peer asserts `name`. NotReadable where we have no word for it."""
    if name in LATER:
        raise NotReadable(LATER[name])
    if name in _NAMED:
        return _NAMED[name](seen)
    if found := re.fullmatch(r"change_from_(\d+)", name):
        return Decimal(found[1]) - seen.due
    if found := re.fullmatch(r"per_line_of_(.+)", name):
        return seen.by_line(seen.off_by_row(found[1]))
    raise NotReadable(f"unknown assertion {name!r}")


def _goods_after(seen: Seen) -> list[Decimal]:
    after = [Decimal(0)] * len(seen.request["basket"])
    for unit in seen.answer["units"]:
        after[unit["line"] - 1] += seen.money(unit["after"]) * unit["pieces"]
    return after


def _each_unit_after(seen: Seen) -> Decimal | list[Decimal]:
    prices = sorted({seen.money(unit["after"]) for unit in seen.answer["units"]})
    return prices[0] if len(prices) == 1 else prices


def _per_promotion(seen: Seen) -> dict[str, Decimal]:
    taken = {name: Decimal(0) for name in seen.ids}
    for one in seen.answer["applied"]:
        taken[one["offer"]] = seen.money(one["off"])
    for paid in seen.answer["tenders"]:
        taken[paid["id"]] = seen.money(paid["amount"])
    return taken


def _discount(seen: Seen) -> Decimal:
    return seen.money(seen.answer["discount"])


def _without_tax(seen: Seen) -> Decimal:
    before = seen.under(lambda at, one: False)
    return seen.money(before.answer["net"]) - seen.money(seen.answer["net"])


def _tax(seen: Seen) -> Decimal:
    return seen.money(seen.answer["total"]) - seen.money(seen.answer["net"])


def _presented(raw: Mapping[str, Any]) -> bool:
    return raw.get("trigger", "auto") != "auto"


def _rejected(seen: Seen) -> list[str]:
    given = seen.given
    return [str(one["id"]) for one in seen.case.promotions if _presented(one) and str(one["id"]) not in given]


def _touched_pieces(seen: Seen, touched: bool) -> int:
    """Pieces that an application used, as bought or as given, or that none did."""
    return sum(unit["pieces"] for unit in seen.answer["units"] if bool(unit["takings"]) == touched)


def _steps_of_total(seen: Seen) -> list[Decimal]:
    return [_due_of_first(seen, count + 1) for count in range(len(seen.case.promotions))]


def _due_of_first(seen: Seen, count: int) -> Decimal:
    return seen.under(lambda at, one: at < count).due


def _after_cards(seen: Seen) -> Decimal:
    return seen.under(lambda at, one: one.get("reward", {}).get("type") in TENDERS).due


def _after_automatic(seen: Seen) -> Decimal:
    return seen.under(lambda at, one: not _presented(one)).due


def _paid_by(seen: Seen, *kinds: str) -> Decimal:
    paid = [seen.money(one["amount"]) for one in seen.answer["tenders"] if one["kind"] in kinds]
    return sum(paid, Decimal(0))


def beyond_pricing(seen: Seen, name: str, theirs: Any, ours: Any) -> str:
    """What the peer's figure shows that belongs to another room; empty: nothing.

    A wallet that holds more after a sale than what was left of it, by exactly what one of the lines costs, was loaded
    by that line.
    """
    loaded = name == "wallet_after" and theirs - ours in [line.unit_price * line.pieces for line in seen.case.lines]
    return "loading a wallet waits for the stored-value account" if loaded else ""


def _wallet_after(seen: Seen) -> Decimal:
    return Decimal(seen.case.member["wallet"]) - _paid_by(seen, "stored_value")


def _handed_out(seen: Seen) -> int:
    gifts = [gift for one in seen.answer["benefits"] for gift in one["given"].get("gifts", [])]
    return sum(gift["pieces"] for gift in gifts)


def _free_units(seen: Seen) -> int:
    cost_nothing = [unit for unit in seen.answer["units"] if Decimal(unit["after"]) == 0 and unit["takings"]]
    return _handed_out(seen) + sum(unit["pieces"] for unit in cost_nothing)


def _coupons_issued(seen: Seen) -> int:
    issued = [one for benefit in seen.answer["benefits"] for one in benefit["given"].get("coupons", [])]
    return sum(one.get("count", 1) for one in issued)


def _effects(seen: Seen) -> list[dict[str, Any]]:
    """The discount of every unit, counted within its line."""
    effects, within = [], [0] * len(seen.request["basket"])
    for unit in seen.answer["units"]:
        for _ in range(unit["pieces"]):
            row = unit["line"] - 1
            off = sum((seen.money(one["off"]) for one in unit["takings"]), Decimal(0))
            effects.append({"line": seen.positions[row], "unit": within[row], "value": off})
            within[row] += 1
    return sorted(effects, key=lambda effect: (effect["line"], effect["unit"]))


def _of_delivery(seen: Seen, wanted: bool) -> Decimal:
    rows = zip(seen.request["basket"], seen.off_by_row(), strict=True)
    return sum((off for row, off in rows if (row["sku"] == DELIVERY) == wanted), Decimal(0))


def _all_or_nothing(seen: Seen) -> list[str]:
    """What a till gives that refuses the whole where one of the things asked for is refused."""
    return seen.given if set(seen.ids) <= set(seen.given) else []


def _points_by_line(seen: Seen) -> list[Decimal]:
    return seen.by_line([Decimal(points) for points in seen.answer["points_by_line"]])


_NAMED: Mapping[str, Callable[[Seen], Any]] = {
    "total_before": lambda seen: seen.money(seen.answer["total_before"]),
    "total_after": lambda seen: seen.due,
    "outstanding_after": lambda seen: seen.due,
    "discount_total": _discount,
    "discount_incl_tax": _discount,
    "discount_excl_tax": _without_tax,
    "untaxed_after": lambda seen: seen.money(seen.answer["net"]),
    "tax_after": _tax,
    "per_line": lambda seen: seen.by_line(seen.off_by_row()),
    "line_totals": lambda seen: seen.by_line(_goods_after(seen)),
    "unit_after": _each_unit_after,
    "per_promotion": _per_promotion,
    "effects": _effects,
    "applied": lambda seen: seen.given,
    "order": lambda seen: seen.given,
    "rejected": _rejected,
    "valid": lambda seen: set(seen.ids) <= set(seen.given),
    "applied_count": lambda seen: len(seen.given),
    "skipped_count": lambda seen: len(set(seen.ids) - set(seen.given)),
    "mode_partial": lambda seen: seen.given,
    "mode_all": _all_or_nothing,
    "units_with": lambda seen: _touched_pieces(seen, True),
    "units_without": lambda seen: _touched_pieces(seen, False),
    "totals": _steps_of_total,
    "total_after_first": lambda seen: _due_of_first(seen, 1),
    "total_after_removal": _after_automatic,
    "subtotal_after_sale": _after_automatic,
    "after_card": _after_cards,
    "paid_by_cards": lambda seen: _paid_by(seen, "gift_card", "stored_value"),
    "wallet_after": _wallet_after,
    "share_of_list_price_paid": lambda seen: seen.due / seen.money(seen.answer["total_before"]),
    "points_earned": lambda seen: seen.answer["points"],
    "points_per_line": _points_by_line,
    "units_added": _handed_out,
    "free_units": _free_units,
    "coupons_issued": _coupons_issued,
    "coupon_balance_before_confirm": lambda seen: len(seen.request["coupons"]),
    "coupon_balance_after_confirm": lambda seen: len(seen.request["coupons"]) + _coupons_issued(seen),
    "usable_on_same_order": lambda seen: bool(set(seen.answer["coupons_used"]) - _sent(seen)),
    "goods_discount": lambda seen: _of_delivery(seen, False),
    "delivery_discount": lambda seen: _of_delivery(seen, True),
}


def _sent(seen: Seen) -> set[str]:
    return {coupon["id"] for coupon in seen.request["coupons"]}


UNORDERED = ("applied", "rejected", "mode_partial", "mode_all")


def agrees(name: str, theirs: Any, ours: Any) -> bool:
    """Whether both say the same: numbers exactly, named promotions alone, lists of ids in any order."""
    if name in UNORDERED:
        return sorted(map(str, theirs)) == sorted(map(str, ours))
    if isinstance(theirs, Mapping):
        return all(key in ours and agrees("", value, ours[key]) for key, value in theirs.items())
    if isinstance(theirs, list):
        return len(theirs) == len(ours) and all(agrees("", one, other) for one, other in zip(theirs, ours, strict=True))
    return bool(theirs == ours)
