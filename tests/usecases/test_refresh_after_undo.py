"""After the newest day was undone, a refresh with nothing new reckons nothing again: what is remembered is of the days
that are there, and not of the one that is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.builders import NOW, day, line, take_into_lake
from tests.usecases.test_refresh_days import figures

from huitou.insight.service import kept_kpis
from huitou.lake import standing
from huitou.usecases import reckon
from huitou.usecases.refresh import refresh
from huitou.usecases.undo_import import undo_import

pytestmark = pytest.mark.django_db

MONTHS = [line(f"a{month}", f"2025-{month:02}-03 10:00", store="east", member="C1") for month in range(1, 13)]
UP_TO_THE_LAST_OF_A_MONTH = [
    *MONTHS,
    line("b1", "2026-09-30 10:00", "tea", store="east", member="C1"),
    line("b2", "2026-10-31 10:00", "rice", store="west", member="C2"),
]
NEWEST = "2026-11-01 10:00"
"""The first of a month: with it everything that is remembered moves on by a month."""


def _counted(monkeypatch) -> dict[str, int]:
    """What the refreshes from now on reckon though it is remembered: periods, days of baskets, and whether everybody's
    preferences and the standing since the first day."""
    found = {"periods": 0, "basket days": 0, "preferences of everybody": 0, "standings": 0}

    def watch(where: object, name: str, told: Callable[..., tuple[str, int]]) -> None:
        real = getattr(where, name)

        def watched(*args, **more):
            what, how_many = told(*args, **more)
            found[what] += how_many
            return real(*args, **more)

        monkeypatch.setattr(where, name, watched)

    def days_of_baskets(session, as_of, known):
        first = as_of - 2 * timedelta(days=28) + timedelta(days=1)
        since = known.last if known is not None and known.first <= first else first - timedelta(days=1)
        return "basket days", max((as_of - since).days, 0)

    def everybody(session, files, name, query):
        return "preferences of everybody", name == "preferences" and "FROM tastes" in query()

    watch(kept_kpis, "lay_windows", lambda session, known, true, wanted, since: ("periods", len(wanted) - len(true)))
    watch(kept_kpis, "category_visits", days_of_baskets)
    watch(reckon.lake, "keep_result", everybody)
    watch(standing, "_counted", lambda known, since, until: ("standings", 1))
    return found


def test_a_refresh_with_nothing_new_reckons_nothing_after_the_newest_day_was_undone(tmp_path, monkeypatch):
    take_into_lake(tmp_path, UP_TO_THE_LAST_OF_A_MONTH)
    newest = take_into_lake(tmp_path, [line("c1", NEWEST, store="east", member="C2")], source="second")
    refresh()
    undo_import(newest.import_id, actor="ann", now=NOW)
    refresh()
    shown = figures()
    counted = _counted(monkeypatch)
    assert refresh().as_of == day("2026-10-31")
    assert counted == {"periods": 0, "basket days": 0, "preferences of everybody": 0, "standings": 0}
    assert figures() == shown
    refresh(anew=True)
    assert figures() == shown, "and what was remembered is what counting everything gives"
    assert all(counted.values()), f"whoever counts everything is seen to do so: {counted}"


def test_looking_back_leaves_what_is_remembered_of_later_days(tmp_path, monkeypatch):
    take_into_lake(tmp_path, [*UP_TO_THE_LAST_OF_A_MONTH, line("c1", NEWEST, store="east", member="C2")])
    refresh()
    refresh(as_of=day("2026-10-31"))
    counted = _counted(monkeypatch)
    refresh()
    assert counted == {"periods": 0, "basket days": 0, "preferences of everybody": 0, "standings": 0}
