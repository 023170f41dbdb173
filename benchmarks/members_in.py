"""A file of members: how long it takes and how much memory, for twice as many rows and where every row is refused.

HUITOU_BENCH_MEMBERS=800000 says how many there are; a quarter of so many comes first. Memory is that of our process
above what it has before it opens the file: what the programme itself takes is no part of the file.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.history_in import costs, resident_mb

_COLUMNS = {"card": "会员卡号", "phone": "手机号", "name": "姓名", "sex": "性别", "birthday": "生日", "email": "邮箱"}
# One of fifty shares a phone with another, one of a hundred has a sex that cannot be read.
_PEOPLE = """
SELECT 'V' || lpad(i::VARCHAR, 8, '0') AS "会员卡号", (13800000000 + i - (i % 50 = 0)::INTEGER)::VARCHAR AS "手机号",
       '王李张刘陈杨赵黄周吴'[1 + i % 10] || '伟芳娜敏静丽强磊军洋'[1 + i // 10 % 10] || (i % 1000) AS "姓名",
       CASE WHEN i % {unfit} = 0 THEN 'x' WHEN i % 2 = 0 THEN '女' ELSE '男' END AS "性别",
       strftime(DATE '1960-01-01' + (i % 16000)::INTEGER, '%Y-%m-%d') AS "生日",
       'm' || i || '@example.com' AS "邮箱"
FROM range(1, {rows} + 1) AS made (i)
"""


def run() -> None:
    rows = int(os.environ.get("HUITOU_BENCH_MEMBERS", "800000"))
    for count, unfit, what in ((rows // 4, 100, "a quarter"), (rows, 100, "all"), (rows, 1, "all, every row refused")):
        _take(count, unfit, what)


def _take(count: int, unfit: int, what: str) -> None:
    from huitou.lake import service as lake
    from huitou.usecases.import_described import import_described

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "members.csv"
        with duckdb.connect() as session:
            session.execute(f"COPY ({_PEOPLE.format(rows=count, unfit=unfit)}) TO '{path}' (HEADER)")
        before = resident_mb(os.getpid())

        def take() -> None:
            with lake.open_file(path) as opened:
                report = import_described(opened, "members", _COLUMNS, now=datetime.now(UTC), source=what)
                print(f"{what}: {report.rows_read:,} rows, {report.new:,} new, {report.rows_refused:,} refused")

        cost = costs(take, session=False)
    print(f"  {cost}, {cost.memory - before:,.0f} MB of memory for it (asked: ≤ 300 and flat)", flush=True)
