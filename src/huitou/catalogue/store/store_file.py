"""A store file against the stores that are known, inside the import's transaction: hundreds, not millions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import connection

from huitou.bulk import service as bulk
from huitou.bulk.service import Watched
from huitou.catalogue.rules.store_rows import StoreSaid
from huitou.kernel.rows import Taken

_TEXTS = ("name", "district", "address", "region", "format", "zone")
_VALUES = ("latitude", "longitude", "opens_at", "closes_at", "opened_on", "closed_on")


LOG = "catalogue_told"
STORES = Watched("catalogue_store", "id", "t.code IN (SELECT code FROM store_said)")


def settle(said: Sequence[StoreSaid], source: str, batch: int) -> Taken:
    """Make the stores that are new and tell the others what is new about them. The last row that says a thing is right,
    and a row that says nothing erases nothing."""
    told: dict[str, dict[str, Any]] = {}
    for row in said:
        told.setdefault(row.code, {}).update({name: value for name, value in asdict(row).items() if value is not None})
    new = changed = 0
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE store_said ON COMMIT DROP AS SELECT unnest(%s::text[]) AS code", [list(told)])
        bulk.told.remember([STORES])
        for code, facts in sorted(told.items()):
            cursor.execute(
                "INSERT INTO catalogue_store (code, name, source) VALUES (%s, %s, %s) ON CONFLICT (code) DO NOTHING",
                [code, facts.get("name", code), source],
            )
            made = cursor.rowcount
            differs, values = [], []
            for column in (*_TEXTS, *_VALUES):
                if column in facts:
                    differs.append(column)
                    values.append(facts[column])
            updated = 0
            if differs:
                sets = ", ".join(f"{column} = %s" for column in differs)
                unequal = " OR ".join(f"{column} IS DISTINCT FROM %s" for column in differs)
                cursor.execute(
                    f"UPDATE catalogue_store SET {sets} WHERE code = %s AND ({unequal})", [*values, code, *values]
                )
                updated = cursor.rowcount
            cursor.execute(
                "UPDATE catalogue_store SET source = %s WHERE code = %s AND source <> %s", [source, code, source]
            )
            new += made
            changed += updated and not made
        bulk.told.note(LOG, batch, [STORES])
        spans = bulk.spans_of("SELECT p.id FROM catalogue_store p JOIN store_said s USING (code)")
        cursor.execute("DROP TABLE store_said")
    return Taken(new, changed, len(told) - new - changed, (), said=spans)
