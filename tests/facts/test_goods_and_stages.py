"""Whole weeks, what is bought together, and the stages of a member."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import duckdb
import pytest

from huitou.insight.rules import goods
from huitou.insight.terms.goods import BoughtWith
from huitou.members.terms import Stage, came_back, stage_of, staged_sql

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("as_of", "first", "last", "because"),
    [
        (date(2026, 11, 20), date(2026, 10, 19), date(2026, 11, 15), "a Friday: this week is not over"),
        (date(2026, 11, 22), date(2026, 10, 26), date(2026, 11, 22), "a Sunday evening: it is"),
        (date(2026, 11, 23), date(2026, 10, 26), date(2026, 11, 22), "a Monday"),
    ],
)
def test_weeks_are_whole(as_of, first, last, because):
    assert goods.weeks_up_to(as_of) == goods.Weeks(first, last), because


@pytest.mark.parametrize(
    ("a_week", "weeks", "because"),
    [
        (100, goods.PAIR_WEEKS, "a small chain: a season"),
        (900_000, 2, "a large one: as much as can be counted in a moment"),
        (5_000_000, 1, "a week at least"),
        (0, goods.PAIR_WEEKS, "nothing was sold"),
    ],
)
def test_pairs_are_looked_for_in_so_many_lines(a_week, weeks, because):
    sunday = goods.weeks_up_to(AS_OF).last
    sold = [(sunday - timedelta(days=7 * n + 6), a_week) for n in range(20)]
    found = goods.pair_weeks(sold, AS_OF)
    assert ((found.last - found.first).days + 1) // 7 == weeks, because


@pytest.mark.parametrize(
    ("together", "one", "other", "baskets", "lift", "because"),
    [
        (25, 50, 50, 100, Fraction(1), "half of half: chance"),
        (50, 50, 50, 100, Fraction(2), "always together"),
        (0, 50, 50, 100, Fraction(0), "never together"),
    ],
)
def test_lift(together, one, other, baskets, lift, because):
    assert BoughtWith(2, together, one, other, baskets, AS_OF, AS_OF).lift == lift, because


CASES = [
    (date(2026, 11, 1), date(2026, 11, 19), Stage.NEW, "came first within four weeks"),
    (date(2026, 10, 23), date(2026, 11, 19), Stage.ACTIVE, "four weeks and a day ago"),
    (date(2025, 1, 1), date(2026, 10, 6), Stage.ACTIVE, "45 days away, half of three months"),
    (date(2025, 1, 1), date(2026, 10, 5), Stage.AT_RISK, "one day more"),
    (date(2025, 1, 1), date(2026, 8, 20), Stage.AT_RISK, "three months to the day"),
    (date(2025, 1, 1), date(2026, 8, 19), Stage.DORMANT, "three months and a day"),
    (date(2025, 1, 1), date(2025, 11, 20), Stage.DORMANT, "a year to the day"),
    (date(2025, 1, 1), date(2025, 11, 19), Stage.LOST, "a year and a day"),
]


@pytest.mark.parametrize(("first", "last", "stage", "because"), CASES)
def test_stages(first, last, stage, because):
    assert stage_of(first, last, as_of=AS_OF, dormant_months=3) is stage, because


@pytest.mark.parametrize("months", [1, 3, 6])
def test_sql_says_the_same_of_every_day(months):
    firsts = [date(2024, 1, 1), AS_OF - timedelta(days=40), AS_OF - timedelta(days=28), AS_OF - timedelta(days=27)]
    with duckdb.connect() as session:
        days = "SELECT ?::DATE AS first_purchase_on, ?::DATE AS last_purchase_on, ?::DATE AS came_back_on"
        query = f"SELECT {staged_sql(AS_OF, months)} FROM ({days})"
        for away in range(0, 800, 1 if months == 3 else 7):
            last = AS_OF - timedelta(days=away)
            for first in firsts:
                if first <= last:
                    for back in (None, first, last - timedelta(days=1), last):
                        (said,) = session.execute(query, [first, last, back]).fetchone()
                        told = stage_of(first, last, back, as_of=AS_OF, dormant_months=months)
                        assert said == told, (first, last, back)


BACK = [
    ([date(2026, 1, 1), date(2026, 11, 1)], date(2026, 11, 1), Stage.WON_BACK, "dormant before, and bought"),
    ([date(2026, 8, 1), date(2026, 11, 1)], None, Stage.ACTIVE, "three months to the day is not dormant"),
    ([date(2026, 7, 31), date(2026, 11, 1)], date(2026, 11, 1), Stage.WON_BACK, "a day more is"),
    ([date(2024, 1, 1), date(2026, 10, 1)], date(2026, 10, 1), Stage.AT_RISK, "came back and stays away again"),
    (
        [date(2025, 1, 1), date(2026, 8, 20), date(2026, 11, 1)], None, Stage.ACTIVE,
        "came back more than three months ago",
    ),
    (
        [date(2025, 1, 1), date(2026, 8, 21), date(2026, 11, 1)], date(2026, 8, 21), Stage.WON_BACK,
        "a day less, and still comes",
    ),
    ([date(2026, 11, 1)], None, Stage.NEW, "nobody comes back the first time"),
]  # fmt: skip


@pytest.mark.parametrize(("days", "back", "stage", "because"), BACK)
def test_who_is_won_back(days, back, stage, because):
    assert came_back(days, as_of=AS_OF, dormant_months=3) == back, because
    assert stage_of(days[0], days[-1], back, as_of=AS_OF, dormant_months=3) is stage, because
