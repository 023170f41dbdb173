"""Goods of the file as selectors of ours."""

from __future__ import annotations

from typing import Any

from tests.peers.reading import Fields, Goods, texts

DELIVERY = "(delivery)"
"""The sku of the row that stands for the delivery fee."""


def goods_json(goods: Goods) -> dict[str, Any]:
    """The goods as our selector. The delivery fee belongs to nothing that does not name it."""
    if not goods.goods:
        return {"skus": [DELIVERY]}
    named: dict[str, Any] = {} if goods.delivery else {"not_skus": [DELIVERY]}
    if goods.skus:
        named["skus"] = list(goods.skus)
    if goods.categories:
        named["categories"] = list(goods.categories)
    return named


def named(reward: Fields, *names: str) -> tuple[str, ...]:
    """What the fields of these names hold, one word or a list of them."""
    return tuple(word for name in names for word in texts(reward.take(name)))
