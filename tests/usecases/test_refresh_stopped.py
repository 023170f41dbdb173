"""A refresh that is stopped leaves what was there, and the next one goes on where it was."""

from __future__ import annotations

import pytest
from tests.builders import SMALL_CHAIN, contents, copy_lake, day, lasting, line, rows, take_into_lake
from tests.usecases.test_refresh_days import counting, figures

from huitou.insight.service import runs
from huitou.usecases.refresh import refresh

SHELF = ["buyers", "squares", "cohorts", "newcomers", "loyalty", "hours", "baskets"]
RECKONED = ["facts", "preferences", "kept_kpis", *(f"kept_{name}" for name in SHELF), "stage_moves"]
"""What a day within a week needs: weeks that are over say what they said."""
LAST_OF_C2 = (
    "SELECT last_purchase_on FROM members_facts JOIN members_identity USING (member_id) "
    "WHERE kind = 'card' AND value = 'C2'"
)


def _refresh_a_small_chain(folder):
    take_into_lake(folder, SMALL_CHAIN)
    refresh()


@pytest.fixture(scope="module")
def refreshed_once(django_db_setup, django_db_blocker, tmp_path_factory):
    with lasting(django_db_blocker, tmp_path_factory.mktemp("chain"), _refresh_a_small_chain) as lake:
        yield lake


@pytest.fixture
def refreshed(refreshed_once, db, settings):
    """A small chain and its first refresh: what every test here begins with."""
    copy_lake(refreshed_once, settings)


@pytest.mark.parametrize("stop_at", ["days", "rfm", "preferences", "kpis", "facts", "history", "figures"])
def test_one_that_is_stopped_leaves_what_was_there(refreshed, tmp_path, stop_at):
    take_into_lake(tmp_path, [line("9", "2026-11-10 10:00", "tea", amount="99.00", store="east", member="C2")])
    log = ["insight_refresh"]
    before = contents(without=log)

    def stop(step: str) -> None:
        if step == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(progress=stop)
    assert contents(without=log) == before
    refresh()
    assert rows(LAST_OF_C2) == [(day("2026-11-10"),)]


@pytest.mark.parametrize(
    "step", ["days", "rfm", "preferences", "kpis", "shelf", "facts", "history", "moves", "figures", "pictures"]
)
def test_one_that_was_stopped_goes_on_where_it_was(refreshed, tmp_path, monkeypatch, step):
    late = {"store": "east", "member": "C2", "amount": "7.00", "category": "dairy"}
    take_into_lake(tmp_path, [line("7", "2026-11-06 10:00", **late), line("8", "2026-11-02 10:00", **late)])

    def stop(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refresh(progress=stop)
    (stopped, before) = runs.newest(2)
    assert (stopped.state, before.state) == ("stopped", "done")
    assert stopped.stopped_by.startswith("KeyboardInterrupt")
    reckoned = counting(monkeypatch)
    refresh()
    order = ["days", "rfm", "preferences", "kpis", "shelf"]
    left = RECKONED[max(0, order.index(step) - 1) :] if step in order else []
    assert reckoned == left, "what was reckoned is not reckoned again"
    assert runs.newest(1)[0].id == stopped.id, "it is the same run"
    gone_on = figures()
    assert runs.last().restated == {"2026-11": 1}, "also what was restated before the stop"
    refresh(anew=True)
    assert figures() == gone_on
    assert not (tmp_path / "湖 1" / "lake" / "results").exists() or not list((tmp_path / "湖 1/lake/results").iterdir())
