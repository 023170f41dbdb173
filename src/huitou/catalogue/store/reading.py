"""Stores and products as they are looked up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from huitou.bulk.trip import trip
from huitou.catalogue.terms import Hours, OnSale, OnTheShelf, ProductSeen, Site, StoreSeen

_STORE = (
    "SELECT id, code, name, district, zone, day_starts_at, latitude, longitude, opens_at, closes_at "
    "FROM catalogue_store"
)


def _seen(row: tuple[Any, ...]) -> StoreSeen:
    *known, latitude, longitude, opens_at, closes_at = row
    return StoreSeen(
        *known,
        site=None if None in (latitude, longitude) else Site(latitude, longitude),
        hours=None if None in (opens_at, closes_at) else Hours(opens_at, closes_at),
    )


def every_store() -> list[StoreSeen]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_STORE} ORDER BY id")
        return [_seen(row) for row in cursor.fetchall()]


def stores_of(codes: Sequence[str]) -> list[StoreSeen]:
    with trip() as only:  # prepared: every call of a till begins with it
        return [_seen(row) for row in only.ask(f"{_STORE} WHERE code = ANY(%s::text[])", [list(codes)]).rows()]


def category_paths() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT path FROM catalogue_category ORDER BY path")
        return [path for (path,) in cursor.fetchall()]


def products(ids: Sequence[int]) -> list[ProductSeen]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.sku, p.name, coalesce(c.path, '') FROM catalogue_product p "
            "LEFT JOIN catalogue_category c ON c.id = p.category_id WHERE p.id = ANY(%s)",
            [list(ids)],
        )
        return [ProductSeen(*row) for row in cursor.fetchall()]


def not_promotable(skus: Sequence[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sku FROM catalogue_product WHERE sku = ANY(%s) AND NOT promotable ORDER BY sku", [list(skus)]
        )
        return [sku for (sku,) in cursor.fetchall()]


def on_sale() -> list[OnSale]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.sku, p.name, coalesce(c.path, ''), p.brand, p.supplier, p.weighed, p.price_fen, "
            "p.promotable FROM catalogue_product p LEFT JOIN catalogue_category c ON c.id = p.category_id ORDER BY p.id"
        )
        return [OnSale(*row) for row in cursor.fetchall()]


def on_the_shelf() -> list[OnTheShelf]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.sku, p.name, coalesce(c.path, ''), p.brand, p.supplier, p.weighed, p.price_fen, "
            "p.promotable, p.pack, coalesce((SELECT k.code FROM catalogue_code k WHERE k.product_id = p.id "
            "AND k.kind = 'barcode' AND k.pieces = 1 ORDER BY k.id LIMIT 1), '') FROM catalogue_product p "
            "LEFT JOIN catalogue_category c ON c.id = p.category_id ORDER BY p.sku"
        )
        return [OnTheShelf(OnSale(*row[:-2]), *row[-2:]) for row in cursor.fetchall()]


def products_like(words: str, code: str, limit: int) -> list[ProductSeen]:
    """Products whose sku, barcode or PLU is `code`, then those whose name and brand hold each of the `words`; a chain
    has some thousands."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.sku, p.name, coalesce(c.path, '') FROM catalogue_product p "
            "LEFT JOIN catalogue_category c ON c.id = p.category_id "
            "WHERE p.sku = %(code)s OR p.id IN (SELECT product_id FROM catalogue_code WHERE code = %(code)s) "
            "OR concat_ws(' ', p.name, p.brand) ILIKE ALL(%(inside)s) "
            "ORDER BY p.sku = %(code)s DESC, p.name ILIKE %(begins)s DESC, length(p.name), p.id LIMIT %(limit)s",
            {
                "code": code,
                "inside": [f"%{word}%" for word in escaped.split()],
                "begins": f"{escaped}%",
                "limit": limit,
            },
        )
        return [ProductSeen(*row) for row in cursor.fetchall()]


def shelf(category: str, words: str) -> list[tuple[int, str, bool]]:
    """Of each product in a category (its whole path, empty: all) and below: its id, the next part of its path, and
    whether its name or code holds these words; by name. Plain rows, because a chain has thousands."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, split_part(coalesce(c.path, ''), '/', %(depth)s), "
            "strpos(lower(p.name), lower(%(words)s)) > 0 OR strpos(lower(p.sku), lower(%(words)s)) > 0 "
            "FROM catalogue_product p LEFT JOIN catalogue_category c ON c.id = p.category_id "
            "WHERE %(category)s = '' OR c.path = %(category)s OR starts_with(c.path, %(category)s || '/') "
            'ORDER BY p.name COLLATE "C", p.sku COLLATE "C"',
            {"category": category, "words": words, "depth": len(category.split("/")) + 1 if category else 1},
        )
        return cursor.fetchall()


def goods_for_tills() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """(sku, name, category, brand, supplier, weighed, price_fen, promotable) of goods; (code, sku, pieces) of codes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.sku, p.name, coalesce(k.path, ''), p.brand, p.supplier, p.weighed::int, p.price_fen, "
            "p.promotable::int FROM catalogue_product p LEFT JOIN catalogue_category k ON k.id = p.category_id"
        )
        goods = cursor.fetchall()
        cursor.execute(
            "SELECT c.code, p.sku, c.pieces FROM catalogue_code c JOIN catalogue_product p ON p.id = c.product_id"
        )
        return goods, cursor.fetchall()
