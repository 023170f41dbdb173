"""Requests that look for trouble: what was found by hand once, drawn on purpose and in company.

Limits of units, applications and budget in every stage where they may stand; what is reckoned on the first price;
`always` and `never` beside each other; needs that prices and deals can break; ladders after deals; bundles that want
the same goods; prices for members that several goods share; coupons of one kind for several offers.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.offers.documents import AT, document
from tests.offers.strategies import (
    CATEGORIES,
    Json,
    amounts,
    baskets,
    deals,
    goods,
    money,
    offers,
    percents,
    prices,
    reductions,
    thresholds,
)

ONE_IN = {"often": 1, "sometimes": 3, "rarely": 7}
WHOLE: list[Json] = [{}, {}, {"categories": ["fresh"]}, {"not_skus": ["bread"]}]


def chance(draw: st.DrawFn, how: str) -> bool:
    return draw(st.integers(0, ONE_IN[how])) == 0


@st.composite
def shelf_prices(draw: st.DrawFn) -> Json:
    """A price for members or a flash price, often for some units only."""
    kind = draw(st.sampled_from(["fixed_price", "fixed_price", "percent_off", "amount_off"]))
    get: Json = {"kind": kind, "goods": draw(st.one_of(goods(), st.sampled_from(WHOLE)))}
    if kind == "fixed_price":
        get["price"] = draw(prices())
    else:
        get |= {"percent": draw(percents())} if kind == "percent_off" else {"amount": draw(amounts())}
        get["per"] = "unit"
    made: Json = {"get": get, "stage": "price"}
    if chance(draw, "often"):
        made["limits"] = draw(
            st.sampled_from([{"units": 1}, {"units": 2}, {"budget": "3.00"}, {"units": 1, "budget": "0.50"}])
        )
    return made


@st.composite
def ladders(draw: st.DrawFn) -> Json:
    """A threshold that deals and prices can just reach or just miss; also with a percentage, pieces or a coupon."""
    low = draw(st.integers(100, 1500))
    high = low + draw(st.integers(1, 1500))
    less = draw(st.integers(1, low))
    steps: list[Json] = [{"least_amount": money(low), "amount": money(less)}]
    if chance(draw, "often"):
        steps.append({"least_amount": money(high), "amount": money(draw(st.integers(less, high)))})
    if chance(draw, "rarely"):
        steps = [{"least_amount": money(low), "percent": "10"}, {"least_amount": money(high), "percent": "40"}]
    elif chance(draw, "rarely"):
        steps = [{"least_pieces": draw(st.integers(1, 3)), "amount": money(less)}]
    get: Json = {"kind": "threshold", "steps": steps, "goods": draw(st.one_of(goods(), st.sampled_from(WHOLE)))}
    if len(steps) == 1 and chance(draw, "sometimes"):
        get["every"] = True
    if chance(draw, "rarely"):
        get["most"] = draw(amounts())
    return {"get": get, "stage": draw(st.sampled_from(["order", "order", "order", "coupon"]))}


@st.composite
def shared_bundles(draw: st.DrawFn) -> Json:
    """Bundles that want the same goods."""
    yoghurt = draw(st.sampled_from([["apple"], ["apple", "bread"], ["apple", "cheese"]]))
    groups: list[Json] = [{"goods": {"skus": yoghurt}, "pieces": draw(st.integers(1, 2))}]
    if chance(draw, "often"):
        groups.append({"goods": draw(goods()), "pieces": 1})
    given_ = st.one_of(prices().map(lambda price: {"price": price}), percents().map(lambda off: {"percent": off}))
    return {"get": {"kind": "bundle", "groups": groups} | draw(given_), "stage": "deal"}


@st.composite
def wide_offers(draw: st.DrawFn, name: str, theme: str) -> Json:
    kinds: dict[str, list[st.SearchStrategy[Json]]] = {
        "any": [offers(name)],
        "prices": [shelf_prices(), shelf_prices(), deals(), reductions()],
        "ladders": [ladders(), deals(), shared_bundles(), reductions(), shelf_prices()],
        "limits": [reductions(), reductions(), deals(), shelf_prices(), thresholds()],
        "bundles": [shared_bundles(), shared_bundles(), deals(), ladders()],
    }
    made: Json = {"priority": draw(st.sampled_from([0, 0, 1])), **draw(st.one_of(kinds[theme])), "id": name}
    if "stack" not in made:
        made["stack"] = draw(st.sampled_from(["usual"] * 3 + ["never", "always"]))
    if made["stack"] == "never" and chance(draw, "rarely"):
        made["scope"] = "receipt"
    if theme == "limits" or chance(draw, "rarely"):
        made["limits"] = made.get("limits", {}) | draw(_limits(made["stage"]))
        if chance(draw, "often"):
            made["base"] = "initial"
    if made["stage"] == "order" and chance(draw, "sometimes"):
        made |= {"group": "g", "group_most": draw(st.sampled_from([1, 1, 2]))}
    if made["stage"] == "coupon" or chance(draw, "rarely"):
        made["valid"] = {"coupon": draw(st.sampled_from(["red", "red", "blue"]))}
    if "buy" not in made and chance(draw, "sometimes"):
        made["buy"] = [{"goods": draw(goods())} | draw(_asked())]
    return made


def _limits(stage: str) -> st.SearchStrategy[Json]:
    units = st.integers(1, 3).map(lambda most: {"units": most})
    budget = amounts().map(lambda most: {"budget": most})
    if stage in ("deal", "coupon"):
        return st.one_of(units, budget, st.integers(1, 2).map(lambda most: {"applications": most}))
    return st.one_of(units, units, budget)


def _asked() -> st.SearchStrategy[Json]:
    amount = st.integers(100, 2500).map(lambda least: {"least_amount": money(least)})
    pieces = st.integers(1, 4).map(lambda least: {"least_pieces": least})
    return st.one_of(amount, amount, pieces, st.integers(1, 4).map(lambda most: {"most_pieces": most}))


@st.composite
def few_prices(draw: st.DrawFn, most_units: int) -> list[Json]:
    """A basket of few prices, so that units compare as equals."""
    price = st.sampled_from(["1.00", "5.00", "10.00", draw(prices())])
    lines: list[Json] = []
    left = most_units
    for sku in draw(st.lists(st.sampled_from(list(CATEGORIES)), min_size=1, max_size=4)):
        if left:
            quantity = draw(st.integers(1, min(3, left)))
            left -= quantity
            lines.append({"sku": sku, "price": draw(price), "quantity": quantity, "category": CATEGORIES[sku]})
    return lines


@st.composite
def wide_requests(draw: st.DrawFn, most_units: int = 5, most_offers: int = 4) -> Json:
    theme = draw(st.sampled_from(["any", "prices", "ladders", "limits", "bundles"]))
    names = [f"o{at}" for at in range(draw(st.integers(1, most_offers)))]
    coupons: list[dict[str, Any]] = [
        {"id": f"c{at}", "kind": draw(st.sampled_from(["red", "red", "blue"]))} for at in range(draw(st.integers(0, 2)))
    ]
    lines = draw(st.one_of(baskets(most_units), few_prices(most_units)))
    return document(lines, [draw(wide_offers(name, theme)) for name in names], coupons=coupons, at=AT)
