"""What changed in a Delta table between two of its versions, read from its log: month by month, to the day.

Whatever changes the lake is seen here: an import that appends, a claim that rewrites a month to name a member, an undo
that takes rows away, and the tidying up at night, which changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
    found = {month: MonthFiles() for month in months}
    for version in range(min(months.values(), default=table.version()) + 1, table.version() + 1):
        actions = _actions(table, version)
        if actions is None:
            return None
        for month, since in months.items():
            if version > since:
                _apply(actions, month, found[month])
    return found


def all_files_between(table: DeltaTable, since: int) -> dict[str, MonthFiles] | None:
    """The same of every month that was touched after the version `since`. None also where that is still to come: then
    it is not of this log."""
    if since > table.version():
        return None
    found: dict[str, MonthFiles] = {}
    for version in range(since + 1, table.version() + 1):
        actions = _actions(table, version)
        if actions is None:
            return None
        added = {one["add"]["partitionValues"]["month"] for one in actions if "add" in one}
        removed = {_month_of(one["remove"]) for one in actions if "remove" in one}
        for month in added | removed:
            _apply(actions, month, found.setdefault(month, MonthFiles()))
    return found


def first_change(session: duckdb.DuckDBPyConnection, lines: DeltaTable, since: int) -> date | None:
    """The first day whose lines differ from those at the version `since`; the last of all days where none does. None
    where nobody can tell."""
    moved = all_files_between(lines, since)
    if moved is None:
        return None
    first = date.max
    for month, files in moved.items():
        days = days_between(session, folder_of(lines), files)
        # An unknown day of a month may be its first.
        first = min([first, *([date.fromisoformat(f"{month}-01")] if days is None else days)])
    return first


def members_between(session: duckdb.DuckDBPyConnection, table: DeltaTable, since: int) -> str | None:
    """SQL of the members whose rows differ from those at the version `since`, in a table that has a member in each row;
    None where nobody can tell."""
    moved = all_files_between(table, since)
    if moved is None:
        return None
    folder, parts = folder_of(table), []
    for files in moved.values():
        if not all((folder / path).exists() for path in (*files.removed, *files.added)):
            return None
        parts += [
            f"SELECT t.member_id, {sign} * count(*) AS counted, {sign} * sum((hash(t) >> 1)::BIGINT) AS digest "
            f"FROM {_reading(folder, sorted(of))} t GROUP BY 1"
            for of, sign in ((files.added, 1), (files.removed, -1))
            if of
        ]
    if not parts:
        return "SELECT NULL::BIGINT AS member_id WHERE false"
    return (
        f"SELECT member_id FROM ({' UNION ALL '.join(parts)}) GROUP BY member_id "
        "HAVING sum(counted) <> 0 OR sum(digest) <> 0"
    )


def _actions(table: DeltaTable, version: int) -> list[dict] | None:
    try:
        text = (folder_of(table) / "_delta_log" / f"{version:020}.json").read_text()
    except FileNotFoundError:
        return None
    return [json.loads(line) for line in text.splitlines() if line]


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
    # Each side in one reading: tills bring thousands of small files a day.
    parts = [_digests(folder, sorted(of), sign) for of, sign in ((files.added, 1), (files.removed, -1)) if of]
    if not parts:
        return set()
    query = (
        f"SELECT business_date FROM ({' UNION ALL '.join(parts)}) GROUP BY business_date "
        "HAVING sum(counted) <> 0 OR sum(digest) <> 0"
    )
    return {day for (day,) in session.sql(query).fetchall()}


def _digests(folder: Path, paths: Sequence[str], sign: int) -> str:
    # A sum of hashes does not mind the order of rows. Half of each, so that 128 bits hold any number of them.
    return (
        f"SELECT business_date, {sign} * count(*) AS counted, {sign} * sum((hash({_SEEN}) >> 1)::BIGINT) AS digest "
        f"FROM {_reading(folder, paths)} GROUP BY business_date"
    )


def _reading(folder: Path, paths: Sequence[str]) -> str:
    places = [unglobbed(str(folder / path)).replace("'", "''") for path in paths]
    shown = ", ".join(f"'{place}'" for place in places)
    return f"read_parquet([{shown}], hive_partitioning = false)"
