"""The lake's own tables: receipt lines by month, written once, read by everybody."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

import duckdb
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from django.conf import settings

from huitou.lake.errors import LakeFolderUnusable
from huitou.lake.rules.paths import unglobbed

LINES = pa.schema(
    [
        ("month", pa.string()),
        ("import_id", pa.int64()),
        ("bundle_id", pa.int64()),
        ("receipt_id", pa.int64()),
        ("line", pa.int32()),
        ("kind", pa.string()),
        ("source", pa.string()),
        ("store_id", pa.int32()),
        ("till", pa.string()),
        ("channel", pa.string()),
        ("at_utc", pa.timestamp("us")),
        ("at_local", pa.timestamp("us")),
        ("business_date", pa.date32()),
        ("number", pa.string()),
        ("member_id", pa.int64()),
        ("product_id", pa.int64()),
        ("sku", pa.string()),
        ("category", pa.string()),
        ("quantity_milli", pa.int64()),
        ("unit_price", pa.decimal128(18, 4)),
        ("discount_fen", pa.int64()),
        ("net_fen", pa.int64()),
    ]
)


_LINES = "receipt_lines"
_SPILL = "spill"
SPOOLS = ".reading"
"""How the folders end that hold an opened file's rows."""

# Delta's reader decodes the first three as a URI's own, and its writer ends the process on brackets.
_UNBEARABLE = frozenset("%?#[]")


def place_of(name: str) -> str:
    """Where the table of this name lies."""
    if _UNBEARABLE & set(str(settings.LAKE_PATH.absolute())):
        raise LakeFolderUnusable(folder=settings.LAKE_PATH)
    # As a URI: a folder's name may hold spaces, Chinese, or a percent sign.
    return (settings.LAKE_PATH / name).absolute().as_uri()


def newest_entry(name: str) -> str:
    """Names the newest entry in the log of a table without reading it; "-" before the first."""
    with suppress(FileNotFoundError), os.scandir(settings.LAKE_PATH / name / "_delta_log") as entries:
        newest = max((one for one in entries if one.name.endswith(".json")), key=lambda one: one.name, default=None)
        if newest is not None:
            told = newest.stat()  # a table that was lost and made again counts from 0
            return f"{newest.name} {told.st_ino} {told.st_mtime_ns}"
    return "-"


def lines_place() -> str:
    """Where the table of receipt lines lies, as a URI."""
    return place_of(_LINES)


def lines_folder() -> Path:
    return settings.LAKE_PATH / _LINES


def lines_table() -> DeltaTable | None:
    """The table of receipt lines, or None before the first load."""
    place = lines_place()
    return DeltaTable(place) if DeltaTable.is_deltatable(place) else None


def version(batch: str) -> int | None:
    """The version of `batch` that is in the lake; None before its first."""
    table = lines_table()
    return None if table is None else table.transaction_version(batch)


def append(batch: str, lines: pa.RecordBatchReader, version: int) -> None:
    """Append the lines of `batch` in one commit. The commit carries name and version: the same acts once (S2)."""
    write_deltalake(
        lines_place(),
        lines,
        mode="append",
        partition_by=["month"],
        commit_properties=CommitProperties(app_transactions=[Transaction(batch, version)]),
    )


def name_members(claims: pa.Table) -> None:
    """Write into the lines of these receipts whose they are: (receipt_id, member_id), each receipt once."""
    table = lines_table()
    if table is not None and len(claims):
        same = "lines.receipt_id = claims.receipt_id AND lines.member_id IS NULL"
        merge = table.merge(claims, same, source_alias="claims", target_alias="lines")
        merge.when_matched_update({"member_id": "claims.member_id"}).execute()


def rename_members(receipts: pa.Table) -> None:
    """Write whose the lines of these receipts are now: (receipt_id, member_id), each receipt once; in one commit."""
    table = lines_table()
    if table is not None and len(receipts):
        same = "lines.receipt_id = moved.receipt_id AND lines.member_id <> moved.member_id"
        merge = table.merge(receipts, same, source_alias="moved", target_alias="lines")
        merge.when_matched_update({"member_id": "moved.member_id"}).execute()


def remove_import(batch: int) -> None:
    """Take every line of an import out, in one commit."""
    table = lines_table()
    if table is not None:
        table.delete(f"import_id = {int(batch)}")


def remove_receipts(receipts: pa.Table) -> None:
    """Take the lines of these receipts (receipt_id) out, in one commit."""
    table = lines_table()
    if table is not None and len(receipts):
        same = "lines.receipt_id = gone.receipt_id"
        table.merge(receipts, same, source_alias="gone", target_alias="lines").when_matched_delete().execute()


def new_session(*, memory_mb: int | None = None, file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """An empty DuckDB session that thinks in UTC, fetches nothing from outside, and spills into our own folder what
    does not fit its memory: that of the lake, or `memory_mb`. Its tables lie in memory, or in this new file."""
    settings.LAKE_PATH.mkdir(parents=True, exist_ok=True)
    session = duckdb.connect(str(file) if file else ":memory:")
    session.execute("SET autoinstall_known_extensions = false")
    session.execute("SET temp_directory = '" + str(settings.LAKE_PATH / _SPILL).replace("'", "''") + "'")
    # Its own bar would write into ours, and into files.
    session.execute("SET enable_progress_bar = false")
    session.execute("SET TimeZone = 'UTC'")
    session.execute(f"SET memory_limit = '{int(memory_mb or settings.LAKE_MEMORY_MB)}MB'")
    return session


def open_session(table: DeltaTable | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB session whose view `lines` is a snapshot of the lake, or of this table; empty before the first load."""
    session = new_session()
    lay_lines(session, table or lines_table())
    return session


def lay_lines(session: duckdb.DuckDBPyConnection, table: DeltaTable | None) -> None:
    """Let the view `lines` of a session be a snapshot of this table."""
    files = table.file_uris() if table else []
    session.register("no_lines", LINES.empty_table())
    session.execute(f"CREATE OR REPLACE VIEW lines AS SELECT * FROM {reading(files) if files else 'no_lines'}")


def reading(files: Iterable[str]) -> str:
    """SQL that reads these files of a table."""
    paths = [unglobbed(unquote(uri.removeprefix("file://"))).replace("'", "''") for uri in files]
    shown = ", ".join(f"'{path}'" for path in paths)
    # The month of a line is in its business date; read from folder names, a home `/data/kind=x` would speak too.
    return f"read_parquet([{shown}], hive_partitioning = false)"


def sweep(older_than_seconds: float) -> int:
    """Remove what a killed process left on its way into the lake; returns how many files."""
    left = [
        path
        for pattern in ("*.part*", f"*{SPOOLS}")
        for path in settings.LAKE_PATH.glob(pattern)
        if time.time() - path.stat().st_mtime > older_than_seconds
    ]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def forget_everything() -> None:
    """Take every table out, and what was counted from them. What others read in right now stays, and so does the folder
    into which sessions spill."""
    if not settings.LAKE_PATH.exists():
        return
    for path in list(settings.LAKE_PATH.iterdir()):
        if path.name == _SPILL or path.name.endswith(SPOOLS) or ".part" in path.name:
            continue
        # A table is there or not, for whoever looks meanwhile; what a kill leaves of it is swept a day later.
        gone = path.with_name(f"{path.name}.part-gone")
        if gone.is_dir():
            shutil.rmtree(gone, ignore_errors=True)
        path.rename(gone)
        if gone.is_dir():
            shutil.rmtree(gone, ignore_errors=True)
        else:
            gone.unlink(missing_ok=True)


def put_together(kept_hours: int) -> int:
    """Write the small files of each month together, and remove what nobody has read from for `kept_hours`; returns how
    many files were put together. The lake says the same before and after."""
    table = lines_table()
    if table is None:
        return 0
    done = table.optimize.compact()
    table.create_checkpoint()
    table.vacuum(kept_hours, dry_run=False, enforce_retention_duration=False)
    return int(done["numFilesRemoved"])
