"""How often the scene tags are right, and how many of those there are they find, on the sample chain.

`python -m benchmarks scene_tags` draws a sample chain of HUITOU_BENCH_SCENE_MEMBERS (20,000) with
HUITOU_BENCH_SCENE_SEED (7, another one than the demo's, on which the thresholds were chosen) and compares with
`truth/members.parquet`, which the product never reads. Beside each: the interval of Wilson at 95 %, and what a tag
given at random would have.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import duckdb

MONTHS, TODAY, SEED = 13, date(2026, 11, 25), 7
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Measured:
    """A tag over all members: how many bear it, how many of those rightly, how many there are, of how many."""

    name: str
    bear: int
    right: int
    true: int
    all: int

    @property
    def precision(self) -> float:
        return self.right / self.bear if self.bear else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    @property
    def chance(self) -> float:
        return self.true / self.all

    def interval(self) -> tuple[float, float]:
        """Of the precision, by Wilson (1927)."""
        n, p = self.bear, self.precision
        if not n:
            return 0.0, 1.0
        centre, spread = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        return (centre - spread) / (1 + Z * Z / n), (centre + spread) / (1 + Z * Z / n)


def run() -> None:
    members = int(os.environ.get("HUITOU_BENCH_SCENE_MEMBERS", "20000"))
    seed = int(os.environ.get("HUITOU_BENCH_SCENE_SEED", str(SEED)))
    with draw(members, seed) as session:
        for one in measured(session):
            least, most = one.interval()
            print(
                f"  {one.name}: {one.bear:,} bear it, {one.precision:.1%} rightly ({least:.1%} to {most:.1%}; at "
                f"random {one.chance:.1%}), {one.recall:.1%} of {one.true:,} found",
                flush=True,
            )


def measured(session: duckdb.DuckDBPyConnection) -> list[Measured]:
    """Each scene tag on a drawn chain; seniors also with all birthdays forgotten, by baskets and hours alone."""
    from huitou.segments.service import tags

    found = []
    for birthdays in (True, False):
        told = "birthday" if birthdays else "NULL::DATE AS birthday"
        session.execute(
            f"CREATE OR REPLACE VIEW people AS SELECT member_id, {told}, told_household AS household_size FROM told"
        )
        session.execute(f"CREATE OR REPLACE TABLE habits AS {tags.habits_sql(TODAY)}")
        found += [
            _of(session, name, scene.sql, "" if birthdays else ", without birthdays")
            for name, scene in tags.SCENES.items()
            if birthdays or name == "senior"
        ]
    return found


def _of(session: duckdb.DuckDBPyConnection, name: str, rule: str, how: str) -> Measured:
    ((bear, right, true, every),) = session.sql(
        f"SELECT count(b.member_id), count(b.member_id) FILTER (is_{name}), count(*) FILTER (is_{name}), count(*) "
        f"FROM truth LEFT JOIN (SELECT DISTINCT member_id FROM ({rule})) b USING (member_id)"
    ).fetchall()
    return Measured(name.replace("_", " ") + how, bear, right, true, every)


def draw(members: int, seed: int) -> duckdb.DuckDBPyConnection:
    """A session with a drawn chain: `lines` as the lake has them, `told` (member_id, birthday, told_household), and the
    generator's `truth`."""
    from huitou.usecases.sample_chain.drawing import draw_month, draw_whom
    from huitou.usecases.sample_chain.goods import read_goods
    from huitou.usecases.sample_chain.terms import SampleChain
    from huitou.usecases.sample_chain.truth import FOLDER, write_members

    chain = SampleChain(seed, members, MONTHS, TODAY)
    session, drawn = duckdb.connect(), duckdb.connect()
    draw_whom(drawn, chain)
    with tempfile.TemporaryDirectory() as folder:
        write_members(drawn, chain, Path(folder))
        who = drawn.sql("SELECT i::BIGINT AS member_id, card, birthday, told_household FROM people").to_arrow_table()
        session.register("who", who)
        session.execute("CREATE TABLE told AS SELECT member_id, birthday, told_household FROM who")
        file = Path(folder) / FOLDER / "members.parquet"
        session.execute(f"CREATE TABLE truth AS SELECT t.*, member_id FROM '{file}' t JOIN who USING (card)")
    drawn.execute("CREATE TABLE categories (sku VARCHAR, category VARCHAR)")
    drawn.executemany("INSERT INTO categories VALUES (?, ?)", [(good.sku, good.category) for good in read_goods()])
    made = "CREATE TABLE lines AS"
    for number, (first, last) in enumerate(chain.month_spans()):
        draw_month(drawn, chain, first, last)
        month = drawn.sql(
            f"SELECT v.i::BIGINT AS member_id, {number} * 100000000 + visit AS receipt_id, line, 'sale' AS kind, "
            "day AS business_date, day + to_seconds(second) AS at_local, category "
            "FROM lines JOIN visits v USING (visit) JOIN goods g USING (product) JOIN categories USING (sku)"
        ).to_arrow_table()
        session.register("month", month)
        session.execute(f"{made} SELECT * FROM month")
        session.unregister("month")
        made = "INSERT INTO lines"
    drawn.close()
    return session
