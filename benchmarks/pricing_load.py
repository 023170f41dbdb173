"""Baskets and programmes for the pricing benchmark: the same for every engine, drawn with a seed."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]
LINES, PIECES = 30, 64
AT = "2026-11-11T18:00:00"
PROMOTED = ("fixed_price", "percent_off", "percent_off", "nth_unit", "bundle", "percent_off", "threshold", "amount_off")
"""What a retailer's programme is made of: prices and percentages, multi-buys of one product, a few thresholds."""


def basket(seed: int = 1) -> list[Json]:
    """30 lines, 64 pieces, from 10 categories and 15 brands."""
    chance = random.Random(seed)
    pieces = [1] * LINES
    for _ in range(PIECES - LINES):
        pieces[chance.randrange(LINES)] += 1
    return [
        {
            "sku": f"S{number}",
            "price": f"{chance.randrange(3, 40)}.{chance.choice(('00', '50', '80', '90', '99'))}",
            "quantity": pieces[number],
            "category": f"C{number % 10}",
            "brand": f"B{number % 15}",
        }
        for number in range(LINES)
    ]


def programme(active: int, touching: int, seed: int = 2) -> list[Json]:
    """`active` offers of which `touching` can take something of the basket; the others are for other goods."""
    chance = random.Random(seed)
    return [_offer(number, chance, touches=number < touching) for number in range(active)]


def _offer(number: int, chance: random.Random, *, touches: bool) -> Json:
    kind = PROMOTED[number % len(PROMOTED)]
    where = "" if touches else "other-"
    sku = {"skus": [f"{where}S{chance.randrange(LINES)}"]}
    category = {"categories": [f"{where}C{chance.randrange(10)}"]}
    brand = {"brands": [f"{where}B{chance.randrange(15)}"]}
    percent = str(chance.choice((5, 8, 10, 12, 15, 20)))
    get: Json
    more: Json = {}
    if kind == "fixed_price":
        get, more = {"goods": sku, "price": f"{chance.randrange(2, 20)}.90"}, {"stage": "price"}
    elif kind == "percent_off":
        get = {"goods": chance.choice((sku, brand, category)), "percent": percent}
    elif kind == "nth_unit":
        get = {"goods": sku}
    elif kind == "bundle":
        get = {"groups": [{"goods": sku, "pieces": chance.choice((2, 3))}], "percent": "20"}
    elif kind == "threshold":
        least = chance.choice((50, 100, 200, 300, 500))
        step = {"least_amount": f"{least}.00", "amount": f"{least // 10}.00"}
        get = {"goods": chance.choice((category, brand)), "steps": [step]}
        more = {"group": chance.choice("ab")}
    else:
        get = {"goods": sku, "amount": f"{chance.randrange(1, 4)}.00", "per": "unit"}
    return {"id": f"O{number:05}", "priority": chance.randrange(3), "get": {"kind": kind, **get}, **more}


def mix_and_match(deals: int, seed: int = 3) -> list[Json]:
    """Overlapping deals: any three of a third of the basket's lines for a price."""
    chance = random.Random(seed)
    return [
        {
            "id": f"M{number:02}",
            "get": {
                "kind": "bundle",
                "groups": [{"goods": {"skus": [f"S{n}" for n in chance.sample(range(LINES), 10)]}, "pieces": 3}],
                "price": f"{chance.randrange(25, 45)}.00",
            },
        }
        for number in range(deals)
    ]
