"""Results of long counts, kept as files until they are published: whoever is killed finds what was counted already."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
from django.conf import settings


def folder(run: str) -> Path:
    return settings.LAKE_PATH / "results" / run


def keep(session: duckdb.DuckDBPyConnection, run: str, name: str, query: Callable[[], str]) -> None:
    """Leaves a view `name` over the result of `query`, counted now or by this run before it was killed."""
    path = folder(run) / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        part = path.with_suffix(".part")
        session.execute(f"COPY ({query()}) TO '{_spelled(part)}' (FORMAT parquet)")
        os.replace(part, path)
    session.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM '{_spelled(path)}'")


def forget(*, but: str = "") -> None:
    """Take away what is published, or what nobody will publish any more."""
    for left in (settings.LAKE_PATH / "results").glob("*"):
        if left.name != but:
            shutil.rmtree(left, ignore_errors=True)


def _spelled(path: Path) -> str:
    return str(path).replace("'", "''")
