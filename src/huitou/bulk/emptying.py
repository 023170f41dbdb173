"""Every row out of many tables at once, whatever guards them: of a chain that was never real (ADR 36).

Postings are never changed and never deleted, by anybody. Here the whole book leaves, or none of it: whoever asks has
made sure, under the locks that are taken here, that no row in it is anybody else's.
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.db import connection

_WHO = ("actor", "by")
_NO_NAME = frozenset({"found_by"})
"""Columns that end like the name of somebody and hold another text."""


def tables_of(rooms: Collection[str]) -> list[str]:
    """Every table of these rooms."""
    return sorted(model._meta.db_table for room in rooms for model in apps.get_app_config(room).get_models())


def hold(tables: Collection[str]) -> None:
    """Nobody else reads or writes these tables until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(sorted(tables))} IN ACCESS EXCLUSIVE MODE")


def made_by_others(tables: Collection[str], ours: Collection[str]) -> list[str]:
    """Which of these tables hold a row that names somebody else than `ours` as who did it, in any column that says
    so."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.oid = ANY(%s::text[]::regclass[]) AND a.attnum > 0 AND NOT a.attisdropped "
            "AND a.atttypid = ANY('{text,varchar}'::regtype[]) "
            "AND (a.attname = ANY(%s) OR a.attname LIKE '%%\\_by') AND a.attname <> ALL(%s) GROUP BY 1 ORDER BY 1",
            [list(tables), list(_WHO), list(_NO_NAME)],
        )
        found = []
        for table, columns in cursor.fetchall():
            others = " OR ".join(f"coalesce({column}, '') <> ALL(%s)" for column in columns)
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} WHERE {others})", [["", *ours]] * len(columns))
            if cursor.fetchone()[0]:
                found.append(table)
        return found


def empty(tables: Collection[str]) -> None:
    """Take every row out. Numbers go on where they were: none is ever given twice."""
    with connection.cursor() as cursor:
        cursor.execute(
            # Who is pointed to from a table that stays cannot be truncated, rows or not.
            "SELECT DISTINCT confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 "
            "AND confrelid = ANY(%s::text[]::regclass[]) AND conrelid <> ALL(%s::text[]::regclass[]) "
            "AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = conrelid)",
            [list(tables), list(tables)],
        )
        pointed_to = sorted(table for (table,) in cursor.fetchall())
        at_once = sorted(set(tables) - set(pointed_to))
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgfoid = 'huitou_refuse_change'::regproc AND tgrelid = ANY(%s::text[]::regclass[])",
            [list(tables)],
        )
        guarded = sorted(table for (table,) in cursor.fetchall())
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(at_once)}")
        for table in pointed_to:
            cursor.execute(f"DELETE FROM {table}")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
