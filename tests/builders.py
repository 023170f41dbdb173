"""Small worlds for tests: lines as a till writes them, imported by the real import."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from huitou.lake.terms import Field

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
COLUMNS: dict[Field, str] = {field: str(field) for field in Field}
# That something changed, and changed back, stays noted for who follows it.
_NOTES = frozenset({"members_change", "catalogue_recategorised"})
_LOG_OF_IMPORTS = ("receipts_import", "receipts_refusal", "receipts_brought")


def line(receipt: str, at: str, sku: str = "milk", quantity: str = "1", amount: str = "10.00", **more: str) -> dict:
    """One row of a till's file; every value is the text that the till wrote."""
    return {"receipt": receipt, "at": at, "sku": sku, "quantity": quantity, "amount": amount, **more}


def write_csv(folder: Path, rows: Iterable[Mapping[str, str]], name: str = "till.csv") -> tuple[Path, dict[Field, str]]:
    """A file of these rows, and the mapping of the columns that they use."""
    rows = list(rows)
    columns = [str(field) for field in Field if any(field in row for row in rows)]
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path, {field: str(field) for field in Field if field in columns}


def take_file(path: Path, columns: Mapping[Field, str], **more: Any):
    """The real import, at the tests' fixed moment."""
    from huitou.usecases.import_receipts import import_receipts

    return import_receipts(path, dict(columns), **{"now": NOW, **more})


def take(folder: Path, rows: Iterable[Mapping[str, str]], **more: Any):
    """Write the rows into a file and import it."""
    return take_file(*write_csv(folder, rows), **more)


def take_into_lake(folder: Path, rows: Iterable[Mapping[str, str]], **more: Any):
    """Import the rows, and let the lake hear of them."""
    from huitou.usecases.load_lake import hear_facts

    report = take(folder, rows, **more)
    hear_facts()
    return report


SMALL_CHAIN = [
    line("1", "2026-11-01 10:00", "milk", "2", "20.00", store="east", member="C1", name="Milk", category="dairy"),
    line("1", "2026-11-01 10:00", "tea", "1", "35.50", store="east", member="C1", name="Tea", category="drinks"),
    line("2", "2026-11-02 10:00", "milk", "3", "30.00", store="east", member="C1"),
    line("3", "2026-11-02 11:00", "rice", "1.5", "12.60", store="west", member="C2"),
    line("4", "2026-11-03 11:00", "milk", "1", "10.00", store="west", member="C2"),
    line("5", "2026-11-04 09:00", "tea", "1", "35.50", store="west"),
    line("6", "2026-11-05 09:00", "milk", "-1", "-10.00", store="east", member="C1"),
]
"""Two stores, a member of each, a stranger, and one return: C1 gives back one of the three packs of receipt 2."""


def member_ids() -> dict[str, int]:
    """The members by their card."""
    return dict(rows("SELECT value, member_id FROM members_identity WHERE kind = 'card'"))


def store_ids() -> dict[str, int]:
    return dict(rows("SELECT code, id FROM catalogue_store"))


def rows(query: str, *values: Any) -> list[tuple]:
    """What `query` selects, as the present role sees it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


def run(*statements: str) -> None:
    """Change rows behind everybody's back. Checks that wait for the commit are done first, as ALTER TABLE asks."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in statements:
            cursor.execute(statement)


def every_table() -> list[str]:
    return [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]


def contents(*, without: Iterable[str] = ()) -> dict[str, tuple[int, str]]:
    """Of every table but the log of changes how many rows it has, and a digest of all that stands in them."""
    found = {}
    for table in every_table():
        if table not in without and table not in _NOTES:
            query = f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t"
            (found[table],) = rows(query)
    return found


def books() -> dict[str, tuple[int, str]]:
    """`contents` without the log of imports, which also notes the attempts that took nothing."""
    return contents(without=_LOG_OF_IMPORTS)


def lake_lines(columns: str = "*") -> list[tuple]:
    """What the lake holds, in order."""
    from huitou.lake import service as lake

    with lake.open_session() as session:
        return session.sql(f"SELECT {columns} FROM lines ORDER BY ALL").fetchall()


@contextmanager
def seen_by(*stores: int):
    """Inside, the database shows what the people of these stores see."""
    from huitou.access import service as access
    from huitou.access.terms import Scope

    with access.scoped(Scope(everything=False, store_ids=tuple(stores))):
        yield


@contextmanager
def lasting(blocker, folder: Path, build: Callable[[Path], Any]):
    """A world that is built and committed once for a module; gone at its end. Its lake lies in `folder`/lake.

    Each test on top of it still takes back what it did itself; its lake it gets by `copy_lake`.
    """
    from django.core.management import call_command
    from django.db import transaction
    from django.test import override_settings

    with blocker.unblock(), override_settings(LAKE_PATH=folder / "lake"), transaction.atomic():
        build(folder)
    try:
        yield folder / "lake"
    finally:
        with blocker.unblock():
            call_command("flush", verbosity=0, interactive=False, allow_cascade=True, inhibit_post_migrate=True)


def copy_lake(lake: Path, settings) -> None:
    """A lake of the test's own, with what the lasting world holds."""
    shutil.copytree(lake, settings.LAKE_PATH)


def day(text: str) -> date:
    return date.fromisoformat(text)
