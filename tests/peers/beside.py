"""What stands beside the offers of a case: rules for earning points, and payments."""

from __future__ import annotations

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


def tender(kind: str, name: str, case: Case, amount: Decimal) -> Json:
    return {"kind": kind, "id": name, "amount": case.money(amount)}
