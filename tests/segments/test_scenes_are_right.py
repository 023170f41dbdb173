"""Scene tags are far better than chance on a drawn chain; the whole measure is `python -m benchmarks scene_tags`."""

from __future__ import annotations

import pytest
from benchmarks import scene_tags

from huitou.segments.rules import scenes

FLOORS = {
    "homemaker": (0.60, 0.20),
    "office worker": (0.84, 0.35),
    "senior": (0.95, 0.65),
    "young parent": (0.80, 0.30),
    "senior, without birthdays": (0.75, 0.45),
}
"""Below what a drawn chain of 20,000 gives by more than chance can do to one of 1,500: precision and recall."""


@pytest.fixture(scope="module")
def drawn():
    with scene_tags.draw(1_500, scene_tags.SEED) as session:
        yield session


def test_each_scene_is_right_more_often_than_chance_and_found_often_enough(drawn):
    found = {one.name: one for one in scene_tags.measured(drawn)}
    assert set(found) == set(FLOORS)
    for name, (precision, recall) in FLOORS.items():
        assert found[name].precision >= precision, found[name]
        assert found[name].recall >= recall, found[name]
        assert found[name].interval()[0] > found[name].chance, "the whole interval lies above chance"


def test_a_rule_that_goes_by_nothing_falls_below_the_floor(drawn, monkeypatch):
    anybody = scenes.SCENES | {
        name: scenes.Scene("", "", "SELECT member_id, 50 AS strength FROM habits WHERE trips >= 4")
        for name in scenes.SCENES
    }
    monkeypatch.setattr("huitou.segments.service.tags.SCENES", anybody)
    for one in scene_tags.measured(drawn):
        assert one.precision < FLOORS[one.name][0], "the floor can fail"
