"""Mappings that are kept by source."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from huitou.inbox.terms import SavedMapping

_COLUMNS = "source, kind, columns::text, reading::text, headers::text, saved_by, saved_at"


def _seen(row: tuple[Any, ...]) -> SavedMapping:
    source, kind, columns, reading, headers, *rest = row
    return SavedMapping(source, kind, json.loads(columns), json.loads(reading), json.loads(headers), *rest)


def save(
    source: str, kind: str, columns: Mapping[str, str], reading: Mapping[str, Any], headers: Sequence[str], actor: str
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inbox_mapping (source, kind, columns, reading, headers, saved_by) "
            "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (source, kind) DO UPDATE SET columns = excluded.columns, "
            "reading = excluded.reading, headers = excluded.headers, saved_by = excluded.saved_by, saved_at = now()",
            [source, kind, _text(columns), _text(reading), _text(headers), actor],
        )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def find(source: str, kind: str) -> SavedMapping | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM inbox_mapping WHERE source = %s AND kind = %s", [source, kind])
        row = cursor.fetchone()
    return _seen(row) if row else None


def every() -> list[SavedMapping]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM inbox_mapping ORDER BY source, kind")
        return [_seen(row) for row in cursor.fetchall()]


def delete(source: str, kind: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM inbox_mapping WHERE source = %s AND kind = %s", [source, kind])
        return cursor.rowcount > 0
