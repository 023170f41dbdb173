"""What a member's page reckons: when they come next, how they look at prices, what has changed."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from huitou.insight.rules.lately import chance, changes_of
from huitou.insight.rules.next_visit import expected_next
from huitou.insight.rules.price_sense import FEWEST_LINES, price_sense
from huitou.insight.terms.person import Expected, Overdue
from huitou.receipts.terms import BoughtLine

TODAY = date(2026, 11, 20)


def days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in sorted(ago, reverse=True)]


WEEKLY = days(*range(2, 366, 7))


@pytest.mark.parametrize(
    ("visits", "said", "because"),
    [
        ([], None, "nobody came"),
        (days(30, 20, 10), None, "three visits make two gaps, and two gaps are no rhythm"),
        (days(200, 190, 181, 170), Overdue, "half a year away, where ten days are usual"),
        (days(40, 30, 21, 10), Expected, "four visits are the fewest that tell"),
    ],
)
def test_when_something_can_be_said(visits, said, because):
    found = expected_next(visits, TODAY)
    assert (type(found) if found else None) is said, because


def test_somebody_who_comes_every_week_is_expected_a_week_after():
    found = expected_next(WEEKLY, TODAY)
    assert found.on in (TODAY + timedelta(days=4), TODAY + timedelta(days=5), TODAY + timedelta(days=6))
    assert TODAY < found.earliest <= found.on <= found.latest < TODAY + timedelta(days=14)
    assert found.gaps == 12, "the newest gaps alone"


@pytest.mark.parametrize("away", range(1, 15))
def test_nobody_is_expected_yesterday(away):
    visits = days(*range(away, away + 80, 7))
    found = expected_next(visits, TODAY)
    assert isinstance(found, Overdue) or TODAY < found.earliest <= found.on <= found.latest


def test_fewer_gaps_tell_less():
    few, many = expected_next(days(2, 9, 16, 23), TODAY), expected_next(WEEKLY, TODAY)
    assert few.latest - few.earliest > many.latest - many.earliest


def line(product: int, paid: int, *, off: int = 0, receipt: int = 0, quantity: int = 1000) -> BoughtLine:
    return BoughtLine(TODAY, receipt, product, quantity, off, paid)


def lines(count: int, **more) -> list[BoughtLine]:
    return [line(1, 100, receipt=n % 8, **more) for n in range(count)]


@pytest.mark.parametrize(
    ("bought", "promoted", "index", "because"),
    [
        (lines(FEWEST_LINES - 1), None, None, "too few lines"),
        ([line(1, 100, receipt=1)] * 40, None, None, "one receipt is an accident"),
        (lines(40), 0, 1, "all at the usual price"),
        (lines(40, off=20), 1, 1, "all at a discount that everybody has"),
        ([*lines(30), *[line(1, 50, off=50, receipt=9)] * 10], Fraction(500, 3500), Fraction(3500, 4000),
         "a seventh of the money at half the price"),
        ([*lines(30), *[line(2, 900, receipt=9)] * 10], 0, 1, "goods without a usual price are left out of the index"),
        ([*lines(30), *[line(1, -100, quantity=-1000, receipt=9)] * 10], 0, 1, "what came back was not bought"),
        ([line(2, 100, receipt=n % 8) for n in range(40)], 0, None, "no usual price, no index"),
    ],
)  # fmt: skip
def test_how_somebody_looks_at_prices(bought, promoted, index, because):
    found = price_sense(bought, {1: Fraction(100)})
    assert (found and found.promoted, found and found.index) == (promoted, index), because


@pytest.mark.parametrize(
    ("now", "before", "said", "because"),
    [(4, 4, False, "the same"), (3, 6, False, "chance does that every second time"), (1, 9, True, "nine to one"),
     (0, 6, True, "six to none: one in 32"), (0, 5, False, "five to none: one in 16"), (0, 0, False, "nobody came")],
)  # fmt: skip
def test_what_chance_does_too_is_no_change(now, before, said, because):
    assert (chance(now, before) < Fraction(1, 20)) is said, because


def test_a_habit_that_ended_is_told_and_one_that_sleeps_is_not():
    formula = days(*range(60, 330, 14))
    found = {(one.kind, one.category, one.now, one.before) for one in changes_of(WEEKLY, {"formula": formula}, TODAY)}
    assert found == {("ended", "formula", 60, 14)}
    assert changes_of(WEEKLY, {"formula": days(*range(20, 330, 14))}, TODAY) == [], "three of its gaps have not gone by"
    gone = days(*range(58, 330, 7))
    assert [one.kind for one in changes_of(gone, {"formula": formula}, TODAY)] == ["fewer"], "they stayed away wholly"
    assert changes_of(WEEKLY, {"formula": days(60, 74, 88)}, TODAY) == [], "three times are no habit"


def test_a_habit_that_began_is_told_but_not_of_somebody_new():
    began = {"milk": WEEKLY, "nappies": days(5, 12, 19)}
    assert [(one.kind, one.category) for one in changes_of(WEEKLY, began, TODAY)] == [("begun", "nappies")]
    new = days(5, 12, 19, 26)
    assert changes_of(new, {"milk": new, "nappies": days(5, 12, 19)}, TODAY) == []


def test_another_weekday_is_told():
    fridays = [TODAY - timedelta(days=7 * n) for n in range(8)][::-1]
    sundays = [TODAY - timedelta(days=7 * n + 5) for n in range(8, 30)][::-1]
    (changed,) = changes_of([*sundays, *fridays], {}, TODAY)
    assert (changed.kind, changed.before, changed.now) == ("weekday", 7, 5)
