"""The large chain: laid once by `huitou demo`, kept in a folder of its own, and all that is asked of it measured.

`make bench-large`, or `python -m benchmarks large`. HUITOU_BENCH_MEMBERS (800,000) and HUITOU_BENCH_MONTHS (24) choose
the size, HUITOU_BENCH_HOME the folder (`huitou/large-800000` in the user's cache folder unless given); without it there
the chain is laid first. Every step runs as a person runs it, by the command, with HUITOU_LAKE_MEMORY_MB = 2048 unless
set. One more day is yesterday's receipts under new numbers, imported from a file, and taken back at the end. Memory is
that of all processes of the installation, what they share counted once.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.installation import installation_at
from benchmarks.refresh_day import BARE, best_of_three

MEMBERS = int(os.environ.get("HUITOU_BENCH_MEMBERS", "800000"))
MONTHS = int(os.environ.get("HUITOU_BENCH_MONTHS", "24"))
LAY_SECONDS, REFRESH_SECONDS, DAY_SECONDS, MEMORY_MB, DISK_MB = 1_800, 600, 60, 4_096, 30_000
RFM_TIMES = 2
_COLUMNS = ("小票号", "门店", "收银机", "交易时间", "商品编码", "数量", "单价", "优惠", "实付金额", "会员卡号")


def run() -> None:
    home = _home()
    os.environ["HUITOU_HOME"] = str(home)
    os.environ.setdefault("HUITOU_LAKE_MEMORY_MB", "2048")
    note = home / "sample-chain.json"
    if not note.is_file() or not json.loads(note.read_text())["laid"]:
        with _watched("laid", home, LAY_SECONDS):
            _huitou("demo", "--no-serve", "--members", str(MEMBERS), "--months", str(MONTHS), told=True)
    _tell_disk(home)
    with _watched("whole refresh", home, REFRESH_SECONDS):
        _tell_steps(_huitou("refresh", "--full", "--json"))
    _one_more_day(home)
    from benchmarks import console

    console.run()


def _home() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HUITOU_BENCH_HOME") or cache / "huitou" / f"large-{MEMBERS}")
    home.mkdir(parents=True, exist_ok=True)
    return home


def _one_more_day(home: Path) -> None:
    """Imported and refreshed beside a database that runs, as it does at night; starting and stopping it is no part."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one-more-day.csv"
        with installation_at(home):
            lines = _write_day(file)
            _rfm_beside_a_bare_query()
        with _running():
            with _watched(f"one more day of {lines:,} lines imported", home, None):
                report = _huitou("import", "receipts", str(file), "--source", "one-more-day", "--json")
            try:
                with _watched("refresh of one more day", home, DAY_SECONDS):
                    _tell_steps(_huitou("refresh", "--json"))
            finally:
                _huitou("import", "undo", str(report["import_id"]), "--yes", "--json")
                _huitou("refresh", "--json")


def _running() -> AbstractContextManager[Any]:
    from huitou.config import embedded_postgres

    return embedded_postgres.using(lambda *_, **__: None)


def _write_day(file: Path) -> int:
    """The lake's newest day again, as a till writes it, on the day after; returns how many lines."""
    from huitou.lake import service as lake
    from huitou.members import service as members

    with lake.open_session() as session:
        session.register("cards", members.ids_known("card"))
        rows = session.sql(
            """
            SELECT 'N' || number, right(number, 16)[:4], till,
                   strftime(at_local + INTERVAL 1 DAY, '%Y-%m-%d %H:%M:%S'), sku,
                   quantity_milli / 1000, unit_price, discount_fen / 100, net_fen / 100, value
            FROM lines LEFT JOIN cards USING (member_id)
            WHERE business_date = (SELECT max(business_date) FROM lines) AND kind = 'sale'
            ORDER BY receipt_id, line"""
        ).fetchall()
    with file.open("w", newline="") as out:
        written = csv.writer(out)
        written.writerow(_COLUMNS)
        written.writerows(rows)
    return len(rows)


def _rfm_beside_a_bare_query() -> None:
    """Both read what lies there after a refresh, with the same memory and by turns of three."""
    from huitou.insight import service as insight
    from huitou.lake import service as lake

    with lake.open_snapshot() as snapshot:
        ((day,),) = snapshot.session.sql("SELECT max(business_date) FROM lines").fetchall()
        by = insight.cut_offs().cut_offs
        ours = best_of_three(lambda: snapshot.session.sql(insight.facts_query(day, by)).to_arrow_table())
    with lake.open_session() as session:
        bare = best_of_three(lambda: session.sql(BARE.format(day=day)).to_arrow_table())
    reached = _reached(ours <= RFM_TIMES * bare)
    print(
        f"  RFM and layers {ours:.2f} s, the bare query over the lines {bare:.2f} s: {ours / bare:.2f} times "
        f"(asked: ≤ {RFM_TIMES}): {reached}",
        flush=True,
    )


def _huitou(*asked: str, told: bool = False) -> Any:
    """Run a command of the product; its JSON answer. `told`: its progress is shown and there is no answer."""
    command = [str(Path(sys.executable).with_name("huitou")), *asked]
    done = subprocess.run(command, stdout=None if told else subprocess.PIPE, text=True, check=True)
    return None if told else json.loads(done.stdout)


def _tell_steps(answer: dict[str, Any]) -> None:
    steps = ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in answer["steps"])
    print(f"  {answer['days']:,} days counted, {answer['kpi_values']:,} KPI values: {steps}", flush=True)


@contextmanager
def _watched(what: str, home: Path, asked_seconds: float | None) -> Iterator[None]:
    peak, least, over = [0.0], [_free_mb(home)], threading.Event()
    free = least[0]

    def watch() -> None:
        while not over.wait(1.0):
            peak[0] = max(peak[0], _memory_mb(home))
            least[0] = min(least[0], _free_mb(home))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    over.set()
    watcher.join()
    asked = f" (asked: ≤ {asked_seconds:,.0f}): {_reached(took <= asked_seconds)}" if asked_seconds else ""
    memory = f"{peak[0]:,.0f} MB at most (asked: ≤ {MEMORY_MB:,}): {_reached(peak[0] <= MEMORY_MB)}"
    print(
        f"  {what}: {took:,.0f} s{asked}; {memory}; "
        f"{free - least[0]:,} MB of disk taken at most; load average {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def _free_mb(home: Path) -> int:
    return shutil.disk_usage(home).free // 1_000_000


def _memory_mb(home: Path) -> float:
    """Proportional memory of every process that works in this home: the command, and the database with its sessions."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
                names[int(entry.name)] = (entry / "cmdline").read_bytes()
            except OSError:
                continue
    own, mark = os.getpid(), str(home).encode()
    ours = {pid for pid, name in names.items() if mark in name} | {pid for pid, up in parents.items() if up == own}
    while more := {pid for pid, parent in parents.items() if parent in ours and pid not in ours}:
        ours |= more
    return sum(_pss_kb(pid) for pid in ours - {own}) / 1024


def _pss_kb(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")), 0)


def _tell_disk(home: Path) -> None:
    """What lies there, and how much of it is the write-ahead log, which shrinks as it is worked off."""
    disk, log = _disk_mb(home), _disk_mb(home / "postgres" / "data" / "pg_wal")
    lake = _disk_mb(home / "lake")
    print(
        f"  {home}: {disk:,} MB (asked: ≤ {DISK_MB:,}): {_reached(disk <= DISK_MB)}; of it {lake:,} the lake, {log:,} "
        "the write-ahead log",
        flush=True,
    )


def _disk_mb(folder: Path) -> int:
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()) // 1_000_000


def _reached(it_is: bool) -> str:
    return "reached" if it_is else "MISSED"
