"""A till's history in: our whole import and its two parts, beside what the machine can do at all.

Limits, in the same run on the same rows: DuckDB writing the file's rows as Parquet (the lake's part), and PostgreSQL
taking the ready rows by COPY into tables with the same columns and indexes (the operational part).

Without a size it is the real till of half a million lines. HUITOU_BENCH_LINES=10000000 makes a chain's file of so many
lines, HUITOU_BENCH_BYTES=10GB one of so many bytes; it is kept in the folder HUITOU_BENCH_FILES (one in the system's
temporary folder unless given) for the next time. HUITOU_BENCH_LIMITS=0 leaves the limits out. Beside seconds stand CPU
seconds: the machine is often shared. Memory is that of our process and of its session in the database; the buffers that
all sessions of the server share, which stand without an import too, are told beside it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from django.db import connection

from benchmarks.installation import REAL_DATA

REAL_LINES = 541_909
REAL_COLUMNS = {
    "receipt": "InvoiceNo",
    "sku": "StockCode",
    "name": "Description",
    "quantity": "Quantity",
    "at": "InvoiceDate",
    "unit_price": "UnitPrice",
    "member": "CustomerID",
}
# Where the real set is not there: as many lines, receipts, products and customers as it has, by arithmetic.
AS_REAL = f"""
SELECT (536365 + i // 21)::VARCHAR AS "InvoiceNo", 'P' || (i * 7919 % 4070) AS "StockCode",
       'GOODS ' || (i * 7919 % 4070) AS "Description", (1 + i % 12)::DOUBLE AS "Quantity",
       TIMESTAMP '2010-12-01 08:00:00' + INTERVAL 1 MINUTE * (i // 21 * 20) AS "InvoiceDate",
       (25 + i % 900) / 100.0 AS "UnitPrice", (12000 + i // 21 % 4372)::DOUBLE AS "CustomerID"
FROM range({REAL_LINES}) AS made (i)
"""
_LINES_A_RECEIPT, _LINES_A_MEMBER, _DAYS = 8, 125, 720
_COLUMNS = {
    "receipt": "小票号",
    "store": "门店",
    "till": "收银机",
    "at": "交易时间",
    "sku": "商品编码",
    "name": "商品名称",
    "category": "类别",
    "quantity": "数量",
    "unit_price": "单价",
    "member": "会员卡号",
}
# A chain of 30 stores and 20,000 products over two years: three of four receipts with a card, one of fifty comes back.
_CHAIN = """
SELECT 'T' || r AS "小票号", 'S' || lpad((r % 30)::VARCHAR, 2, '0') AS "门店", (1 + r % 6)::VARCHAR AS "收银机",
       strftime(TIMESTAMP '2024-11-01 08:00:00' + to_seconds(r * {days} * 86400 // {receipts}), '%Y-%m-%d %H:%M:%S')
       AS "交易时间", '69' || lpad((hash(i * 31) % 20000)::VARCHAR, 11, '0') AS "商品编码",
       '商品 ' || (hash(i * 31) % 20000) AS "商品名称",
       '部门' || (hash(i * 31) % 20) || '/类别' || (hash(i * 31) % 200) AS "类别",
       CASE WHEN hash(r * 3) % 50 = 0 THEN -1 ELSE 1 + (hash(i * 5) % 4)::INTEGER END AS "数量",
       (100 + hash(i * 31) % 20000 % 5000) / 100.0 AS "单价",
       CASE WHEN hash(r * 7) % 4 > 0 THEN 'C' || lpad((hash(r * 11) % {members})::VARCHAR, 8, '0') END AS "会员卡号"
FROM (SELECT i, i // {each} AS r FROM range({lines}) AS made (i))
"""
_BYTES_A_LINE = 98
_TABLES = ("receipts_identity", "receipts_receipt", "receipts_line", "members_member", "members_identity")
_TABLES += ("loyalty_transaction", "loyalty_lot", "loyalty_entry")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    lines: int
    columns: dict[str, str]
    what: str


@dataclass(slots=True)
class _Cost:
    """What a piece of work took: seconds, CPU seconds of us and of the database, and the most memory at once in MB,
    without and with the server's shared buffers."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: float = 0.0
    with_buffers: float = 0.0

    def beside(self, limit: _Cost) -> str:
        return f"ratio {self.seconds / limit.seconds:.2f}, of CPU {self.cpu / limit.cpu:.2f}"

    def __str__(self) -> str:
        return f"{self.seconds:7.2f} s ({self.cpu:6.2f} s CPU)"


def run() -> None:
    from huitou.lake.terms import Field
    from huitou.usecases import import_receipts
    from huitou.usecases.load_lake import hear_facts

    with _made_file() as file:
        print(f"{file.lines:,} lines {file.what}, {file.path.stat().st_size >> 20:,} MB CSV", flush=True)
        columns = {Field(field): column for field, column in file.columns.items()}
        lake = _Cost()
        load = import_receipts.load_at_hand
        import_receipts.load_at_hand = lambda *what: _add(lake, costs(lambda: load(*what)))
        try:
            whole = costs(
                lambda: import_receipts.import_receipts(file.path, columns, now=datetime.now(UTC), progress=_told)
            )
        finally:
            import_receipts.load_at_hand = load
        _add(lake, costs(hear_facts))
        books = _Cost(whole.seconds - lake.seconds, whole.cpu - lake.cpu)
        print(f"whole import: {whole}, {file.lines / whole.seconds:,.0f} lines/s")
        print(
            f"  most memory {whole.memory:,.0f} MB (asked: ≤ 1,024), with the server's shared buffers "
            f"{whole.with_buffers:,.0f} MB; load average {os.getloadavg()[0]:.1f}"
        )
        print(f"  into the books {books}\n  into the lake  {lake}", flush=True)
        if os.environ.get("HUITOU_BENCH_LIMITS", "1") != "0":
            parquet, copy = costs(lambda: _to_parquet(file.path)), _copied_again()
            print(f"  COPY of the ready rows {copy}: {books.beside(copy)} (asked: ≤ 3)")
            print(f"  DuckDB CSV to Parquet  {parquet}: {lake.beside(parquet)} (asked: ≤ 4)", flush=True)


def _told(step: str) -> None:
    if "HUITOU_BENCH_LINES" in os.environ or "HUITOU_BENCH_BYTES" in os.environ:
        now, most = resident_mb(os.getpid()), _most_since_last_asked_mb()
        print(f"  {time.strftime('%H:%M:%S')} {step}, at {now:,.0f} MB; {most:,.0f} MB at most before", flush=True)


@contextmanager
def _made_file() -> Iterator[_File]:
    lines = _asked_lines()
    if lines:
        folder = Path(os.environ.get("HUITOU_BENCH_FILES") or Path(tempfile.gettempdir()) / "huitou-bench-files")
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"chain-{lines}.csv"
        if not path.exists():
            _refuse_without_room(folder, lines)
            part = path.with_suffix(".part")
            _write(_CHAIN.format(
                lines=lines, each=_LINES_A_RECEIPT, receipts=lines // _LINES_A_RECEIPT, days=_DAYS,
                members=max(1, lines // _LINES_A_MEMBER)), part)  # fmt: skip
            part.rename(path)
        yield _File(path, lines, _COLUMNS, "of a made chain")
        return
    with tempfile.TemporaryDirectory() as folder_name:
        path = Path(folder_name) / "history.csv"
        real = REAL_DATA / "online_retail" / "lines_2010_2011.parquet"
        _write(f"SELECT * FROM read_parquet('{real}')" if real.exists() else AS_REAL, path)
        yield _File(path, REAL_LINES, REAL_COLUMNS, "of a real till" if real.exists() else "made up")


def _asked_lines() -> int:
    if size := os.environ.get("HUITOU_BENCH_BYTES"):
        number, unit = re.fullmatch(r"(\d+)\s*(B|KB|MB|GB)?", size.upper()).groups()  # type: ignore[union-attr]
        return int(number) * 1000 ** ("B", "KB", "MB", "GB").index(unit or "B") // _BYTES_A_LINE
    return int(os.environ.get("HUITOU_BENCH_LINES", "0"))


def _refuse_without_room(folder: Path, lines: int) -> None:
    needed, free = lines * _BYTES_A_LINE * 5, shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(f"File, spill, books and lake need about {needed >> 30} GB, and {free >> 30} GB are free.")


def _write(query: str, path: Path) -> None:
    with duckdb.connect() as session:
        session.execute("SET memory_limit = '1GB'; SET enable_progress_bar = false")
        session.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")


def _to_parquet(csv: Path) -> None:
    with tempfile.TemporaryDirectory(dir=csv.parent) as folder, duckdb.connect() as session:
        session.execute("SET memory_limit = '1GB'; SET enable_progress_bar = false")
        session.execute(f"COPY (SELECT * FROM read_csv('{csv}')) TO '{folder}/limit.parquet' (FORMAT parquet)")


def _add(to: _Cost, more: _Cost) -> None:
    to.seconds += more.seconds
    to.cpu += more.cpu


def costs(work: Callable[[], object], *, session: bool = True) -> _Cost:
    """What `work` takes; `session`: with the memory of our session in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    cost, over = _Cost(), threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            now = resident_mb(os.getpid())
            cost.memory = max(cost.memory, now + (resident_mb(backend) - shared_mb(backend) if session else 0))
            cost.with_buffers = max(cost.with_buffers, now + (resident_mb(backend) if session else 0))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    started, cpu = time.perf_counter(), time.process_time() + cpu_of(backend)
    try:
        work()
    finally:
        over.set()
        watcher.join()
    cost.seconds, cost.cpu = time.perf_counter() - started, time.process_time() + cpu_of(backend) - cpu
    return cost


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def cpu_of(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _most_since_last_asked_mb() -> float:
    """The most memory of this process since this was asked before."""
    most = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    Path("/proc/self/clear_refs").write_text("5")
    return int(most[1]) / 1024 if most else 0.0


def resident_mb(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def shared_mb(process: int) -> float:
    shared = re.search(r"RssShmem:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(shared[1]) / 1024 if shared else 0.0


def _copied_again() -> _Cost:
    """COPY the rows that the import wrote, with members, lots and entries, into tables like theirs."""
    cost = _Cost()
    with connection.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
        for table in _TABLES:
            ready = Path(folder) / table
            with (
                cursor.copy(f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT binary)") as out,
                ready.open("wb") as file,
            ):
                for part in out:
                    file.write(part)
            cursor.execute(f"CREATE TABLE limit_{table} (LIKE {table} INCLUDING ALL)")

            def write(table: str = table, ready: Path = ready) -> None:
                with cursor.copy(f"COPY limit_{table} FROM STDIN (FORMAT binary)") as into, ready.open("rb") as file:
                    while piece := file.read(1 << 20):
                        into.write(piece)

            _add(cost, costs(write))
            cursor.execute(f"DROP TABLE limit_{table}")
            ready.unlink()
    return cost
