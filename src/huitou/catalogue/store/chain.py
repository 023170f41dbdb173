"""The one row that says what the chain is."""

from __future__ import annotations

from django.db import connection

from huitou.catalogue.terms import ChainSeen


def chain() -> ChainSeen | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, language, currency, zone, finished_at FROM catalogue_chain")
        row = cursor.fetchone()
    return ChainSeen(*row) if row else None


def tell(name: str, language: str, currency: str, zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogue_chain (id, name, language, currency, zone) VALUES (1, %s, %s, %s, %s) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language, "
            "currency = excluded.currency, zone = excluded.zone, told_at = clock_timestamp()",
            [name, language, currency, zone],
        )


def finish() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalogue_chain SET finished_at = clock_timestamp() WHERE finished_at IS NULL")
