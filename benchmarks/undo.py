"""The undo of a till's history, beside its import; and the same file taken again."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.history_in import AS_REAL, REAL_COLUMNS, REAL_LINES, seconds
from benchmarks.installation import REAL_DATA


def run() -> None:
    from huitou.lake.terms import Field
    from huitou.usecases.import_receipts import import_receipts
    from huitou.usecases.load_lake import hear_facts
    from huitou.usecases.undo_import import undo_import

    columns = {Field(field): column for field, column in REAL_COLUMNS.items()}
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "history.csv"
        real = REAL_DATA / "online_retail" / "lines_2010_2011.parquet"
        rows = f"SELECT * FROM read_parquet('{real}')" if real.exists() else AS_REAL
        duckdb.sql(f"COPY ({rows}) TO '{csv}' (HEADER)")
        reports = []

        def take() -> None:
            reports.append(import_receipts(csv, columns, now=datetime.now(UTC)))

        books = seconds(take)
        lake = seconds(hear_facts)
        undone = []
        undo = seconds(lambda: undone.append(undo_import(reports[0].import_id or 0, now=datetime.now(UTC), actor="b")))
        unload = seconds(hear_facts)
        again = seconds(take)
    first, second = reports
    same = (first.rows_taken, first.new_members, first.points_posted) == (
        second.rows_taken, second.new_members, second.points_posted,
    )  # fmt: skip
    print(f"{REAL_LINES:,} lines: taken in {books + lake:6.2f} s")
    part = undo / (books + lake)
    print(f"undo: out of the books {undo:6.2f} s ({part:.2f} of the import), out of the lake {unload:6.2f} s")
    print(f"  {undone[0].receipts:,} receipts, {undone[0].members:,} members, {undone[0].products:,} products left")
    print(f"the same file again: {again:6.2f} s, {'the same as the first time' if same else 'NOT the same'}")
