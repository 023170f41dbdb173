"""Rows of API keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection

from huitou.access.terms import KeySeen

_COLUMNS = "name, prefix, store_ids, calls, created_at, revoked_at, last_used_day"


def insert_key(name: str, key_hash: bytes, prefix: str, store_ids: Sequence[int], calls: Sequence[str]) -> bool:
    """Whether it was made; False where the name is taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_apikey (name, key_hash, prefix, store_ids, calls) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (name) DO NOTHING",
            [name, key_hash, prefix, list(store_ids), list(calls)],
        )
        return cursor.rowcount == 1


def renew_key(name: str, key_hash: bytes, prefix: str) -> bool:
    """Whether there is such a name; the key it had before is worth nothing from now on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_apikey SET key_hash = %s, prefix = %s, revoked_at = NULL WHERE name = %s",
            [key_hash, prefix, name],
        )
        return cursor.rowcount == 1


def revoke_key(name: str) -> bool:
    """Whether there is such a name; a second call keeps the first moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE access_apikey SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE name = %s", [name]
        )
        return cursor.rowcount == 1


def valid_key(key_hash: bytes) -> KeySeen | None:
    """The key with this hash, if it was not revoked."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM access_apikey WHERE key_hash = %s AND revoked_at IS NULL", [key_hash])
        row = cursor.fetchone()
    return _seen(row) if row else None


def note_use(name: str, day: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_apikey SET last_used_day = %s WHERE name = %s", [day, name])


def every_key() -> list[KeySeen]:
    """By name, the revoked ones too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM access_apikey ORDER BY name")
        return [_seen(row) for row in cursor.fetchall()]


def _seen(row: tuple) -> KeySeen:
    name, prefix, store_ids, calls, *moments = row
    return KeySeen(name, prefix, tuple(store_ids), tuple(calls), *moments)
