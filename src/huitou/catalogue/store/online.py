"""Products as a till names them, one statement a trip."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huitou.bulk.trip import Answer, Trip

_FIND = "SELECT sku, id FROM catalogue_product WHERE sku = ANY(%s::text[])"


def find_products(trip: Trip, skus: Sequence[str]) -> Answer:
    return trip.ask(_FIND, [list(skus)])


def insert_products(rows: Sequence[tuple[str, str, str]]) -> dict[str, int]:
    """Make the products (sku, name, category path or empty) that nobody has made yet; returns the ids of them all."""
    skus, names, paths = (list(column) for column in zip(*sorted(rows), strict=True))
    with connection.cursor() as cursor:
        # In one order, so that two tills with the same new goods never wait for each other in a ring.
        cursor.execute(
            "INSERT INTO catalogue_category (path) SELECT DISTINCT path FROM unnest(%s::text[]) AS named (path) "
            "WHERE path <> '' ORDER BY path ON CONFLICT (path) DO NOTHING",
            [paths],
        )
        cursor.execute(
            "INSERT INTO catalogue_product (sku, name, category_id) SELECT DISTINCT ON (a.sku) a.sku, "
            "coalesce(nullif(a.name, ''), a.sku), c.id FROM unnest(%s::text[], %s::text[], %s::text[]) "
            "AS a (sku, name, path) LEFT JOIN catalogue_category c ON c.path = a.path ORDER BY a.sku "
            "ON CONFLICT (sku) DO NOTHING",
            [skus, names, paths],
        )
        cursor.execute("SELECT sku, id FROM catalogue_product WHERE sku = ANY(%s)", [skus])
        return dict(cursor.fetchall())
