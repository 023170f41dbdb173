"""One promotion of a peer, with all its words read and none left over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.peers.dialects import Dialect
from tests.peers.reading import OPEN_PERCENT, Condition, Fields, Goods, NotReadable, read_condition, read_goods

REDUCTIONS = (
    "free_delivery",
    "percent",
    "amount",
    "amount_per_unit",
    "fixed_price",
    "steps",
    "free_unit_in_basket",
    "probe",
)
TENDERS = ("stored_value", "points_as_money")


@dataclass(frozen=True, slots=True)
class Promotion:
    """What the file says, typed. Amounts stay in the file's unit."""

    id: str
    kind: str
    reward: Mapping[str, Any]
    """Without its type and scope; whoever translates it reads every word of it."""
    goods: Goods
    scope: str
    """`order`, `item` (the best of several wins), `goods` (they follow each other) or `cheapest` (one unit)."""
    condition: Condition
    presented: bool
    uses: int | None
    group: str
    group_most: int
    priority: int
    valid: Any
    asked_of_member: tuple[str, ...]
    per_pieces: int | None
    most: Decimal | None
    steps: tuple[Mapping[str, Any], ...]
    earn: Mapping[str, Any]


def read_promotion(raw: Mapping[str, Any], dialect: Dialect) -> Promotion:
    fields = Fields(raw, "promotion")
    if fields.take("tiers"):
        raise NotReadable("tiers by money spent wait for the loyalty room")
    for told in ("name", "basis", "lock"):
        fields.take(told)
    reward, earn = dict(fields.take("reward", {})), fields.take("earn", {})
    steps = tuple(fields.take("steps", ()))
    kind = reward.pop("type", None) or ("earn" if earn else "steps" if steps else "probe")
    inner, outer = reward.pop("scope", None), fields.take("scope")
    goods, scope = _read_scope(inner if outer is None else outer)
    if kind == "free_delivery":
        goods = Goods(delivery=True, goods=False)
    trigger = fields.take("trigger", "auto")
    made = Promotion(
        id=str(fields.take("id")),
        kind=kind,
        reward=reward,
        goods=goods,
        scope=scope,
        condition=read_condition(fields.take("condition", {}), goods if outer is not None else Goods()),
        presented=trigger != "auto" or dialect.all_presented,
        uses=_uses(fields),
        group=fields.take("exclusive_group") or fields.take("category", ""),
        group_most=fields.take("category_limit", 1),
        priority=fields.take("priority", 0),
        valid=fields.take("valid", True),
        asked_of_member=tuple(filter(None, (fields.take("member"), fields.take("campaign")))),
        per_pieces=_pieces_per_gift(fields.take("repeat")),
        most=fields.number("max_discount"),
        steps=steps,
        earn=earn,
    )
    fields.finish()
    return made


def _read_scope(scope: Any) -> tuple[Goods, str]:
    """The goods of a scope, and the way in which they are meant."""
    if scope == "cheapest_unit":
        return Goods(), "cheapest"
    if isinstance(scope, Mapping) and any(name.startswith("cheapest_of_") for name in scope):
        goods = read_goods({_whose(name): value for name, value in scope.items()})
        return goods, "cheapest"
    goods = read_goods(scope)
    if scope in ("order", "basket", "order+delivery", "order+shipping", "delivery", "shipping"):
        return goods, "order"
    return goods, "item" if scope == "item" else "goods"


def _whose(name: str) -> str:
    inner = name.removeprefix("cheapest_of_")
    return "skus" if inner == "sku" else inner


def _uses(fields: Fields) -> int | None:
    """How often it may still be used: by a limit, or by the points on a coupon."""
    limit, used = fields.take("usage_limit"), fields.take("used", 0)
    on_coupon, cost = fields.number("coupon_points"), fields.number("points_cost")
    if cost and on_coupon is None:
        raise NotReadable("a reward that is paid with the member's points waits for the loyalty room")
    if on_coupon is not None:
        return int(on_coupon // (cost or 1))
    return None if limit is None else max(0, limit - used)


def _pieces_per_gift(repeat: Any) -> int | None:
    if repeat is None:
        return None
    found = re.fullmatch(r"once per (\d+) (?:paid )?(?:units?|pieces?)", repeat)
    if not found:
        raise NotReadable(f"unknown repeat {repeat!r}")
    return int(found[1])


def percent_of(value: Decimal | None) -> str:
    """A rate as our JSON has it; one that the peer left open is any."""
    return str(OPEN_PERCENT if value is None else value)
