"""Products as a till names them, one statement a trip."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huitou.bulk.trip import READY, Answer, Trip
from huitou.catalogue.rules.codes import Scanned
from huitou.catalogue.store.codes import PRODUCT_OF

_CODES = "unnest(%s::text[], %s::text[]) AS a (sku, code)"
_FIND = f"SELECT a.sku, {PRODUCT_OF.id} AS id FROM {_CODES} {PRODUCT_OF.joins} WHERE {PRODUCT_OF.id} IS NOT NULL"
# Products are made before anything is locked: an import may hold the same new ones for minutes.
_FIND_OR_WAIT = f"""
WITH found AS MATERIALIZED ({_FIND}), told AS MATERIALIZED (
    SELECT CASE WHEN count(*) < %s THEN set_config('{READY}', '', true) END FROM found
) SELECT found.sku, found.id FROM told LEFT JOIN found ON true WHERE found.sku IS NOT NULL
"""


def find_products(trip: Trip, asked: Sequence[Scanned], *, tell: bool = False) -> Answer:
    return trip.ask(_FIND_OR_WAIT, [*_columns(asked), len(asked)]) if tell else trip.ask(_FIND, _columns(asked))


def _columns(asked: Sequence[Scanned]) -> list[list[str]]:
    return [[one.sku for one in asked], [one.code for one in asked]]


def insert_products(rows: Sequence[tuple[Scanned, str, str]]) -> dict[str, int]:
    """Make the products (code, name, category path or empty) that nobody has made yet; returns the ids of them all by
    the code that the till wrote."""
    paths = [path for _, _, path in rows]
    with connection.cursor() as cursor:
        # In one order, so that two tills with the same new goods never wait for each other in a ring.
        cursor.execute(
            "INSERT INTO catalogue_category (path) SELECT DISTINCT path FROM unnest(%s::text[]) AS named (path) "
            "WHERE path <> '' ORDER BY path ON CONFLICT (path) DO NOTHING",
            [paths],
        )
        cursor.execute(
            "INSERT INTO catalogue_product (sku, name, category_id) SELECT DISTINCT ON (a.sku) a.sku, "
            "coalesce(nullif(a.name, ''), a.sku), c.id FROM unnest(%s::text[], %s::text[], %s::text[], "
            "%s::text[]) AS a (sku, name, path, code) LEFT JOIN catalogue_category c ON c.path = a.path "
            "WHERE NOT EXISTS (SELECT FROM catalogue_code k WHERE k.code = a.code) ORDER BY a.sku, a.name, a.path "
            "ON CONFLICT (sku) DO NOTHING",
            [
                [one.name_for_new for one, _, _ in rows],
                [name for _, name, _ in rows],
                paths,
                [one.code for one, _, _ in rows],
            ],
        )
        labels = [one for one, _, _ in rows if one.plu is not None]
        if labels:
            cursor.execute(
                "INSERT INTO catalogue_code (product_id, kind, code) SELECT DISTINCT ON (a.plu) p.id, 'plu', a.plu "
                "FROM unnest(%s::text[], %s::text[]) AS a (sku, plu) JOIN catalogue_product p USING (sku) "
                "ORDER BY a.plu, p.id ON CONFLICT (code) DO NOTHING",
                [[one.name_for_new for one in labels], [one.plu for one in labels]],
            )
        cursor.execute(_FIND, _columns([one for one, _, _ in rows]))
        return dict(cursor.fetchall())
