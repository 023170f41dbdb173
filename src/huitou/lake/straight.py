"""Lines that lie ready in a DuckDB session go into the lake straight from there: a file a month, and one commit.

Memory stays that of the session, however many lines there are. Whoever is killed before the commit leaves a folder that
is swept; the lake has all lines of a batch or none.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from uuid import uuid4

import duckdb
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.transaction import AddAction, create_table_with_add_actions
from django.conf import settings

from huitou.lake import changes, tables

_BOUNDED = ("import_id", "receipt_id", "business_date", "member_id")
"""Columns whose least and greatest value the log keeps: what asks for few receipts then opens few files."""

Query = Callable[[date], str]
"""SQL of the lines of a month (its first day), in the columns of tables.LINES without the month."""


def append(batch: str, version: int, session: duckdb.DuckDBPyConnection, months: Iterable[date], query: Query) -> int:
    """Append the lines of `batch` in one commit that carries its name and version; returns how many."""
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.LAKE_PATH, suffix=".part") as folder:
        written = [
            _write(session, Path(folder) / f"{month:%Y-%m}.parquet", f"{month:%Y-%m}", query(month))
            for month in sorted(months)
        ]
        _commit(Path(folder), [one for one in written if one is not None], Transaction(batch, version))
    return sum(json.loads(one.stats)["numRecords"] for one in written if one is not None)


def _write(session: duckdb.DuckDBPyConnection, path: Path, month: str, query: str) -> AddAction | None:
    spelled = str(path).replace("'", "''")
    columns = ", ".join(name for name in tables.LINES.names if name != "month")
    told = session.sql(
        f"COPY (SELECT {columns} FROM ({query})) TO '{spelled}' "
        "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, RETURN_STATS)"
    ).fetchall()
    if not told or not told[0][1]:
        return None
    _, count, size, _, found, *_ = told[0]
    return AddAction(
        path=f"month={month}/huitou-{uuid4()}.parquet",
        size=size,
        partition_values={"month": month},
        modification_time=int(time.time() * 1000),
        data_change=True,
        stats=json.dumps({"numRecords": count, **_bounds(found)}),
    )


def _bounds(found: dict[str, dict[str, str]]) -> dict[str, dict[str, int | str]]:
    least: dict[str, int | str] = {}
    most: dict[str, int | str] = {}
    nulls: dict[str, int | str] = {}
    for name in _BOUNDED:
        seen = found[f'"{name}"']
        nulls[name] = int(seen["null_count"])
        if "min" in seen and "max" in seen:
            value = str if tables.LINES.field(name).type == "date32" else int
            least[name], most[name] = value(seen["min"]), value(seen["max"])
    return {"minValues": least, "maxValues": most, "nullCount": nulls}


def _commit(folder: Path, files: list[AddAction], done: Transaction) -> None:
    place, properties = tables.lines_place(), CommitProperties(app_transactions=[done])
    table = DeltaTable(place) if DeltaTable.is_deltatable(place) else None
    home = changes.folder_of(table) if table else tables.lines_folder()
    for one in files:
        there = home / one.path
        there.parent.mkdir(parents=True, exist_ok=True)
        written = folder / f"{one.partition_values['month']}.parquet"
        make_durable(written)
        os.replace(written, there)
        make_durable(there.parent)
    if table is None:
        create_table_with_add_actions(
            place, Schema.from_arrow(tables.LINES), files, partition_by=["month"], commit_properties=properties
        )
    else:
        table.create_write_transaction(
            files, "append", table.schema(), partition_by=["month"], commit_properties=properties
        )


def make_durable(path: Path) -> None:
    """The books take the lake at its word: what it says that it holds must outlive a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
