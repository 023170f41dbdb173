"""What shelf labels said when they were last handed out, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection


def note(store_id: int, digests: Mapping[int, bytes], now: datetime) -> dict[int, datetime]:
    """Keep what the labels of these products say, and of each since when it says so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO offers_label (store_id, product_id, digest, changed_at) "
            "SELECT %s, product, digest, %s FROM unnest(%s::bigint[], %s::bytea[]) AS g (product, digest) "
            "ORDER BY product ON CONFLICT (store_id, product_id) DO UPDATE SET digest = excluded.digest, "
            "changed_at = excluded.changed_at WHERE offers_label.digest <> excluded.digest",
            [store_id, now, list(digests), list(digests.values())],
        )
        cursor.execute("SELECT product_id, changed_at FROM offers_label WHERE store_id = %s", [store_id])
        return dict(cursor.fetchall())
