"""The sample chain laid whole: time, CPU and peak memory of the generator, disk of the books and of the lake.

`HUITOU_BENCH_MEMBERS` and `HUITOU_BENCH_MONTHS` choose the size (20,000 and 24). The machine is often shared, so CPU
seconds stand beside the clock's: the database's are those of all its processes.
"""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

SEED = 20261


def run() -> None:
    from django.conf import settings
    from django.utils import timezone

    from huitou.usecases.audit import audit
    from huitou.usecases.sample_chain.disk import megabytes_needed
    from huitou.usecases.sample_chain.laying import lay_sample_chain

    members = int(os.environ.get("HUITOU_BENCH_MEMBERS", "20000"))
    months = int(os.environ.get("HUITOU_BENCH_MONTHS", "24"))
    folder, watch = settings.LAKE_PATH.parent, _Watch()
    chain = lay_sample_chain(
        folder, seed=SEED, members=members, months=months, now=timezone.localtime(), begin=watch.begin
    )
    watch.tell()
    _tell_size(folder)
    print(f"  asked for before it began: {megabytes_needed(chain):,} MB")
    broken = [verdict.name for verdict in audit() if verdict.first_broken]
    print(f"  audit: {'every promise holds' if not broken else 'broken: ' + ', '.join(broken)}")


class _Watch:
    """What each step took, by the clock and in CPU seconds of the generator and of the database."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float, float, float]] = []
        self._step, self._marks = "", self._now()
        self._began = self._marks

    def begin(self, step: str, done: int, total: int) -> None:
        if step == "months":
            print(f"  month {done} of {total}", flush=True)
        if step != self._step:
            marks = self._now()
            if self._step:
                self.rows.append((self._step, *(now - then for now, then in zip(marks, self._marks, strict=True))))
            self._step, self._marks = step, marks

    def tell(self) -> None:
        total = tuple(now - then for now, then in zip(self._now(), self._began, strict=True))
        for step, clock, ours, database in [*self.rows, ("in all", *total)]:
            print(f"  {step:8} {clock:8.1f} s by the clock; CPU {ours:7.1f} s generator, {database:7.1f} s database")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"  peak memory of the generator {peak / 1024:,.0f} MB; load average {os.getloadavg()[0]:.1f}")

    def _now(self) -> tuple[float, float, float]:
        return time.monotonic(), time.process_time(), _database_cpu()


def _database_cpu() -> float:
    """CPU seconds of our session's process in PostgreSQL, and of its helpers that have ended."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(") ", 1)[1].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _tell_size(folder: Path) -> None:
    from django.db import connection

    from huitou.lake import service as lake

    def count(query: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0]

    with lake.open_session() as session:
        lines, receipts = session.sql("SELECT count(*), count(DISTINCT receipt_id) FROM lines").fetchall()[0]
    books = count("SELECT pg_database_size(current_database())")
    lake_bytes = sum(path.stat().st_size for path in (folder / "lake").rglob("*") if path.is_file())
    print(f"  lake: {receipts:,} receipts, {lines:,} lines, {lake_bytes / 1e6:,.0f} MB")
    print(
        f"  books: {count('SELECT count(*) FROM receipts_receipt'):,} receipts, "
        f"{count('SELECT count(*) FROM receipts_line'):,} lines, "
        f"{count('SELECT count(*) FROM loyalty_transaction'):,} postings, {books / 1e6:,.0f} MB"
    )
    print(f"  members: {count('SELECT count(*) FROM members_member'):,}")
