"""Stores and products as they are looked up."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from huitou.catalogue.terms import ProductSeen, StoreSeen

_STORE = "SELECT id, code, name, district, zone, day_starts_at FROM catalogue_store"


def every_store() -> list[StoreSeen]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_STORE} ORDER BY id")
        return [StoreSeen(*row) for row in cursor.fetchall()]


def stores_of(codes: Sequence[str]) -> list[StoreSeen]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_STORE} WHERE code = ANY(%s)", [list(codes)])
        return [StoreSeen(*row) for row in cursor.fetchall()]


def products(ids: Sequence[int]) -> list[ProductSeen]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.id, p.sku, p.name, coalesce(c.path, '') FROM catalogue_product p "
            "LEFT JOIN catalogue_category c ON c.id = p.category_id WHERE p.id = ANY(%s)",
            [list(ids)],
        )
        return [ProductSeen(*row) for row in cursor.fetchall()]
