"""A programme as a Chinese supermarket runs it for a fortnight, over the goods of the sample chain."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

Json = dict[str, Any]
HALF_OFF_SECOND = ("乳品烘焙", "休闲食品", "个护母婴", "酒水饮料", "家居清洁")
"""Departments of which categories carry 第二件半价, and whose brands carry 买二送一."""


def supermarket_programme(seed: int = 11) -> list[Json]:
    """About 400 offers: prices for members, flash prices, multi-buys, bundles, ladders, add-ons, coupons, gifts."""
    from huitou.usecases.sample_chain.goods import read_goods

    chance = random.Random(seed)
    goods = read_goods()
    categories: dict[str, list[Any]] = defaultdict(list)
    for good in goods:
        categories[good.category].append(good)
    best = [good for of_category in categories.values() for good in of_category[:6]]
    offers = [_member_price(good) for good in chance.sample(best, 260)]
    offers += [_flash_price(good) for good in chance.sample(best, 20)]
    promoted = [name for name in categories if name.split("/")[0] in HALF_OFF_SECOND]
    chosen = chance.sample(promoted, 36)
    offers += [_deal(f"第二件半价·{name}", {"kind": "nth_unit", "goods": _of(name)}) for name in chosen[:12]]
    offers += [
        _deal(f"买二送一·{name}", {"kind": "cheapest_free", "goods": _of(name), "group": 3}) for name in chosen[12:18]
    ]
    offers += [_any_for(name, categories[name]) for name in chosen[18:28]]
    offers += [
        _deal(f"2件8折·{name}", {"kind": "bundle", "groups": [{"goods": _of(name), "pieces": 2}], "percent": "20"})
        for name in chosen[28:]
    ]
    offers += _family_sets() + _percentages() + _ladders() + _add_ons(chance.sample(best, 3)) + _others()
    return offers


def _of(category: str) -> Json:
    return {"categories": [category]}


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"


def _member_price(good: Any) -> Json:
    """Of loose goods a tenth off, as a scale's amount has no unit price; of packs a price that ends in nine."""
    valid = {"members_only": True}
    if good.weighed:
        get: Json = {"kind": "percent_off", "goods": {"skus": [good.sku]}, "percent": "10"}
    else:
        get = {"kind": "fixed_price", "goods": {"skus": [good.sku]}, "price": _yuan(good.price_fen * 88 // 1000 * 10)}
    return {"id": f"会员价·{good.sku}", "get": get, "stage": "price", "valid": valid}


def _flash_price(good: Any) -> Json:
    get = {"kind": "percent_off", "goods": {"skus": [good.sku]}, "percent": "30", "per": "unit"}
    return {"id": f"秒杀·{good.sku}", "get": get, "stage": "price", "stack": "never", "limits": {"units": 2}}


def _deal(name: str, get: Json) -> Json:
    return {"id": name, "get": get}


def _any_for(category: str, goods: list[Any]) -> Json:
    """任选3件: three pieces of a category for a fifth less than its middle price asks."""
    prices = sorted(good.price_fen for good in goods)
    price = prices[len(prices) // 2] * 3 * 8 // 1000 * 10 + 90
    get = {"kind": "bundle", "groups": [{"goods": _of(category), "pieces": 3}], "price": _yuan(price)}
    return _deal(f"任选3件·{category}", get)


def _family_sets() -> list[Json]:
    pairs = (("乳品烘焙/牛奶", "乳品烘焙/面包"), ("冷冻食品", "粮油调味/调味品"), ("生鲜/蔬菜", "生鲜/猪肉"))
    return [
        {
            "id": f"周末家庭套餐·{number}",
            "get": {"kind": "bundle", "groups": [{"goods": _of(one)}, {"goods": _of(other)}], "amount": "3.00"},
        }
        for number, (one, other) in enumerate(pairs)
    ]


def _percentages() -> list[Json]:
    rows = (("个护母婴", "10", {}), ("家居清洁", "12", {}), ("生鲜/水果", "5", {"members_only": True}))
    return [
        {
            "id": f"品类折扣·{name}",
            "get": {"kind": "percent_off", "goods": _of(name), "percent": percent},
            "valid": valid,
        }
        for name, percent, valid in rows
    ]


def _ladders() -> list[Json]:
    def ladder(name: str, steps: list[tuple[int, int]], goods: Json, **more: Any) -> Json:
        rows = [{"least_amount": f"{least}.00", "amount": f"{off}.00"} for least, off in steps]
        return {"id": name, "get": {"kind": "threshold", "goods": goods, "steps": rows, **more}, "group": name[:2]}

    return [
        ladder("全场满减", [(99, 10), (199, 25), (299, 45)], {"not_categories": ["酒水饮料/白酒"]}),
        ladder("零食满88减30", [(88, 30)], _of("休闲食品")),
        ladder("每满50减5", [(50, 5)], _of("个护母婴"), every=True),
        ladder("冻品满59减10", [(59, 10)], _of("冷冻食品")),
    ]


def _add_ons(goods: list[Any]) -> list[Json]:
    return [
        {
            "id": f"换购·{good.sku}",
            "buy": [{"least_amount": "58.00"}],
            "get": {"kind": "add_on", "goods": {"skus": [good.sku]}, "price": "1.00"},
        }
        for good in goods
    ]


def _others() -> list[Json]:
    """Coupons that a member presents, and benefits that are no money."""
    step = {"least_amount": "100.00", "amount": "15.00"}
    return [
        {"id": "满100减15券", "valid": {"coupon": "百减十五"}, "get": {"kind": "threshold", "steps": [step]}},
        {
            "id": "生鲜95折券",
            "valid": {"coupon": "生鲜"},
            "get": {"kind": "percent_off", "goods": _of("生鲜"), "percent": "5"},
        },
        {"id": "双倍积分", "valid": {"birthday_month": True}, "get": {"kind": "points_bonus", "multiply": "200"}},
        {
            "id": "买生鲜送烘焙券",
            "buy": [{"goods": _of("生鲜"), "least_amount": "30.00"}],
            "get": {"kind": "next_coupon", "coupon": "烘焙"},
        },
    ]


def overlapping_deals(deals: int, seed: int = 3) -> list[Json]:
    """So many times 任选3件, each over a third of the best sellers: nearly every article lies in several of them."""
    from huitou.usecases.sample_chain.goods import read_goods

    chance = random.Random(seed)
    packed = [good.sku for good in read_goods() if not good.weighed]
    return [
        {
            "id": f"任选3件·{number:02}",
            "get": {
                "kind": "bundle",
                "groups": [{"goods": {"skus": chance.sample(packed, len(packed) // 3)}, "pieces": 3}],
                "price": f"{chance.randrange(18, 36)}.00",
            },
        }
        for number in range(deals)
    ]
