"""How complete and how single products and stores are, by the source that described them."""

from __future__ import annotations

from django.db import connection

from huitou.kernel.measured import Measured

_PRODUCTS = """
WITH goods AS (
    SELECT p.*, EXISTS (SELECT FROM catalogue_code c WHERE c.product_id = p.id) AS coded,
           count(*) FILTER (WHERE p.name <> p.sku) OVER (PARTITION BY p.name, p.brand, p.pack) AS alike
    FROM catalogue_product p
)
SELECT source, count(*), count(*) FILTER (WHERE name <> sku), count(*) FILTER (WHERE category_id IS NOT NULL),
       count(*) FILTER (WHERE brand <> ''), count(*) FILTER (WHERE supplier <> ''), count(*) FILTER (WHERE coded),
       count(*) FILTER (WHERE price_fen IS NOT NULL), count(*) FILTER (WHERE cost_fen IS NOT NULL),
       count(*) FILTER (WHERE alike <= 1)
FROM goods GROUP BY source ORDER BY source
"""
_STORES = """
SELECT source, count(*), count(*) FILTER (WHERE name <> code), count(*) FILTER (WHERE latitude IS NOT NULL),
       count(*) FILTER (WHERE opens_at IS NOT NULL), count(*) FILTER (WHERE district <> ''),
       count(*) FILTER (WHERE (SELECT count(*) FROM catalogue_store o WHERE o.name = s.name) = 1)
FROM catalogue_store s GROUP BY source ORDER BY source
"""
_ASKED = (
    (
        "products",
        _PRODUCTS,
        ("name", "category", "brand", "supplier", "barcode_or_plu", "price", "cost", "product_once"),
    ),
    ("stores", _STORES, ("name", "place", "hours", "district", "name_once")),
)


def measured() -> list[Measured]:
    found = []
    with connection.cursor() as cursor:
        for about, query, measures in _ASKED:
            cursor.execute(query)
            found += [
                Measured(about, source, measure, of, good)
                for source, of, *counts in cursor.fetchall()
                for measure, good in zip(measures, counts, strict=True)
            ]
    return found
