"""Each type of reward as one of our offers, earning rules or tenders; a type adds one function and its line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.peers.beside import add_earning, add_points, add_stored_value
from tests.peers.dialects import Dialect
from tests.peers.goods import goods_json, named
from tests.peers.promotions import Promotion, percent_of
from tests.peers.reading import OPEN_AMOUNT, Case, Condition, Fields, Goods, NotReadable

Json = dict[str, Any]
SCANNED = " in the basket"
"""Ends the id of the offer that frees gifts which were scanned."""
_SMALLEST = Decimal(1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the offer stands: its id, its stage (`""` for a benefit), its turn, and how the peer reads its words."""

    name: str
    stage: str
    turn: int
    dialect: Dialect


def add(request: Json, case: Case, one: Promotion, place: Place) -> None:
    """Write the promotion into the request."""
    reward = Fields(one.reward, "reward")
    if one.kind in _BESIDE:
        _BESIDE[one.kind](request, case, one, reward, place.name)
    elif one.kind == "free_item_add_missing":
        _add_missing(request, case, one, reward, place)
    elif one.kind in _GETS:
        get = _GETS[one.kind](case, one, reward, place)
        request["offers"].append(_offer(request, case, one, place, get))
    else:
        raise NotReadable(_NOT_SAID.get(one.kind, f"reward type {one.kind!r}"))
    reward.finish()


def _offer(request: Json, case: Case, one: Promotion, place: Place, get: Json) -> Json:
    offer: Json = {"id": place.name, "priority": place.turn, "get": get}
    valid = _valid(one)
    needs = [] if one.kind in ("bundle_price", "cheapest_free") else _needs(case, one.condition, place.dialect)
    if one.per_pieces is not None:
        needs.insert(0, {"goods": goods_json(one.condition.goods), "least_pieces": one.per_pieces})
    if one.presented or place.stage == "coupon":
        valid["coupon"] = place.name
        times = 1 if one.uses is None or place.stage != "deal" else one.uses
        request["coupons"] += [{"id": f"{place.name}#{use}", "kind": place.name} for use in range(times)]
    if needs:
        offer["buy"] = needs
    if valid:
        offer["valid"] = valid
    if place.stage:
        offer["stage"] = place.stage
    if place.stage == "order" and one.group:
        offer |= {"group": one.group, "group_most": one.group_most}
    if place.dialect.first_amounts and place.stage:
        offer["base"] = "initial"
    most = _applications(one, place)
    if most is not None:
        offer["limits"] = {"applications": most}
    return offer


def _applications(one: Promotion, place: Place) -> int | None:
    """How many applications are left, where that is limited."""
    free = one.reward.get("max_free")
    limits = [
        one.uses if one.kind != "free_unit_in_basket" or one.uses == 0 else None,
        None if free is None else free // one.reward["get"],
        1 if place.stage == "deal" and place.dialect.deal_made_once else None,
    ]
    return min((limit for limit in limits if limit is not None), default=None)


def _valid(one: Promotion) -> Json:
    valid: Json = {}
    if one.valid is False:
        valid["ends"] = "2026-11-19T23:59:59"
    elif one.valid is not True:
        first, last = (_DAYS.get(day, day) for day in one.valid)
        valid |= {"starts": f"{first}T00:00:00", "ends": f"{last}T23:59:59"}
    if one.asked_of_member:
        valid["segments"] = list(one.asked_of_member)
    if one.condition.tiers:
        valid["tiers"] = list(one.condition.tiers)
    return valid


_DAYS = {"yesterday": "2026-11-19", "today": "2026-11-20", "tomorrow": "2026-11-21"}


def _needs(case: Case, condition: Condition, dialect: Dialect) -> list[Json]:
    """Numbers count the goods that the condition names; amounts too, or the whole order, as the peer has it."""
    needs: list[Json] = []
    if condition.least_pieces or condition.most_pieces is not None:
        need: Json = {"goods": goods_json(condition.goods), "least_pieces": condition.least_pieces}
        if condition.most_pieces is not None:
            need["most_pieces"] = condition.most_pieces
        needs.append(need)
    least = case.minor(condition.least_amount)
    if condition.above_amount is not None:
        least = max(least, case.minor(condition.above_amount) + _SMALLEST)
    if least:
        goods = Goods() if dialect.amount_of_order else condition.goods
        amount = {"goods": goods_json(goods), "least_amount": str(least.scaleb(-2))}
        needs.append(amount | ({"without_tax": True} if condition.net else {}))
    return needs


# ---- what takes money off


def _percent(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    get = {"kind": "percent_off", "percent": percent_of(reward.number("value"))}
    return get | _reach(case, one, reward, place)


def _amount(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    value = reward.number("value")
    value = OPEN_AMOUNT if value is None else value
    usual = "unit" if one.scope == "item" or one.kind == "amount_per_unit" else "lot"
    get = {"kind": "amount_off", "amount": case.money(value), "per": _per(reward) or usual}
    return get | _reach(case, one, reward, place)


def _per(reward: Fields) -> str | None:
    """What a reward is reckoned over, where it says so."""
    per = reward.take("per")
    if per not in (None, "unit", "line", "lot"):
        raise NotReadable(f"an amount per {per}: points that are spent wait for the loyalty room")
    return per


def _reach(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    """Which units a reduction takes, how many of them, and how much at most."""
    reach: Json = {"goods": goods_json(one.goods)}
    if one.kind == "percent":
        over_the_lot = one.scope in ("order", "cheapest") or one.most is not None
        reach["per"] = _per(reward) or ("lot" if over_the_lot else place.dialect.percent_of_goods)
    most_units = reward.take("max_units", 1 if one.scope == "cheapest" else None)
    if most_units is not None:
        reach |= {"most_units": most_units, "pick": "cheapest", "most_units_of": place.dialect.most_units_of}
    if one.most is not None:
        reach["most"] = case.money(one.most)
    spread = reward.take("spread", "value")
    if spread not in ("value", "quantity"):
        raise NotReadable(f"unknown spread {spread!r}")
    return reach | ({"spread": "pieces"} if spread == "quantity" else {})


def _fixed_price(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    price = case.money(reward.number("value") or Decimal(0))
    if (per := _per(reward)) not in (None, "unit"):
        raise NotReadable(f"one price for each {per}, of which the case does not say how many pieces it is for")
    return {"kind": "fixed_price", "price": price} | _reach(case, one, reward, place)


def _free_units(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    """Units that lie in the basket already are free, as many as there are uses."""
    sku = reward.take("sku")
    pieces = reward.take("qty", 1) * (1 if one.uses is None else one.uses)
    return {"kind": "percent_off", "percent": "100", "goods": {"skus": [sku]}, "most_units": pieces}


def _steps(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    steps = []
    for raw in one.steps:
        step = Fields(raw, "step")
        pieces, amount = step.take("min_qty"), step.number("min_amount")
        made: Json = {"least_pieces": pieces} if pieces else {"least_amount": case.money(amount or Decimal(0))}
        percent, off = step.number("percent"), step.number("off")
        made |= {"percent": str(percent)} if percent is not None else {"amount": case.money(off or Decimal(0))}
        step.finish()
        steps.append(made)
    return {"kind": "threshold", "steps": steps, "goods": goods_json(one.goods)}


def _probe(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    """A promotion that gives nothing by itself takes one minor unit off, so that its turn can be seen."""
    return {"kind": "amount_off", "amount": "0.01"}


def _buy_get(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    reward.take("max_free")
    get: Json = {"kind": "buy_get", "percent": percent_of(reward.number("percent"))}
    for ours, theirs in (("buy", "buy"), ("get", "get")):
        goods = Goods(
            skus=named(reward, f"{theirs}_sku", f"{theirs}_skus"),
            categories=named(reward, f"{theirs}_category", f"{theirs}_categories"),
        )
        get |= {f"{ours}_goods": goods_json(one.goods if goods.everything else goods)}
        get |= {f"{ours}_pieces": reward.take(theirs)}
    return get


def _bundle(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    price = case.money(reward.number("value") or Decimal(0))
    group = {"goods": goods_json(_of_deal(one)), "pieces": _pieces_of_deal(one)}
    return {"kind": "bundle", "price": price, "groups": [group]}


def _pieces_of_deal(one: Promotion) -> int:
    if not one.condition.least_pieces:
        raise NotReadable("a deal of which the case does not say how many pieces make one")
    return one.condition.least_pieces


def _cheapest_free(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    free, group = int(reward.number("value") or 1), _pieces_of_deal(one)
    return {"kind": "cheapest_free", "group": group, "free": free, "goods": goods_json(_of_deal(one))}


def _of_deal(one: Promotion) -> Goods:
    return one.goods if one.condition.goods.everything else one.condition.goods


# ---- what stands beside the price


def _gift(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    gifts = [{"sku": reward.take("sku"), "pieces": reward.take("qty", 1)}]
    get: Json = {"kind": "gift", "gifts": gifts}
    if one.kind == "free_item_add_missing":
        get["less_scanned"] = True
    if one.per_pieces is not None:
        get["every"] = True
    return get


def _add_missing(request: Json, case: Case, one: Promotion, reward: Fields, place: Place) -> None:
    """What lies in the basket already is free, and only the rest is handed out."""
    gift = _gift(case, one, reward, place)
    request["offers"].append(_offer(request, case, one, place, gift))
    (given,) = gift["gifts"]
    free = {"kind": "add_on", "goods": {"skus": [given["sku"]]}, "price": "0.00", "times": given["pieces"]}
    request["offers"].append({"id": place.name + SCANNED, "get": free})


def _next_coupon(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    return {"kind": "next_coupon", "coupon": reward.take("gives"), "count": reward.take("qty", 1)}


def _free_delivery(case: Case, one: Promotion, reward: Fields, place: Place) -> Json:
    """The fee is a row of the basket (translation.py), so that it takes a discount as goods do."""
    return {"kind": "percent_off", "percent": "100", "goods": goods_json(one.goods)}


_GETS: Mapping[str, Callable[[Case, Promotion, Fields, Place], Json]] = {
    "percent": _percent,
    "amount": _amount,
    "amount_per_unit": _amount,
    "fixed_price": _fixed_price,
    "free_unit_in_basket": _free_units,
    "steps": _steps,
    "probe": _probe,
    "buy_get": _buy_get,
    "bundle_price": _bundle,
    "cheapest_free": _cheapest_free,
    "free_item_added": _gift,
    "coupon_for_next_order": _next_coupon,
    "free_delivery": _free_delivery,
}
_BESIDE: Mapping[str, Callable[[Json, Case, Promotion, Fields, str], None]] = {
    "earn": add_earning,
    "stored_value": add_stored_value,
    "points_as_money": add_points,
}
_NOT_SAID = {"replace_item": "an upgrade, of which the case says neither the other item nor its price"}
