"""Counting what changed gives what counting everything gives, in whatever order things come, go and are claimed."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest
from tests.builders import NOW, SMALL_CHAIN, contents, day, member_ids, rows, take_into_lake
from tests.usecases.test_kpis import generated

from huitou.insight import service as insight
from huitou.insight.service import runs
from huitou.lake import service as lake
from huitou.lake import tables
from huitou.usecases import reckon
from huitou.usecases import refresh as refreshing
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_import import undo_import

pytestmark = pytest.mark.django_db

KEPT_BY_DAY = ("visits", "tastes", "goods")
DERIVED = (
    "SELECT * FROM members_facts ORDER BY member_id",
    (
        "SELECT kpi, period, starts_on, ends_on, store_id, cut, cut_key, numerator, denominator FROM insight_kpivalue "
        "ORDER BY 1, 2, 3, 4, 5, 6, 7"
    ),
    *(
        f"SELECT to_jsonb(t) - 'id' AS row FROM {table} t ORDER BY (to_jsonb(t) - 'id')::text"
        for table in insight.PICTURES
        if table != "insight_picture"
    ),
    # A picture is kept for each day that was refreshed; here is that of the last one that came to its end.
    "SELECT what, store_id, body FROM insight_picture WHERE as_of = "
    "(SELECT as_of FROM insight_refresh WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1) ORDER BY 1, 2",
)


def figures() -> list[list[tuple]]:
    return [rows(query) for query in DERIVED]


def counting(monkeypatch) -> list[str]:
    """The names of what is reckoned from now on."""
    reckoned: list[str] = []
    real = lake.results.keep

    def keep(session, run, name, query):
        real(session, run, name, lambda: reckoned.append(name) or query())

    monkeypatch.setattr(lake.results, "keep", keep)
    return reckoned


def kept_by_day() -> list[list[tuple]]:
    with lake.open_snapshot() as snapshot:
        assert all(pending == {} for pending in snapshot.pending.values()), "a refresh leaves nothing to count"
        return [snapshot.session.sql(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in KEPT_BY_DAY]


def _claim(chance: random.Random) -> None:
    """Give a few receipts without a member to one, as `tell_claims` does."""
    with lake.open_session() as session:
        free = session.sql(
            "SELECT DISTINCT receipt_id FROM lines WHERE member_id IS NULL AND kind = 'sale' ORDER BY 1"
        ).fetchall()
    picked = [receipt for (receipt,) in chance.sample(free, min(3, len(free)))]
    member = min(member_ids().values())
    lake.name_members(
        pa.table(
            {"receipt_id": pa.array(picked, pa.int64()), "member_id": pa.array([member] * len(picked), pa.int64())}
        )
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_in_any_order_of_arrival_it_is_what_counting_everything_gives(tmp_path, seed):
    chance = random.Random(seed)
    receipts: dict[str, list[dict]] = {}
    for row in generated(seed=seed + 40):
        receipts.setdefault(row["receipt"], []).append(row)
    names = list(receipts)
    chance.shuffle(names)
    parts = [names[place::4] for place in range(4)]
    imports = []
    for number, part in enumerate(parts):
        report = take_into_lake(tmp_path, [row for name in part for row in receipts[name]], source=f"till{number}")
        imports.append(report.import_id)
        if chance.random() < 0.7:
            refresh()
        if chance.random() < 0.5:
            _claim(chance)
        if chance.random() < 0.5:
            lake.put_together()
    undo_import(imports[-1], now=NOW, actor="test")
    refresh()
    by_what_changed, days = figures(), kept_by_day()
    refresh(anew=True)
    assert figures() == by_what_changed
    assert kept_by_day() == days
    with lake.open_snapshot() as snapshot:
        plain = "SELECT count(DISTINCT receipt_id), sum(net_fen) FROM lines"
        assert (
            snapshot.session.sql("SELECT count(*), sum(net_fen) FROM visits").fetchall()
            == snapshot.session.sql(plain).fetchall()
        ), "and it is what the lines say"


def test_where_nobody_can_tell_what_changed_everything_is_counted(tmp_path):
    take_into_lake(tmp_path, generated(seed=4)[:60])
    refresh()
    expected = figures()
    take_into_lake(tmp_path, generated(seed=4)[60:])
    table = tables.lines_table()
    table.create_checkpoint()
    (tmp_path / "湖 1" / "lake" / "receipt_lines" / "_delta_log" / f"{table.version():020}.json").unlink()
    refresh()
    by_guess = figures()
    refresh(anew=True)
    assert figures() == by_guess != expected


def test_one_that_another_release_had_stopped_takes_nothing_that_was_reckoned_by_its_code(tmp_path, monkeypatch):
    """Because another release's results may lack what this one reads: a refresh ended in a fault for ever."""
    take_into_lake(tmp_path, SMALL_CHAIN)

    def stop(name: str) -> None:
        if name == "shelf":
            raise KeyboardInterrupt

    with monkeypatch.context() as earlier:
        earlier.setattr(reckon, "_code", lambda: "earlier")
        with pytest.raises(KeyboardInterrupt):
            refresh(progress=stop)
    (kept,) = (tmp_path / "湖 1" / "lake" / "results").iterdir()
    (kept / "facts.parquet").write_bytes(b"in another form")
    refresh()
    assert [run.state for run in runs.newest(2)] == ["done"], "it is the same run"
    assert not kept.exists()


def test_a_count_of_everything_that_was_stopped_goes_on_with_the_months_that_are_left(tmp_path, monkeypatch):
    take_into_lake(tmp_path, generated(seed=8))
    refresh()
    before, months = figures(), []
    fold = lake.fold

    def fold_three(snapshot, *, anew, told):
        def count(month, left, days):
            months.append(month)
            told(month, left, days)
            if len(months) == 3:
                raise KeyboardInterrupt

        fold(snapshot, anew=anew, told=count)

    monkeypatch.setattr(refreshing.lake, "fold", fold_three)
    with pytest.raises(KeyboardInterrupt):
        refresh(anew=True)
    refresh(anew=True)
    visits = months[: months.index("2026-03", 1)] if months.count("2026-03") > 1 else months
    assert len(visits) == len(set(visits)), "no month twice"
    assert months.count("2026-03") == 3, "once for visits, once for tastes, once for goods"
    assert figures() == before


def test_looking_back_counts_what_was_known_by_then(tmp_path):
    take_into_lake(tmp_path, generated(seed=11))
    refresh(as_of=day("2026-09-30"))
    then = figures()
    refresh()
    assert figures() != then
    refresh(as_of=day("2026-09-30"))
    assert figures() == then


def test_nothing_else_moves(tmp_path):
    take_into_lake(tmp_path, generated(seed=2)[:40])
    mine = [
        "insight_kpivalue",
        "insight_layerspan",
        "insight_stagemove",
        "insight_refresh",
        "members_facts",
        *insight.PICTURES,
    ]
    before = contents(without=mine)
    refresh()
    assert contents(without=mine) == before
