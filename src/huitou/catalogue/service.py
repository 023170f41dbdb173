"""The door of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.conf import settings

from huitou.bulk.trip import Answer, Trip
from huitou.catalogue.rules import business_date as day
from huitou.catalogue.store import online, reading, taking
from huitou.catalogue.terms import ProductSeen, Site, StoreSeen


def stores() -> dict[int, StoreSeen]:
    """Every store of the chain by its id: their names are nobody's secret."""
    return {store.id: store for store in reading.every_store()}


def stores_of(codes: Iterable[str]) -> dict[str, StoreSeen]:
    """The stores of these codes, by code; unknown codes are missing."""
    return {store.code: store for store in reading.stores_of(sorted(set(codes)))}


def business_date(store: StoreSeen, at: datetime) -> date:
    """The day that the store books a sale of this moment on."""
    return day.business_date(at, zone=ZoneInfo(store.zone or settings.TIME_ZONE), day_starts_at=store.day_starts_at)


def find_products(trip: Trip, skus: Iterable[str]) -> Answer:
    """Asks for (sku, id) of each product that is known."""
    return online.find_products(trip, sorted(set(skus)))


def take_products_online(rows: Iterable[tuple[str, str, str]]) -> dict[str, int]:
    """Make the products (sku, name, category path or empty) that nobody has made; returns all their ids by sku."""
    return online.insert_products(sorted(set(rows)))


def products(ids: Iterable[int]) -> dict[int, ProductSeen]:
    """The products of these ids, in one trip."""
    wanted = sorted(set(ids))
    return {product.id: product for product in reading.products(wanted)} if wanted else {}


def take_stores(rows: Sequence[tuple[str, str, str]]) -> tuple[dict[str, int], int]:
    """Make the stores (code, name, district) that are new. Returns all ids by code, and how many are new."""
    new = taking.insert_stores(rows)
    return taking.store_ids(), new


def describe_stores(sites: Mapping[str, Site]) -> None:
    """Write down where the stores of these codes stand, and when they are open."""
    taking.update_sites(sites)


def describe_products(rows: pa.Table) -> None:
    """Write down what is known of products: sku, brand, supplier, pack, barcode (empty: none), weighed, price_fen and
    cost_fen (per kilogram of weighed goods, else per piece)."""
    taking.update_products(rows)


def take_products(rows: pa.Table) -> tuple[pa.Table, int]:
    """Make the products (sku, name, category path) that are new.

    Returns (sku, product_id, category) of every product, and how many are new.
    """
    new = taking.insert_products(rows)
    return taking.product_ids(), new


def product_table() -> pa.Table:
    """(sku, product_id, category path) of every product."""
    return taking.product_ids()


def newest() -> dict[str, int]:
    """The largest id of each `store`, `product` and `category`, before an import makes others."""
    return {what: taking.newest(what) for what in ("store", "product", "category")}


def made_since(before: Mapping[str, int], names: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Which of these stores (by code), products (sku) and categories (path) were made since `newest` said so."""
    return {what: taking.newer_than(what, before[what], wanted) for what, wanted in names.items()}


def unused(what: str, ids: Sequence[int], *, besides: Sequence[str] = ()) -> list[int]:
    """Which of these (`store`, `product` or `category`) nobody has described since they came with an import, or uses.

    The database's own foreign keys say who uses a row; `besides` are tables that the caller asks itself.
    """
    return taking.unused(what, ids, besides)


def let_leave(what: str, ids: Sequence[int]) -> None:
    """Delete these; the database refuses where somebody uses one."""
    taking.delete(what, ids)
