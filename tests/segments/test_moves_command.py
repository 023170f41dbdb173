"""`huitou segments moves`: who came and left, the newest first, by the chain's clock; and the growth told from it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta
from types import SimpleNamespace

import pytest
import typer
from typer.testing import CliRunner

from huitou.access import service as access
from huitou.doors.cli.segments import register
from huitou.kernel.ids import member_code
from huitou.segments.errors import SegmentNotLive, SegmentUnknown
from huitou.segments.service import live
from huitou.segments.terms import DayMoved
from huitou.usecases.live_segments import switch_live
from tests.builders import run

LATELY = {"leaf": "bought", "at_least": 1, "window": {"last_days": 4}}
ZONE = "Asia/Shanghai"


@pytest.fixture
def moves(monkeypatch):
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    commands = typer.Typer()
    register(commands, SimpleNamespace(open_database=nullcontext))
    return lambda *words: CliRunner().invoke(commands, ["segments", "moves", *words])


@pytest.fixture
def moved(world):
    """Two had bought when it was switched on, the third came by a receipt, the first two left by time."""
    world.sell("C1", "2026-11-04 09:00")
    world.sell("C2", "2026-11-04 10:00")
    world.define(lately=LATELY)
    run(f"UPDATE segments_live SET since = '{world.now.isoformat()}'")
    world.sell("C3", "2026-11-06 12:30")
    world.now += timedelta(hours=1)
    world.follow()
    world.now += timedelta(days=2)
    world.follow()
    return world


def test_who_came_and_left_is_told_the_newest_first_with_the_clock_of_the_chain(moved, moves):
    c1, c2 = (member_code(moved.cards[card]) for card in ("C1", "C2"))
    *left, came = moves("lately").output.splitlines()
    assert sorted(line.split("  ", 1)[1] for line in left) == [f"{one}  left it  (by time alone)" for one in (c1, c2)]
    assert came.startswith("2026-11-06 13:00:00  "), "by the clock of the chain, eight hours ahead of UTC"
    assert came.endswith("came in  (by something that happened)")
    assert moves("lately", "--most", "1").output == f"{left[0]}\n"
    told = json.loads(moves("lately", "--json").output)
    assert [(one["entered"], one["because"]) for one in told] == [(False, "time")] * 2 + [(True, "event")]
    assert told[2]["at"] == "2026-11-06T05:00:00+00:00"
    assert [one.detail["members"] for one in access.noted("segment:lately", "segment.read")] == [3, 1, 3]


def test_of_a_segment_that_is_not_live_nobody_keeps_who_moved(moved, moves):
    assert isinstance(moves("no such").exception, SegmentUnknown)
    switch_live("lately", on=False, actor="test")
    assert isinstance(moves("lately").exception, SegmentNotLive), "it said that nobody had moved since it was live"
    switch_live("lately", on=True, actor="test")
    moved.follow()
    assert "Nobody has come in or left" in moves("lately").output


def test_the_growth_of_a_live_segment_is_counted_back_by_its_moves(moved, monkeypatch):
    today = moved.now.date()
    days = live.by_day("lately", today, ZONE)
    told = [(one.day.day, one.came, one.left, one.members) for one in days]
    assert told == [(6, 1, 0, 3), (7, 0, 0, 3), (8, 0, 2, 1)]
    monkeypatch.setattr(live, "MOVES_COUNTED", 3)
    assert live.by_day("lately", today, ZONE)[0].day.day == 7, "a day of which moves are missing is left out"
    monkeypatch.setattr(live, "DAYS", 1)
    assert live.by_day("lately", today, ZONE) == [DayMoved(today, 0, 2, 1)]
    assert live.by_day("no such", today, ZONE) == []
