"""Who lives near: the circle against the globe, at its edge, and live where somebody, their store or a store moves."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import cos, pi, radians, sin

import pytest

from huitou.kernel.places import metres_between
from huitou.members import service as members
from huitou.members.rules.places import place_of
from huitou.segments.rules import circles
from huitou.segments.rules.circles import Circle
from huitou.segments.terms import Point
from huitou.usecases import households, live_crowd
from tests.builders import rows, run
from tests.segments import agree
from tests.segments.test_restated import at, in_each, place
from tests.usecases.describing import take_described

OF_HOMES = {
    "by the east store": {"leaf": "lives_near", "store": "east", "within_metres": 3000},
    "by the river": {"leaf": "lives_near", "point": {"latitude": "30.2", "longitude": "120.2"}, "within_metres": 3000},
    "by their own store": {"leaf": "lives_near", "home_store": True, "within_metres": 3000},
    "not by the east store": {"not": {"leaf": "lives_near", "store": "east", "within_metres": 3000}},
    "told where": {"leaf": "attribute", "of": "place", "known": True},
}
A_DEGREE = 111_195.08


def homes_around(draw: random.Random, latitude: int, longitude: int, most_metres: int) -> tuple[int, int]:
    """A home at most so far away, in thousandths of a degree."""
    far, turn = draw.uniform(0, most_metres) / A_DEGREE, draw.uniform(0, 2 * pi)
    north = latitude / 10**6 + far * sin(turn)
    east = longitude / 10**6 + far * cos(turn) / cos(radians(latitude / 10**6))
    return round(north * 1000), round(((east + 180) % 360 - 180) * 1000)


@pytest.mark.parametrize(
    ("from_latitude", "to_latitude", "metres_off"),
    [(0, 55, 2), (55, 70, 3), (70, 80, 6)],
    ids=["to 55 degrees", "to 70", "to 80"],
)
def test_the_flat_map_is_as_good_as_it_says(from_latitude, to_latitude, metres_off):
    draw = random.Random(1)
    for _ in range(4000):
        centre = (
            draw.choice([-1, 1]) * int(draw.uniform(from_latitude, to_latitude) * 10**6),
            draw.choice([int(draw.uniform(-180, 180) * 10**6), 180_000_000, -179_999_000]),
        )
        latitude, longitude = homes_around(draw, *centre, 49_000)
        metres = metres_between(centre, (latitude * 1000, longitude * 1000))
        point = Point(latitude=centre[0], longitude=centre[1])
        assert Circle.around(point, metres + metres_off).holds(latitude, longitude), (centre, latitude, longitude)
        if metres > metres_off:
            within = Circle.around(point, metres - metres_off)
            assert not within.holds(latitude, longitude), (centre, latitude, longitude)


def test_a_map_that_forgets_the_cosine_is_caught(monkeypatch):
    monkeypatch.setattr(circles, "cos", lambda _: 1.0)
    with pytest.raises(AssertionError):
        test_the_flat_map_is_as_good_as_it_says(0, 55, 2)


@pytest.mark.parametrize(
    ("latitude", "longitude", "because"),
    [(90_000, 0, "the pole"), (-90_000, 180_000, "the other pole"), (0, -180_000, "where the day begins"),
     (-31_230, -58_530, "the other side of the world")],
)  # fmt: skip
def test_nobody_far_away_is_near(latitude, longitude, because):
    circle = Circle.around(Point(latitude=31_230_000, longitude=121_470_000), 50_000)
    assert not circle.holds(latitude, longitude), because


def test_both_evaluators_agree_on_homes():
    compared = agree.Compared()
    for seed in range(40):
        agree.compare(seed, trees=6, members=40, compared=compared, only="lives_near")
    assert compared.differing == []
    assert min(compared.met["lives_near"], compared.unmet["lives_near"]) > 500


def test_an_edge_that_one_of_them_leaves_out_is_caught(monkeypatch):
    holds = Circle.holds
    monkeypatch.setattr(Circle, "holds", lambda self, *home: holds(replace(self, reach=self.reach - 1), *home))
    compared = agree.Compared()
    for seed in range(40):
        agree.compare(seed, trees=6, members=40, compared=compared, only="lives_near")
    assert compared.differing != []


def lives(world, card: str, latitude: str | None) -> bool:
    place = None if latitude is None else (Decimal(latitude), Decimal("120.2"))
    return households.tell_place(world.cards[card], place, actor="crm")


def test_who_moves_is_moved_and_so_is_who_shops_elsewhere(world):
    place(world, at("east", "30.2"), at("west", "30.3"))
    report = take_described(
        world.folder, "members",
        [{"card": "C1", "latitude": "30.2104", "longitude": "120.2"},
         {"card": "C2", "latitude": "30.3", "longitude": "120.2"}],
        now=world.now,
    )  # fmt: skip
    assert report.refused == []
    assert rows("SELECT lives_at FROM members_profile ORDER BY member_id") == [("30.210,120.200",), ("30.300,120.200",)]
    homes = dict(rows("SELECT id, home_store_id FROM members_member"))
    world.define(**OF_HOMES)
    assert in_each(world, "C1 lives a kilometre from east, C2 beside west; both shop where they live") == {
        "by the east store": "C1", "by the river": "C1", "by their own store": "C1 C2",
        "not by the east store": "C2", "told where": "C1 C2",
    }  # fmt: skip
    assert lives(world, "C2", "30.2")
    assert in_each(world, "C2 moved to the river and shops in the west as before") == {
        "by the east store": "C1 C2", "by the river": "C1 C2", "by their own store": "C1",
        "not by the east store": "", "told where": "C1 C2",
    }  # fmt: skip
    run(f"UPDATE members_member SET home_store_id = {homes[world.cards['C1']]} WHERE id = {world.cards['C2']}")
    assert in_each(world, "and in the east from now on")["by their own store"] == "C1 C2"
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    place(world, at("east", "30.4"))
    assert in_each(world, "the east store moved far away") == {
        "by the east store": "", "by the river": "C1 C2", "by their own store": "",
        "not by the east store": "C1 C2", "told where": "C1 C2",
    }  # fmt: skip
    world.now += timedelta(seconds=live_crowd.MOST_SECONDS)
    assert lives(world, "C1", None)
    assert not lives(world, "C1", None), "nobody knows it any more already"
    assert in_each(world, "whoever has no place lives near nothing") == {
        "by the east store": "", "by the river": "C2", "by their own store": "",
        "not by the east store": "C1 C2", "told where": "C2",
    }  # fmt: skip


def test_a_home_is_kept_to_a_thousandth_of_a_degree(world):
    assert members.live_at(world.cards["C1"], Decimal("-0.00049"), Decimal("179.99961"), by="crm")
    ((kept,),) = rows("SELECT lives_at FROM members_profile")
    assert kept == "0.000,180.000"
    assert place_of(kept) == (0, 180_000_000)
