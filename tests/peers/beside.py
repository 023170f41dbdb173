"""What stands beside the offers of a case: rules for earning points, and payments."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.peers.goods import goods_json, named
from tests.peers.promotions import Promotion
from tests.peers.reading import Case, Fields, Goods

Json = dict[str, Any]


def add_earning(request: Json, case: Case, one: Promotion, reward: Fields, name: str) -> None:
    earn = Fields(one.earn, "earn")
    goods = Goods(skus=named(earn, "sku", "skus"), categories=named(earn, "category", "categories"))
    rule: Json = {"id": name, "goods": goods_json(goods), "points": 0}
    by_money = earn.number("points_per_currency")
    by_yuan = earn.number("points_per_yuan")
    if by_yuan is not None:
        by_money = by_yuan if case.minor_digits else by_yuan.scaleb(-2)
    if by_money is not None:
        rate = Fraction(by_money)
        rule |= {"points": rate.numerator, "per_amount": case.money(Decimal(rate.denominator))}
    rule["per_piece"] = earn.take("points_per_unit", 0)
    earn.finish()
    request["earn_rules"].append(rule)


def add_stored_value(request: Json, case: Case, one: Promotion, reward: Fields, name: str) -> None:
    held = case.member.get("wallet")
    amount = reward.number("amount")
    worth = amount if amount is not None else Decimal(held or 0)
    request["tenders"].append(tender("gift_card" if held is None else "stored_value", name, case, worth))


def add_points(request: Json, case: Case, one: Promotion, reward: Fields, name: str) -> None:
    per_point = reward.number("per_point") or Decimal(1)
    asked, most = reward.take("points"), reward.take("max")
    points = min(value for value in (asked, most, case.member.get("points")) if value is not None)
    request["tenders"].append(tender("points", name, case, per_point * points))


def as_discounts(case: Case) -> tuple[Mapping[str, Any], ...]:
    """The promotions, with every payment as an amount off the order in its turn, as some peers treat it."""
    return tuple(_as_discount(case, raw) for raw in case.promotions)


def _as_discount(case: Case, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    reward = raw.get("reward", {})
    if reward.get("type") == "stored_value":
        worth = reward.get("amount", case.member.get("wallet"))
    elif reward.get("type") == "points_as_money":
        held = [value for value in (reward.get("points"), reward.get("max"), case.member.get("points")) if value]
        worth = Decimal(reward.get("per_point", 1)) * min(held, default=0)
    else:
        return raw
    return {**raw, "reward": {"type": "amount", "value": worth, "scope": "order"}}


def tender(kind: str, name: str, case: Case, amount: Decimal) -> Json:
    return {"kind": kind, "id": name, "amount": case.money(amount)}
