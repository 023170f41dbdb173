"""Stores and products written by the thousand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.catalogue.store import product_file, store_file
from huitou.catalogue.terms import Hours, Site

_BRANDS = pa.schema([("sku", pa.string()), ("brand", pa.string())])
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


WATCHED = {"product": product_file.PRODUCTS, "store": store_file.STORES, "category": product_file.CATEGORIES}
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
    "store": "source = '' AND name = code AND district = '' AND zone = '' AND latitude IS NULL AND opens_at IS NULL",
    "product": "source = '' AND brand = '' AND supplier = '' AND pack = '' AND price_fen IS NULL AND cost_fen IS NULL",
    "category": "true",
}


def unused(what: str, ids: Sequence[int], besides: Sequence[str]) -> list[int]:
    """Which of these rows are as a till's file made them, and used by nobody but the tables `besides`."""
    table = f"catalogue_{what}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE id = ANY(%s) AND {_AS_THEY_CAME[what]}", [list(ids)])
        as_they_came = [number for (number,) in cursor.fetchall()]
    # A PLU that a label brought goes with its product.
    return bulk.unreferenced(table, as_they_came, besides=(*besides, "catalogue_code"))


def delete(what: str, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        if what == "product":
            cursor.execute("DELETE FROM catalogue_code WHERE product_id = ANY(%s)", [list(ids)])
        cursor.execute(f"DELETE FROM catalogue_{what} WHERE id = ANY(%s)", [list(ids)])
    bulk.told.leave(product_file.LOG, WATCHED[what], ids)


def take_back(batch: int, undone: Sequence[int]) -> tuple[int, list[tuple[str, int, list[str]]]]:
    with bulk.told.taking_back(product_file.LOG, undone) as waiting:
        said = _take_back(batch, following=False)
        for below in waiting:
            _take_back(below, following=True)
    return said


def _take_back(batch: int, *, following: bool) -> tuple[int, list[tuple[str, int, list[str]]]]:
    # A product that the import made and that stays keeps its codes: tills sell it by them.
    made, changed = bulk.told.made(product_file.LOG, [batch], product_file.PRODUCTS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM catalogue_code WHERE product_id = ANY(%s)", [[*made, *changed]])
        theirs = {code for (code,) in cursor.fetchall()}
    restored = bulk.told.delete_made(product_file.LOG, batch, product_file.CODES, but=theirs)
    stay: list[tuple[str, int, list[str]]] = []
    for place in (product_file.CODES, product_file.PRODUCTS, store_file.STORES):
        rows, others = bulk.told.restore(product_file.LOG, batch, place, following=following)
        restored += rows
        stay += [(place.table, row, columns) for row, columns in others]
    return restored, stay


def names_of(what: str, ids: Sequence[int]) -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {_NAME[what]} FROM catalogue_{what} WHERE id = ANY(%s)", [list(ids)])
        return dict(cursor.fetchall())


def store_ids() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, id FROM catalogue_store")
        return dict(cursor.fetchall())


def update_sites(rows: Mapping[str, tuple[Site, Hours]]) -> None:
    """Write down where the stores of these codes stand, and when they are open."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE catalogue_store SET latitude = %s, longitude = %s, opens_at = %s, closes_at = %s WHERE code = %s",
            [
                (site.latitude, site.longitude, hours.opens_at, hours.closes_at, code)
                for code, (site, hours) in rows.items()
            ],
        )


def update_products(rows: pa.Table, source: str) -> None:
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
            "weighed = d.weighed, price_fen = d.price_fen, cost_fen = d.cost_fen, "
            "source = %s FROM described_product d WHERE d.sku = p.sku",
            [source],
        )
        cursor.execute(
            "INSERT INTO catalogue_code (product_id, kind, code) SELECT p.id, 'barcode', d.barcode "
            "FROM described_product d JOIN catalogue_product p USING (sku) WHERE d.barcode <> '' "
            "ON CONFLICT (code) DO NOTHING"
        )
        cursor.execute("DROP TABLE described_product")


def keep_out(skus: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_product SET promotable = false WHERE sku = ANY(%s)", [skus])


def brands() -> pa.Table:
    """(sku, brand) of every product."""
    parts = bulk.copy_out("SELECT sku, brand FROM catalogue_product", _BRANDS)
    return pa.concat_tables([_BRANDS.empty_table(), *parts])


def recategorised() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT product_id FROM catalogue_recategorised ORDER BY 1")
        return [product for (product,) in cursor.fetchall()]


def product_ids() -> pa.Table:
    """(sku, product_id, category path) of every product."""
    parts = list(
        bulk.copy_out(
            "SELECT sku, p.id, c.path FROM catalogue_product p LEFT JOIN catalogue_category c ON c.id = category_id",
            _PRODUCT_IDS,
        )
    )
    return pa.concat_tables(parts) if parts else _PRODUCT_IDS.empty_table()
