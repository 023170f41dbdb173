"""A refresh writes down what plain Python reckons, restates what came late, and is whole or not at all."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection
from tests.builders import NOW, SMALL_CHAIN, contents, day, line, member_ids, rows, take, take_into_lake
from tests.properties.test_sql_twins import reckoned
from tests.usecases.test_kpis import LAST, Receipts, generated

from huitou.insight import service as insight
from huitou.insight.errors import NothingToReckon
from huitou.insight.service import loyalty_index
from huitou.insight.service import runs as refresh_runs
from huitou.lake import service as lake
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_import import undo_import

FACTS = (
    "layer, recency_score, frequency_score, monetary_score, first_purchase_on, last_purchase_on, came_back_on, "
    "receipts_year, spend_year_fen, months_bought"
)


def facts() -> dict[str, tuple]:
    by_id = {id_: card for card, id_ in member_ids().items()}
    return {by_id[row[0]]: row[1:] for row in rows(f"SELECT member_id, {FACTS} FROM members_facts")}


def expected(lines: list[dict], as_of: date) -> dict[str, tuple]:
    visits = [
        (receipt["member"], (receipt["on"] - as_of).days, "sale" if receipt["sale"] else "return", [receipt["fen"]])
        for receipt in Receipts(lines).all
        if receipt["member"]
    ]
    return reckoned(visits, as_of)


@pytest.mark.django_db
@pytest.mark.parametrize("as_of", [LAST, date(2026, 8, 31), date(2026, 11, 30)])
def test_facts_are_what_the_lines_say(tmp_path, as_of):
    lines = generated(seed=11)
    take_into_lake(tmp_path, lines)
    done = refresh(as_of=as_of)
    assert facts() == expected(lines, as_of)
    assert (done.as_of, done.members) == (as_of, len(facts()))
    assert done.layers == {layer: sum(f[0] == layer for f in facts().values()) for layer in done.layers}


@pytest.mark.django_db
def test_the_loyalty_index_is_written_down_as_of_the_day(tmp_path):
    take_into_lake(tmp_path, generated(seed=11))
    refresh(as_of=LAST)
    columns = "first_purchase_on, months_bought, categories_bought, monetary_score, loyalty"
    found = rows(f"SELECT {columns} FROM members_facts")
    assert found
    for first, months, categories, monetary, loyalty in found:
        index = loyalty_index(
            as_of=LAST, first_purchase_on=first, months_bought=months, categories=categories, monetary_score=monetary
        ).index
        assert loyalty == index


@pytest.mark.django_db
def test_by_itself_it_counts_up_to_the_newest_day_and_hears_the_outbox_first(tmp_path):
    take(tmp_path, SMALL_CHAIN)
    assert refresh().as_of == day("2026-11-05")
    assert set(facts()) == {"C1", "C2"}


@pytest.mark.django_db
def test_late_receipts_restate(tmp_path):
    lines = generated(seed=3)
    early, late = lines[::2], lines[1::2]
    late = [{**row, "receipt": f"L{row['receipt']}"} for row in late]
    take_into_lake(tmp_path, early)
    refresh(as_of=LAST)
    before = facts()
    take_into_lake(tmp_path, late)
    assert facts() == before, "only a refresh writes down"
    refresh(as_of=LAST)
    assert facts() == expected([*early, *late], LAST) != before
    renumbered = ["insight_refresh", "insight_kpivalue", *insight.PICTURES]
    once = contents(without=renumbered)
    refresh(as_of=LAST)
    assert contents(without=renumbered) == once, "and again changes nothing"


@pytest.mark.django_db
def test_looking_back_leaves_out_what_came_later(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    refresh(as_of=day("2026-11-01"))
    assert set(facts()) == {"C1"}, "C2 had not bought yet"
    assert facts()["C1"][8] == 5550


@pytest.mark.django_db
@pytest.mark.parametrize(("taken", "as_of"), [([], None), (SMALL_CHAIN, day("2026-10-31"))], ids=["empty", "too early"])
def test_with_nothing_to_reckon_it_says_so_and_writes_nothing(tmp_path, taken, as_of):
    if taken:
        take_into_lake(tmp_path, taken)
    before = contents()
    with pytest.raises(NothingToReckon):
        refresh(as_of=as_of)
    assert contents() == before


@pytest.mark.django_db
def test_when_everything_was_taken_back_its_figures_go_as_before_the_first_refresh(tmp_path):
    """An import that somebody looked at and undid left its sales on every page for ever: nothing was left to reckon."""
    report = take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    assert insight.kpi_now(), "or nothing is shown"
    undo_import(report.import_id, now=NOW, actor="test")
    done = refresh()
    assert (done.as_of, done.members, done.kpi_values) == (day("2026-11-05"), 0, 0)
    kept = ("members_facts", "insight_kpivalue", "insight_layerspan", "insight_stagemove", "insight_refresh")
    kept += insight.PICTURES
    assert {table: rows(f"SELECT count(*) FROM {table}")[0][0] for table in kept} == dict.fromkeys(kept, 0)
    with lake.open_snapshot() as snapshot:
        assert all(pending == {} for pending in snapshot.pending.values()), "because nothing waits to be counted"
    with pytest.raises(NothingToReckon):
        refresh()
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh()
    assert set(facts()) == {"C1", "C2"}


@pytest.mark.django_db
def test_whoever_only_gave_back_never_bought(tmp_path):
    take_into_lake(tmp_path, [*SMALL_CHAIN, line("8", "2026-11-06 10:00", "tea", "-1", "-5.00", member="C3")])
    refresh()
    assert set(facts()) == {"C1", "C2"}


@pytest.mark.django_db(transaction=True)
def test_runs_that_meet_take_turns(tmp_path):
    take_into_lake(tmp_path, SMALL_CHAIN)
    refresh(as_of=day("2026-11-03"))
    said: list[tuple[str, str]] = []
    failed: list[BaseException] = []
    first_is_in, second_is_in = threading.Event(), threading.Event()

    def run(name: str, as_of: date) -> None:
        def progress(step: str) -> None:
            said.append((name, step))
            if (name, step) == ("first", "kpis"):
                first_is_in.set()
                second_is_in.wait(timeout=1.5)  # it must not come; with nobody to hold it back it would
                said.append(("first", "goes on"))
            if (name, step) == ("second", "kpis"):
                second_is_in.set()

        try:
            if name == "second":
                assert first_is_in.wait(timeout=120)
            refresh(as_of=as_of, progress=progress)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    runs = [threading.Thread(target=run, args=("first", day("2026-11-05"))),
            threading.Thread(target=run, args=("second", day("2026-11-04")))]  # fmt: skip
    for thread in runs:
        thread.start()
    for thread in runs:
        thread.join(timeout=120)
    assert failed == []
    assert said.index(("first", "goes on")) < said.index(("second", "rfm")), "the second waits until the first is done"
    assert refresh_runs.last().as_of == day("2026-11-04")
    assert rows("SELECT count(DISTINCT ends_on) FROM insight_kpivalue WHERE period = 'rolling28'") == [(1,)]
