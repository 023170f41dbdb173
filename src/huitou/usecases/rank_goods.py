"""Products and categories by what they sold: the catalogue knows what they are called, insight what they sold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from huitou.catalogue import service as catalogue
from huitou.catalogue.terms import ProductSeen
from huitou.insight import service as insight
from huitou.insight.terms import GoodsSeen


@dataclass(frozen=True, slots=True)
class Sold:
    """What several products sold together, now, before and a year ago (fen)."""

    products: int
    net_fen: int
    before_fen: int
    year_before_fen: int
    member_fen: int


@dataclass(frozen=True, slots=True)
class RankedGoods:
    """One page of products, the categories one level below the one that was asked for, and what all of them sold."""

    rows: Sequence[tuple[ProductSeen, GoodsSeen]]
    total: int
    categories: Sequence[tuple[str, Sold]]
    """By the last part of the path, the largest first; '' is what lies in the category itself."""
    whole: Sold


def _moved(now: int, before: int) -> Fraction:
    return Fraction(now - before, before) if before > 0 else Fraction(0)


SORTS: dict[str, Callable[[tuple[ProductSeen, GoodsSeen]], Any]] = {
    "sales": lambda row: (-row[1].net_fen, row[0].sku),
    "rising": lambda row: (row[1].before_fen - row[1].net_fen, row[0].sku),
    "falling": lambda row: (row[1].net_fen - row[1].before_fen, row[0].sku),
    "year": lambda row: (-_moved(row[1].net_fen, row[1].year_before_fen), row[0].sku),
    "members": lambda row: (-_part(row[1].member_fen, row[1].net_fen), row[0].sku),
    "name": lambda row: (row[0].name, row[0].sku),
}
"""How products can stand: by sales, by what was won or lost in money since the weeks before, by growth over a year, by
members' share, by name."""


def _part(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole > 0 else Fraction(0)


def rank_goods(
    store_id: int | None,
    *,
    words: str = "",
    category: str = "",
    sort: str = "sales",
    page: int = 1,
    page_size: int = 50,
) -> RankedGoods:
    """Products of a store, or of the chain, whose name or code holds `words`, in a category (its whole path) and below.

    Only what sold in the newest weeks, the weeks before or a year ago is there; `page` counts from 1.
    """
    sold = insight.goods_of(store_id)
    known = catalogue.products(one.product_id for one in sold)
    wanted = words.strip().casefold()
    found = [
        (known[one.product_id], one)
        for one in sold
        if one.product_id in known and _lies_in(known[one.product_id].category, category)
    ]
    named = [row for row in found if wanted in row[0].name.casefold() or wanted in row[0].sku.casefold()]
    named = [row for row in named if any((row[1].net_fen, row[1].before_fen, row[1].year_before_fen))]
    named.sort(key=SORTS.get(sort, SORTS["sales"]))
    first = (page - 1) * page_size
    return RankedGoods(named[first : first + page_size], len(named), _below(found, category), _sum(found))


def _lies_in(path: str, category: str) -> bool:
    return not category or path == category or path.startswith(category + "/")


def _sum(rows: Sequence[tuple[ProductSeen, GoodsSeen]]) -> Sold:
    goods = [one for _, one in rows]
    return Sold(
        sum(one.net_fen != 0 for one in goods),
        sum(one.net_fen for one in goods),
        sum(one.before_fen for one in goods),
        sum(one.year_before_fen for one in goods),
        sum(one.member_fen for one in goods),
    )


def _below(rows: Sequence[tuple[ProductSeen, GoodsSeen]], category: str) -> list[tuple[str, Sold]]:
    parts: dict[str, list[tuple[ProductSeen, GoodsSeen]]] = {}
    depth = len(category.split("/")) if category else 0
    for product, one in rows:
        below = product.category.split("/")[depth : depth + 1]
        parts.setdefault(below[0] if below else "", []).append((product, one))
    summed = [(name, _sum(part)) for name, part in parts.items()]
    return sorted(summed, key=lambda pair: (-pair[1].net_fen, pair[0]))
