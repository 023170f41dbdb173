"""Stores and products written by the thousand."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk

_PRODUCT_IDS = pa.schema([("sku", pa.string()), ("product_id", pa.int64()), ("category", pa.string())])


def insert_stores(rows: Sequence[tuple[str, str, str]]) -> int:
    """Insert (code, name, district) where the code is new; returns how many were."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO catalogue_store (code, name, district) VALUES (%s, %s, %s) ON CONFLICT (code) DO NOTHING",
            rows,
        )
        return max(cursor.rowcount, 0)


def store_ids() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM catalogue_store")
        return dict(cursor.fetchall())


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
