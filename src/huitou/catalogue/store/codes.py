"""Which product a code means: the one lookup of files and tills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.trip import trip
from huitou.catalogue.rules.codes import Scanned
from huitou.catalogue.terms import CodeSeen, GoodsSeen, OnTheList


class _ProductOf(NamedTuple):
    joins: str
    id: str
    pieces: str


PRODUCT_OF = _ProductOf(
    # A sku first, word for word; then a barcode or PLU; last a sku that is the same barcode in its other spelling.
    joins="LEFT JOIN catalogue_product p ON p.sku = a.sku "
    "LEFT JOIN catalogue_code c ON p.id IS NULL AND c.code = a.code "
    "LEFT JOIN catalogue_product o ON p.id IS NULL AND length(a.code) >= 12 AND o.sku = a.code",
    id="coalesce(p.id, c.product_id, o.id)",
    pieces="CASE WHEN p.id IS NULL THEN coalesce(c.pieces, 1) ELSE 1 END",
)
"""SQL that finds the product of each `a (sku, code)`: a till's code as it was written, and in its one spelling."""

_IDS = pa.schema(
    [
        ("sku", pa.string()),
        ("product_id", pa.int64()),
        ("pieces", pa.int32()),
        ("weight_g", pa.int64()),
        ("by_price", pa.bool_()),
    ]
)


def take_products(rows: pa.Table, read: Sequence[Scanned]) -> tuple[pa.Table, int]:
    """Make a product for each code of `rows` (sku, name, category path or null) that means none.

    `read`: the same codes as they are looked up. Returns (sku, product_id, pieces, weight_g, by_price) of each of them,
    and how many products are new.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE arriving_product (sku text, name text, category text, code text, plu text, "
            "weight_g bigint, by_price boolean, name_for_new text) ON COMMIT DROP"
        )
    columns = {"code": pa.string(), "plu": pa.string(), "weight_g": pa.int64(), "by_price": pa.bool_()}
    arriving = rows.select(["sku", "name", "category"])
    for column, kind in (columns | {"name_for_new": pa.string()}).items():
        arriving = arriving.append_column(column, pa.array([getattr(one, column) for one in read], kind))
    bulk.copy_in("arriving_product", arriving.column_names, arriving)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE arriving_product")
        cursor.execute(
            "INSERT INTO catalogue_category (path) SELECT DISTINCT category FROM arriving_product "
            "WHERE category IS NOT NULL ON CONFLICT (path) DO NOTHING"
        )
        cursor.execute(
            "CREATE TEMP TABLE unknown_product ON COMMIT DROP AS SELECT DISTINCT ON (a.name_for_new) a.* "
            f"FROM arriving_product a {PRODUCT_OF.joins} WHERE {PRODUCT_OF.id} IS NULL ORDER BY a.name_for_new, a.sku"
        )
        cursor.execute(
            "INSERT INTO catalogue_product (sku, name, category_id) "
            "SELECT a.name_for_new, coalesce(a.name, a.name_for_new), k.id FROM unknown_product a "
            "LEFT JOIN catalogue_category k ON k.path = a.category ORDER BY 1 ON CONFLICT (sku) DO NOTHING"
        )
        new = cursor.rowcount
        cursor.execute(
            "INSERT INTO catalogue_code (product_id, kind, code) SELECT DISTINCT ON (a.plu) p.id, 'plu', a.plu "
            "FROM unknown_product a JOIN catalogue_product p ON p.sku = a.name_for_new WHERE a.plu IS NOT NULL "
            "ORDER BY a.plu, p.id ON CONFLICT (code) DO NOTHING"
        )
    # Under its own spelling a code that was just made is found as the others are; of a sku that is new, by its name.
    parts = list(
        bulk.copy_out(
            f"SELECT a.sku, coalesce({PRODUCT_OF.id}, n.id), {PRODUCT_OF.pieces}, a.weight_g, a.by_price "
            f"FROM arriving_product a {PRODUCT_OF.joins} "
            "LEFT JOIN catalogue_product n ON n.sku = a.name_for_new",
            _IDS,
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE arriving_product, unknown_product")
    return pa.concat_tables(parts) if parts else _IDS.empty_table(), new


_SEEN = """
SELECT a.sku, p2.id, p2.sku, p2.name, coalesce(k.path, ''), p2.brand, p2.supplier, p2.pack, p2.weighed, p2.price_fen,
       p2.promotable, {pieces}
FROM unnest(%s::text[], %s::text[]) AS a (sku, code) {joins}
JOIN catalogue_product p2 ON p2.id = {id} LEFT JOIN catalogue_category k ON k.id = p2.category_id
"""


_GOODS = """
SELECT a.sku, p2.id, p2.sku, coalesce(k.path, ''), p2.brand, p2.supplier, p2.weighed, p2.price_fen, p2.promotable,
       {pieces}
FROM unnest(%s::text[], %s::text[]) AS a (sku, code) {joins}
JOIN catalogue_product p2 ON p2.id = {id} LEFT JOIN catalogue_category k ON k.id = p2.category_id
"""


def goods(asked: Sequence[Scanned]) -> dict[str, GoodsSeen]:
    """What these codes mean for a price, by the code as the till wrote it."""
    labels = {one.sku: (one.weight_g, one.price_fen) for one in asked}
    with trip() as only:
        answer = only.ask(
            _GOODS.format(**PRODUCT_OF._asdict()), [[one.sku for one in asked], [one.code for one in asked]]
        )
        return {sku: GoodsSeen(*rest, *labels[sku]) for sku, *rest in answer.rows()}


def seen(asked: Scanned) -> CodeSeen | None:
    """The product that this code means, as people see it."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN.format(**PRODUCT_OF._asdict()), [[asked.sku], [asked.code]])
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("SELECT kind, code, pieces FROM catalogue_code WHERE product_id = %s ORDER BY 1, 3, 2", [row[1]])
        return CodeSeen(*row[2:], codes=tuple(cursor.fetchall()), weight_g=asked.weight_g)


_LIST = """
SELECT p.sku, p.name, coalesce(k.path, ''), p.weighed, p.price_fen, p.promotable,
       coalesce(array_agg(c.code ORDER BY c.pieces, c.code) FILTER (WHERE c.id IS NOT NULL), '{}'),
       coalesce(array_agg(c.pieces ORDER BY c.pieces, c.code) FILTER (WHERE c.id IS NOT NULL), '{}')
FROM catalogue_product p LEFT JOIN catalogue_category k ON k.id = p.category_id
LEFT JOIN catalogue_code c ON c.product_id = p.id GROUP BY p.id, k.path ORDER BY p.sku
"""


def price_list() -> list[OnTheList]:
    """Every product with all that a till may scan for it."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST)
        return [
            OnTheList(*row, codes=tuple(zip(codes, pieces, strict=True))) for *row, codes, pieces in cursor.fetchall()
        ]
