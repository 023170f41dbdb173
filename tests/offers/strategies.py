"""Random requests for the properties: small ones that the brute force can try out, and larger ones."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from tests.offers.documents import AT, document

SKUS = ("apple", "bread", "cheese", "dates")
CATEGORIES = {"apple": "fresh/fruit", "bread": "bakery", "cheese": "fresh/dairy", "dates": "fresh/fruit"}
PRICES = (1, 5, 33, 99, 100, 199, 250, 333, 500, 501, 999, 1000, 1005)
"""Fen; the odd ones are there for the rounding."""

Json = dict[str, Any]


def money(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def prices() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(PRICES), st.integers(1, 2000)).map(money)


@st.composite
def baskets(draw: st.DrawFn, most_units: int = 5) -> list[Json]:
    lines: list[Json] = []
    left = most_units
    for _ in range(draw(st.integers(2, 4))):
        if not left:
            break
        sku = draw(st.sampled_from(SKUS))
        quantity = draw(st.integers(1, min(3, left)))
        left -= quantity
        line: Json = {"sku": sku, "price": draw(prices()), "quantity": quantity, "category": CATEGORIES[sku]}
        lines.append(line | draw(st.sampled_from(_RARELY)))
    return lines


_RARELY: list[Json] = [{}] * 8 + [
    {"discountable": False},
    {"levy": "0.30"},
    {"tax": [{"percent": "15", "included": False}]},
    {"tax": [{"percent": "13", "included": True}]},
]


def goods() -> st.SearchStrategy[Json]:
    chosen = st.lists(st.sampled_from(SKUS), min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.just({}),
        st.just({}),
        chosen.map(lambda skus: {"skus": skus}),
        st.sampled_from([{"categories": ["fresh"]}, {"categories": ["fresh/fruit"]}, {"not_skus": ["bread"]}]),
    )


def percents() -> st.SearchStrategy[str]:
    return st.sampled_from(["5", "10", "12.5", "20", "33", "50", "100"])


def amounts() -> st.SearchStrategy[str]:
    return st.sampled_from([1, 50, 99, 100, 300, 777]).map(money)


@st.composite
def reductions(draw: st.DrawFn) -> Json:
    """A percent, an amount or a fixed price, in one of the stages where it may stand."""
    kind = draw(st.sampled_from(["percent_off", "percent_off", "amount_off", "fixed_price"]))
    stage = draw(st.sampled_from(["price", "item", "order", "coupon"] if kind != "fixed_price" else ["price", "item"]))
    get: Json = {"kind": kind, "goods": draw(goods())}
    if kind == "fixed_price":
        get["price"] = draw(prices())
    else:
        get |= {"percent": draw(percents())} if kind == "percent_off" else {"amount": draw(amounts())}
        get["per"] = "unit" if stage == "price" else draw(st.sampled_from(["unit", "line", "lot"]))
    if stage != "price" and rarely(draw):
        get |= {"most_units": draw(st.integers(1, 2)), "pick": draw(st.sampled_from(["cheapest", "dearest"]))}
        get["most_units_of"] = draw(st.sampled_from(["basket", "line"]))
    if kind == "amount_off" and rarely(draw):
        get["spread"] = "pieces"
    if stage != "price" and kind != "fixed_price" and rarely(draw):
        get["most"] = draw(amounts())
    return {"get": get, "stage": stage}


def rarely(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 6)) == 0


@st.composite
def thresholds(draw: st.DrawFn) -> Json:
    if draw(st.booleans()):
        least = draw(st.sampled_from([200, 500, 1000]))
        off = draw(st.sampled_from([1, 50, 99, 100, 199]))
        step = {"least_amount": money(least), "amount": money(off)}
        return {"get": {"kind": "threshold", "steps": [step], "every": True, "goods": draw(goods())}, "stage": "order"}
    low, high = sorted(draw(st.lists(st.sampled_from([200, 500, 900, 1500]), min_size=2, max_size=2, unique=True)))
    less, more = sorted(draw(st.lists(st.sampled_from([50, 99, 150, 500]), min_size=2, max_size=2, unique=True)))
    steps = [
        {"least_amount": money(low), "amount": money(less)},
        {"least_amount": money(high), "amount": money(more)},
    ]
    if rarely(draw):
        steps = [{"least_pieces": 2, "percent": "10"}, {"least_pieces": 4, "percent": "33"}]
    return {"get": {"kind": "threshold", "steps": steps, "goods": draw(goods())}, "stage": "order"}


def givings() -> st.SearchStrategy[Json]:
    """What a deal takes off what it gives: mostly a percent."""
    percent = percents().map(lambda percent: {"percent": percent})
    amount = amounts().map(lambda amount: {"amount": amount})
    return st.one_of(percent, percent, amount, prices().map(lambda price: {"price": price}))


@st.composite
def deals(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(["nth_unit", "cheapest_free", "buy_get", "bundle", "add_on"]))
    get: Json = {"kind": kind}
    if kind == "nth_unit":
        get |= {"n": draw(st.sampled_from([2, 2, 3])), "goods": draw(goods()), "percent": draw(percents())}
    elif kind == "cheapest_free":
        get |= {"group": draw(st.integers(2, 4)), "free": 1, "goods": draw(goods())}
        get["free"] = draw(st.integers(1, get["group"] - 1))
    elif kind == "buy_get":
        get |= {"buy_goods": draw(goods()), "buy_pieces": draw(st.integers(1, 2))}
        get |= {"get_goods": draw(goods()), "get_pieces": draw(st.sampled_from([1, 1, 2]))} | draw(givings())
    elif kind == "bundle":
        groups = [{"goods": draw(goods()), "pieces": draw(st.integers(1, 2))} for _ in range(draw(st.integers(1, 2)))]
        get |= {"groups": groups} | draw(st.one_of(prices().map(lambda price: {"price": price}), givings()))
    else:
        get |= {"goods": draw(goods()), "price": draw(prices())}
    return {"get": get, "stage": "deal"}


@st.composite
def offers(draw: st.DrawFn, name: str) -> Json:
    made = draw(st.one_of(reductions(), reductions(), deals(), thresholds()))
    made = {"id": name, "priority": draw(st.sampled_from([0, 0, 0, 1, 2])), **made}
    if draw(st.integers(0, 2)) == 0:
        need: Json = {"goods": draw(goods())}
        need |= draw(st.sampled_from([{"least_amount": "5.00"}, {"least_amount": "12.00"}, {"least_pieces": 2}]))
        made["buy"] = [need]
    made["stack"] = draw(st.sampled_from(["usual"] * 5 + ["never", "always"]))
    if made["stack"] == "never" and draw(st.integers(0, 3)) == 0:
        made["scope"] = "receipt"
    if made["stage"] == "order" and draw(st.booleans()):
        made["group"] = "g"
    if made["stage"] == "coupon" or draw(st.integers(0, 7)) == 0:
        made["valid"] = {"coupon": draw(st.sampled_from(["red", "blue"]))}
    if made["stage"] in ("deal", "coupon") and draw(st.integers(0, 4)) == 0:
        made["limits"] = {"applications": draw(st.integers(0, 2))}
    elif made["stage"] in ("item", "order", "coupon") and rarely(draw):
        made["limits"] = {"budget": draw(amounts())}
    elif made["stage"] in ("price", "item") and rarely(draw):
        made["limits"] = {"units": draw(st.integers(1, 2))}
    if "most_units" not in made["get"] and rarely(draw):
        made["base"] = "initial"
    return made


@st.composite
def requests(draw: st.DrawFn, most_units: int = 5, most_offers: int = 4) -> Json:
    """A request with everything that the search decides about."""
    names = [f"o{at}" for at in range(draw(st.integers(2, most_offers)))]
    coupons = [
        {"id": f"c{at}", "kind": draw(st.sampled_from(["red", "blue"]))} for at in range(draw(st.integers(0, 2)))
    ]
    return document(draw(baskets(most_units)), [draw(offers(name)) for name in names], coupons=coupons, at=AT)


def tenders() -> st.SearchStrategy[list[Json]]:
    kinds = st.sampled_from(["stored_value", "gift_card", "points", "other"])
    one = st.tuples(kinds, st.integers(0, 3000).map(money))
    return st.lists(one, min_size=1, max_size=3).map(
        lambda paid: [{"kind": kind, "id": f"t{at}", "amount": amount} for at, (kind, amount) in enumerate(paid)]
    )


def shuffles() -> st.SearchStrategy[Any]:
    """A way to put any list into another order."""
    return st.integers(0, 2**32).map(lambda seed: lambda things: _shuffled(things, seed))


def _shuffled(things: Sequence[Any], seed: int) -> list[Any]:
    return sorted(things, key=lambda thing: zlib.crc32(f"{seed}{thing}".encode()))
