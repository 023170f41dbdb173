"""One product as its page shows it: what it sold week by week, at which price, who buys it, what with, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from huitou.catalogue import service as catalogue
from huitou.catalogue.errors import ProductUnknown
from huitou.catalogue.terms import ProductSeen
from huitou.insight import service as insight
from huitou.insight.terms.goods import BoughtWith, Buyers, GoodsSeen, WeekOfGoods
from huitou.lake import service as lake

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ProductLookedAt:
    product: ProductSeen
    here: GoodsSeen | None
    """In the store that was asked for, or in the chain; None: it sold nothing in two years' windows."""
    by_store: Sequence[GoodsSeen]
    """In each store that the reader sees, the largest first."""
    weeks: Sequence[WeekOfGoods]
    buyers: Buyers | None
    bought_with: Sequence[tuple[ProductSeen, BoughtWith]]


def look_at_product(
    product_id: int, *, store_id: int | None, seen: Sequence[int] | None, as_of: date
) -> ProductLookedAt:
    """`seen` are the stores whose weeks may be read, None: all; the lake knows no policies. Raises ProductUnknown."""
    product = catalogue.products([product_id]).get(product_id) if 0 < product_id <= _LARGEST_ID else None
    if product is None:
        raise ProductUnknown(product=product_id)
    places = insight.goods_of_product(product_id)
    pairs = insight.bought_with(product_id)
    known = catalogue.products(pair.other_id for pair in pairs)
    stores = seen if store_id is None else [store_id]
    with lake.open_kept("goods") as session:
        weeks = insight.product_weeks(session, product_id, stores, as_of)
    by_store = sorted((one for one in places if one.store_id is not None), key=lambda one: -one.net_fen)
    return ProductLookedAt(
        product,
        next((one for one in places if one.store_id == store_id), None),
        by_store,
        weeks,
        insight.buyers_of(product_id, store_id),
        [(known[pair.other_id], pair) for pair in pairs if pair.other_id in known],
    )
