"""The door of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

from huitou.catalogue.store import reading, taking
from huitou.catalogue.terms import ProductSeen, StoreSeen


def stores() -> dict[int, StoreSeen]:
    """Every store of the chain by its id: their names are nobody's secret."""
    return {store.id: store for store in reading.every_store()}


def products(ids: Iterable[int]) -> dict[int, ProductSeen]:
    """The products of these ids, in one trip."""
    wanted = sorted(set(ids))
    return {product.id: product for product in reading.products(wanted)} if wanted else {}


def take_stores(rows: Sequence[tuple[str, str, str]]) -> tuple[dict[str, int], int]:
    """Make the stores (code, name, district) that are new. Returns all ids by code, and how many are new."""
    new = taking.insert_stores(rows)
    return taking.store_ids(), new


def take_products(rows: pa.Table) -> tuple[pa.Table, int]:
    """Make the products (sku, name, category path) that are new.

    Returns (sku, product_id, category) of every product, and how many are new.
    """
    new = taking.insert_products(rows)
    return taking.product_ids(), new


def product_table() -> pa.Table:
    """(sku, product_id, category path) of every product."""
    return taking.product_ids()
