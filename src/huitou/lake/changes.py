"""What changed in a Delta table between two of its versions, read from its log: month by month, to the day.

Whatever changes the lake is seen here: an import that appends, a claim that rewrites a month to name a member, an undo
that takes rows away, and the tidying up at night, which changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import duckdb
from deltalake import DeltaTable

from huitou.lake.rules.paths import unglobbed

_SEEN = "receipt_id, line, kind, store_id, channel, member_id, category, business_date, quantity_milli, net_fen"
"""The columns whose change makes a day another day."""


@dataclass(slots=True)
class MonthFiles:
    """The files of a month that came, and those that went."""

    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)


def folder_of(table: DeltaTable) -> Path:
    return Path(unquote(table.table_uri.removeprefix("file://")))


def files_between(table: DeltaTable, months: Mapping[str, int]) -> dict[str, MonthFiles] | None:
    """Of each of these months the files that came and went after the version given for it, up to the table's own.

    None where the log does not reach back that far: then nobody can tell what changed.
    """
    log, found = folder_of(table) / "_delta_log", {month: MonthFiles() for month in months}
    for version in range(min(months.values(), default=table.version()) + 1, table.version() + 1):
        try:
            actions = [json.loads(line) for line in (log / f"{version:020}.json").read_text().splitlines() if line]
        except FileNotFoundError:
            return None
        for month, since in months.items():
            if version > since:
                _apply(actions, month, found[month])
    return found


def _apply(actions: list[dict], month: str, files: MonthFiles) -> None:
    came = [one["add"] for one in actions if "add" in one and one["add"]["partitionValues"]["month"] == month]
    went = [one["remove"] for one in actions if "remove" in one and _month_of(one["remove"]) == month]
    gone = {unquote(one["path"]) for one in went}
    if not any(one.get("dataChange", True) for one in (*came, *went)) and not gone & files.added:
        return  # the same rows in other files
    files.removed |= gone - files.added
    files.added -= gone
    files.added |= {unquote(one["path"]) for one in came}


def _month_of(removed: dict) -> str:
    values = removed.get("partitionValues") or {}
    return values.get("month") or removed["path"].partition("month=")[2].partition("/")[0]


def days_between(session: duckdb.DuckDBPyConnection, folder: Path, files: MonthFiles) -> set[date] | None:
    """The days whose rows differ between the files that came and those that went; None where one that went is not
    there any more, so that the whole month has to be looked at."""
    if not all((folder / path).exists() for path in (*files.removed, *files.added)):
        return None
    parts = [_digests(folder, path, 1) for path in files.added] + [_digests(folder, path, -1) for path in files.removed]
    if not parts:
        return set()
    query = (
        f"SELECT business_date FROM ({' UNION ALL '.join(parts)}) GROUP BY business_date "
        "HAVING sum(counted) <> 0 OR sum(digest) <> 0"
    )
    return {day for (day,) in session.sql(query).fetchall()}


def _digests(folder: Path, path: str, sign: int) -> str:
    place = unglobbed(str(folder / path)).replace("'", "''")
    # A sum of hashes does not mind the order of rows. Half of each, so that 128 bits hold any number of them.
    return (
        f"SELECT business_date, {sign} * count(*) AS counted, {sign} * sum((hash({_SEEN}) >> 1)::BIGINT) AS digest "
        f"FROM read_parquet('{place}', hive_partitioning = false) GROUP BY business_date"
    )
