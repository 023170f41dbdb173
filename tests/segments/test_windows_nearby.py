"""Whoever types another number of days is answered from what was counted for the days before, and never otherwise than
by counting all of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from huitou.segments.rules.leaves.bought import HasBought
from huitou.segments.rules.leaves.spent import Spent
from huitou.segments.store import crowd
from huitou.segments.store.crowd import Crowd, Days, days_between
from huitou.segments.terms import Purchases, Window
from tests.segments.worlds import CATEGORIES, World

FROM_NEARBY = "UNION ALL"


def in_one_zone(seed: int) -> World:
    """A world in whose stores it is the same day everywhere."""
    world = World(seed, members=40)
    stores = {number: replace(store, today=world.moment.today) for number, store in world.moment.stores.items()}
    world.moment = replace(world.moment, stores=stores)
    return world


def spied(world: World, asked: list[str]) -> Crowd:
    class Spied(Crowd):
        def rows(self, query):
            asked.append(query)
            return super().rows(query)

    return Spied(world.session(), world.moment)


def windows(draw: random.Random, today: date):
    """As a person types: mostly a few days more or fewer, now and then something else, up to yesterday or by dates."""
    days, ago = 60, 0
    for _ in range(20):
        days = max(1, days + draw.choice([-9, -2, -1, 1, 2, 9])) if draw.random() < 0.9 else draw.randrange(1, 400)
        ago = draw.choice([0, 0, 0, 1, 5])
        if draw.random() < 0.2:
            yield Window(since=today - timedelta(days=days), until=today - timedelta(days=ago))
        else:
            yield Window(last_days=days, ago_days=ago)


LEAVES = [
    lambda draw, window, of: HasBought(
        at_least=draw.choice([1, 2, 3]), of=of, window=window, count=draw.choice(COUNTS)
    ),
    lambda draw, window, of: HasBought(at_most=draw.choice([1, 2, 3]), of=of, window=window, count="receipts"),
    lambda draw, window, of: Spent(at_least=draw.choice([0, 500, 2_000]), of=of, window=window),
    lambda draw, window, of: Spent(at_most=draw.choice([0, 500, 2_000]), of=of, window=window),
]
COUNTS = ("receipts", "lines", "days", "pieces")


@pytest.mark.parametrize("seed", range(3))
def test_it_is_what_counting_all_of_the_days_gives(seed):
    world, draw, asked = in_one_zone(seed), random.Random(seed), []
    everybody, forgetful = spied(world, asked), Crowd(world.session(), world.moment)
    goods = [Purchases(), Purchases(categories=(CATEGORIES[0],))]
    for window in windows(draw, world.moment.today):
        for make in LEAVES:
            leaf = make(draw, window, draw.choice(goods))
            forgetful.forget()
            assert everybody.bits(leaf) == forgetful.bits(leaf), leaf
    assert any(FROM_NEARBY in query for query in asked), "or nothing was shown"


def test_what_is_far_is_counted_anew():
    world, asked = in_one_zone(1), []
    everybody = spied(world, asked)

    def nearby(days: int) -> bool:
        del asked[:]
        everybody.bits(HasBought(at_least=2, window=Window(last_days=days)))
        return any(FROM_NEARBY in query for query in asked)

    assert [nearby(days) for days in (60, 61, 20, 30, 300)] == [False, True, False, True, True]
    assert not nearby(1), "because to take away 60 days is more work than to count one"
    everybody.go_on(world.moment, people=False, rows=True, events=False, tagged=False)
    assert not nearby(62), "because other rows came"


def test_stores_in_two_zones_have_no_days_in_common():
    world = World(1, members=4)
    assert len({store.today for store in world.moment.stores.values()} | {world.moment.today}) > 1
    assert HasBought(at_least=2, window=Window(last_days=9)).sql(world.moment).of_days is None


def test_days_that_lead_from_one_window_to_another():
    def day(number: int) -> date:
        return date(2026, 11, number)

    kept = (day(10), day(20))
    assert days_between(kept, kept) == []
    assert days_between(kept, (day(8), day(21))) == [Days(1, day(8), day(9)), Days(1, day(21), day(21))]
    assert days_between(kept, (day(11), day(18))) == [Days(-1, day(10), day(10)), Days(-1, day(19), day(20))]
    assert days_between(kept, (day(21), day(22))) == [Days(-1, *kept), Days(1, day(21), day(22))]


def test_the_oldest_is_forgotten_only_after_it_was_of_use(monkeypatch):
    monkeypatch.setattr(crowd, "MOST_COUNTED", 1)
    world, asked = in_one_zone(2), []
    everybody = spied(world, asked)
    for days in (60, 61, 62):
        leaf = HasBought(at_least=2, window=Window(last_days=days))
        assert everybody.bits(leaf) == Crowd(world.session(), world.moment).bits(leaf)
    assert sum(FROM_NEARBY in query for query in asked) == 2
