"""Stores and products written by the thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.catalogue.terms import Site

_PRODUCT_IDS = pa.schema([("sku", pa.string()), ("product_id", pa.int64()), ("category", pa.string())])

DETAILS = ["sku", "brand", "supplier", "pack", "barcode", "weighed", "price_fen", "cost_fen"]


def insert_stores(rows: Sequence[tuple[str, str, str]]) -> int:
    """Insert (code, name, district) where the code is new; returns how many were."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO catalogue_store (code, name, district) VALUES (%s, %s, %s) ON CONFLICT (code) DO NOTHING",
            rows,
        )
        return max(cursor.rowcount, 0)


def newest(what: str) -> int:
    """The largest id of `store`, `product` or `category`; 0 where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM catalogue_{what}")
        return cursor.fetchone()[0]


_NAME = {"store": "code", "product": "sku", "category": "path"}


def newer_than(what: str, last: int, names: Sequence[str]) -> list[int]:
    """The ids beyond `last` of the stores, products or categories of these codes, skus or paths."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM catalogue_{what} WHERE id > %s AND {_NAME[what]} = ANY(%s) ORDER BY id",
            [last, list(names)],
        )
        return [number for (number,) in cursor.fetchall()]


_AS_THEY_CAME = {
    "store": "name = code AND district = '' AND zone = '' AND latitude IS NULL AND opens_at IS NULL",
    "product": "brand = '' AND supplier = '' AND pack = '' AND barcode IS NULL AND price_fen IS NULL "
    "AND cost_fen IS NULL",
    "category": "true",
}


def unused(what: str, ids: Sequence[int], besides: Sequence[str]) -> list[int]:
    """Which of these rows are as a till's file made them, and used by nobody but the tables `besides`."""
    table = f"catalogue_{what}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s) AND {_AS_THEY_CAME[what]}", [list(ids)])
        as_they_came = [number for (number,) in cursor.fetchall()]
    return bulk.unreferenced(table, as_they_came, besides=besides)


def delete(what: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM catalogue_{what} WHERE id = ANY(%s)", [list(ids)])


def store_ids() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM catalogue_store")
        return dict(cursor.fetchall())


def update_sites(rows: Mapping[str, Site]) -> None:
    """Write down where the stores of these codes stand, and when they are open."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE catalogue_store SET latitude = %s, longitude = %s, opens_at = %s, closes_at = %s WHERE code = %s",
            [(site.latitude, site.longitude, site.opens_at, site.closes_at, code) for code, site in rows.items()],
        )


def update_products(rows: pa.Table) -> None:
    """Write down what is known of products, by sku: `rows` has DETAILS, where an empty barcode is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE described_product (sku text, brand text, supplier text, pack text, barcode text, "
            "weighed boolean, price_fen bigint, cost_fen bigint) ON COMMIT DROP"
        )
    bulk.copy_in("described_product", DETAILS, rows.select(DETAILS))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalogue_product p SET brand = d.brand, supplier = d.supplier, pack = d.pack, "
            "barcode = nullif(d.barcode, ''), weighed = d.weighed, price_fen = d.price_fen, cost_fen = d.cost_fen "
            "FROM described_product d WHERE d.sku = p.sku"
        )
        cursor.execute("DROP TABLE described_product")


def insert_products(rows: pa.Table) -> int:
    """Insert products (sku, name, category path or null) that are new; returns how many were."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE arriving_product (sku text, name text, category text) ON COMMIT DROP")
    bulk.copy_in("arriving_product", ["sku", "name", "category"], rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_category (path) SELECT DISTINCT category FROM arriving_product "
            "WHERE category IS NOT NULL ON CONFLICT (path) DO NOTHING"
        )
        cursor.execute(
            "INSERT INTO catalogue_product (sku, name, category_id) "
            "SELECT a.sku, coalesce(a.name, a.sku), c.id FROM arriving_product a "
            "LEFT JOIN catalogue_category c ON c.path = a.category ORDER BY a.sku ON CONFLICT (sku) DO NOTHING"
        )
        taken = cursor.rowcount
        cursor.execute("DROP TABLE arriving_product")
    return taken


def product_ids() -> pa.Table:
    """(sku, product_id, category path) of every product."""
    parts = list(
        bulk.copy_out(
            "SELECT sku, p.id, c.path FROM catalogue_product p LEFT JOIN catalogue_category c ON c.id = category_id",
            _PRODUCT_IDS,
        )
    )
    return pa.concat_tables(parts) if parts else _PRODUCT_IDS.empty_table()
