"""After a first refresh of nine months: one more day, a late one, weeks that changed, and books that others changed."""

from __future__ import annotations

import pytest
from tests.builders import copy_lake, lasting, run, take_into_lake
from tests.usecases.test_kpis import generated
from tests.usecases.test_refresh_days import counting, figures

from huitou.lake import service as lake
from huitou.usecases.refresh import refresh

MORE = {"sku": "tea", "quantity": "1", "amount": "5.00", "store": "east", "member": "C1", "channel": "store"}


def _refresh_nine_months(folder):
    # To a Tuesday: days within its week may follow.
    take_into_lake(folder, [*generated(seed=9), {"receipt": "n0", "at": "2026-11-17 10:00", **MORE}])
    refresh()


@pytest.fixture(scope="module")
def refreshed_once(django_db_setup, django_db_blocker, tmp_path_factory):
    with lasting(django_db_blocker, tmp_path_factory.mktemp("chain"), _refresh_nine_months) as laid:
        yield laid


@pytest.fixture
def refreshed(refreshed_once, db, settings):
    copy_lake(refreshed_once, settings)


def test_one_more_day_counts_that_day_and_a_late_receipt_its_own(refreshed, tmp_path):
    take_into_lake(tmp_path, [{"receipt": "n1", "at": "2026-11-18 10:00", **MORE}])
    done = refresh()
    assert (done.days, done.restated) == (1, {}), "a new day is counted, and nothing is restated"
    take_into_lake(tmp_path, [{"receipt": "n2", "at": "2026-06-03 10:00", **MORE}])
    done = refresh()
    assert (done.days, done.restated) == (1, {"2026-06": 1})
    done = refresh()
    assert (done.days, done.restated) == (0, {}), "nothing came, nothing is counted"
    lake.put_together()
    assert refresh().days == 0, "the same lines in other files are no change"


@pytest.mark.parametrize(
    ("at", "of_weeks"),
    [
        ("2026-11-18 10:00", set()),
        ("2026-06-03 10:00", {"bought", "kept_goods", "kept_pairs"}),
        ("2026-11-22 10:00", {"bought", "kept_goods", "kept_pairs"}),
    ],
    ids=["a day within the week", "late, of a week that is over", "the day that ends a week"],
)
def test_what_weeks_tell_is_counted_again_where_they_changed(refreshed, tmp_path, monkeypatch, at, of_weeks):
    take_into_lake(tmp_path, [{"receipt": "n1", "at": at, **MORE}])
    reckoned = counting(monkeypatch)
    refresh()
    assert {name for name in reckoned if name in ("bought", "kept_goods", "kept_pairs")} == of_weeks
    kept = figures()
    refresh(anew=True)
    assert figures() == kept


def test_facts_that_went_meanwhile_and_those_of_a_database_that_was_read_back_are_written_again(refreshed):
    """Because only what differs from the last refresh is written, and the books need not show the last refresh."""
    shown = figures()
    run("DELETE FROM members_facts WHERE member_id = (SELECT min(member_id) FROM members_facts)")
    refresh()
    assert figures() == shown, "a merge that was undone left a member without"
    run("UPDATE members_facts SET receipts_year = 0", "DELETE FROM insight_goods")
    run("UPDATE insight_refresh SET ended_at = ended_at - INTERVAL '1 day'")
    refresh()
    assert figures() == shown, "the books are those of another run"
