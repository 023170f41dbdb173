"""Products and categories by what they sold: the catalogue knows what they are called, insight what they sold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import ProductSeen
from huitou.insight import service as insight
from huitou.insight.terms.goods import GoodsSeen, GoodsSold


@dataclass(frozen=True, slots=True)
class RankedGoods:
    """One page of products, the categories one level below the one that was asked for, and what all of them sold."""

    rows: Sequence[tuple[ProductSeen, GoodsSeen]]
    total: int
    categories: Sequence[tuple[str, GoodsSold]]
    """By the last part of the path, the largest first; '' is what lies in the category itself."""
    whole: GoodsSold


def rank_goods(
    store_id: int | None,
    *,
    words: str = "",
    category: str = "",
    order: str = "sales",
    page: int = 1,
    page_size: int = 50,
) -> RankedGoods:
    """Products of a store, or of the chain, whose name or code holds `words`, in a category (its whole path) and below.

    Only what sold in the newest weeks, the weeks before or a year ago is there; `page` counts from 1.
    """
    asked = catalogue.shelf(category, words.strip())
    rows, parts, total = insight.goods_ranked(
        asked, store_id, order=order, first=(page - 1) * page_size, limit=page_size
    )
    known = catalogue.products(one.product_id for one in rows)
    categories = sorted(parts, key=lambda part: (-part[1].net_fen, part[0]))
    return RankedGoods([(known[one.product_id], one) for one in rows], total, categories, _sum(parts))


def _sum(parts: Sequence[tuple[str, GoodsSold]]) -> GoodsSold:
    sold = [one for _, one in parts]
    return GoodsSold(
        sum(one.products for one in sold),
        sum(one.net_fen for one in sold),
        sum(one.before_fen for one in sold),
        sum(one.year_before_fen for one in sold),
        sum(one.member_fen for one in sold),
    )
