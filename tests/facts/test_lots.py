"""Which lots are spent, what repays a debt, what comes back, what a return takes, and when points expire."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from huitou.loyalty.rules import debts, expiry, lots, restoring, reversal
from huitou.loyalty.terms import Account, OwedDebt, Share, SpendableLot, Spent

MARCH = date(2026, 3, 31)
APRIL = date(2026, 4, 30)


def lot(number: int, left: int, expires: date | None = None, *, held: int = 0, hour: int = 9) -> SpendableLot:
    return SpendableLot(number, 100, left, held, datetime(2026, 1, 1, hour, tzinfo=UTC), expires)


@pytest.mark.parametrize(
    ("points", "kept", "taken", "because"),
    [
        (5, [lot(1, 10, APRIL), lot(2, 10, MARCH)], [(2, 5)], "what expires first goes first"),
        (5, [lot(1, 10), lot(2, 10, APRIL)], [(2, 5)], "what never expires goes last"),
        (5, [lot(1, 10, hour=10), lot(2, 10, hour=9)], [(2, 5)], "of equals the one that was earned first"),
        (5, [lot(2, 10), lot(1, 10)], [(1, 5)], "of the very same moment the one that was posted first"),
        (15, [lot(1, 10), lot(2, 10)], [(1, 10), (2, 5)], "the next lot gives what the first lacks"),
        (5, [lot(1, 10, held=8), lot(2, 10)], [(1, 2), (2, 3)], "what is held is not taken"),
        (5, [lot(1, 0), lot(2, 9)], [(2, 5)], "an empty lot gives nothing, and no entry of nothing"),
        (25, [lot(1, 10), lot(2, 10)], [(1, 10), (2, 10)], "more than there is takes what there is"),
    ],
)
def test_lots_are_spent_in_their_order(points, kept, taken, because):
    assert lots.spread(points, kept) == [Share(*part) for part in taken], because
    assert lots.spread(points, kept[::-1]) == [Share(*part) for part in taken], "whatever order they come in"


@pytest.mark.parametrize(
    ("balance", "debt", "held", "spendable", "because"),
    [
        (30, 0, 0, 30, "all of it"),
        (30, 0, 10, 20, "not what a basket holds"),
        (10, 20, 0, 10, "what is owed counts against what lies in the lots"),
        (-5, 20, 0, 0, "who owes more than they have spends nothing"),
    ],
)
def test_what_can_be_spent(balance, debt, held, spendable, because):
    assert lots.spendable(Account(1, 1, balance, debt, held)) == spendable, because


@pytest.mark.parametrize(
    ("points", "paid", "because"),
    [
        (4, [(1, 4)], "the oldest debt first"),
        (7, [(1, 5), (3, 2)], "then the next"),
        (50, [(1, 5), (3, 9)], "and no more than is owed"),
        (0, [], "nothing repays nothing"),
    ],
)
def test_debts_are_repaid_oldest_first(points, paid, because):
    owed = [OwedDebt(3, 30, 9), OwedDebt(1, 10, 5)]
    assert debts.repay(points, owed) == [Share(*part) for part in paid], because


def test_points_that_come_back_to_a_lot_repay_what_is_owed_of_that_lot():
    assert debts.owed_of(30, [OwedDebt(1, 10, 5), OwedDebt(3, 30, 9)]) == [OwedDebt(3, 30, 9)]


@pytest.mark.parametrize(
    ("points", "spent", "back", "because"),
    [
        (10, [(7, 6, 0), (8, 4, 0)], [(7, 6), (8, 4)], "everything goes back where it came from"),
        (5, [(7, 6, 0), (8, 4, 0)], [(7, 3), (8, 2)], "half of each"),
        (1, [(7, 5, 0), (8, 5, 0)], [(7, 1)], "of equal remainders the lot that was spent first"),
        (5, [(7, 6, 3), (8, 4, 2)], [(7, 3), (8, 2)], "what came back before does not come back again"),
        (5, [(7, 6, 6), (8, 5, 0)], [(8, 5)], "a lot that has everything back gets no more"),
        (5, [(7, 5, 0), (None, 5, 0)], [(7, 3), (0, 2)], "what was honoured comes back in proportion, to nobody"),
    ],
)
def test_spent_points_go_back_to_their_own_lots(points, spent, back, because):
    found = restoring.restore(points, [Spent(*part, None) for part in spent])
    assert found == [Share(*part) for part in back], because


def test_more_back_than_was_spent_is_a_broken_promise_of_ours():
    with pytest.raises(AssertionError, match="more points came back"):
        restoring.restore(6, [Spent(7, 5, 0, None)])


@pytest.mark.parametrize(
    ("points", "free", "expired", "sources", "because"),
    [
        (10, 30, 0, (10, 0, 0), "the sale's own lot still has them"),
        (10, 4, 0, (4, 0, 6), "what was spent is owed"),
        (10, 0, 30, (0, 10, 0), "what has expired is gone already, and nobody owes it"),
        (10, 4, 5, (4, 5, 1), "first what is there, then what expired, then a debt"),
    ],
)
def test_where_points_are_taken_back_from(points, free, expired, sources, because):
    assert reversal.sources(points, free=free, expired=expired) == sources, because


@pytest.mark.parametrize(
    ("today", "expires", "over", "because"),
    [
        (date(2026, 3, 31), date(2026, 3, 31), False, "the last day is a day to spend on, to its last second"),
        (date(2026, 4, 1), date(2026, 3, 31), True, "the day after it is over"),
        (date(2028, 2, 29), date(2028, 2, 28), True, "also in February of a leap year"),
    ],
)
def test_points_expire_when_their_last_day_is_over(today, expires, over, because):
    assert (expires <= expiry.last_day_to_expire(today)) is over, because


@pytest.mark.parametrize(
    ("expires", "returned", "new", "because"),
    [
        (None, APRIL, None, "what never expires needs no grace"),
        (APRIL, APRIL, None, "a lot that is still alive keeps its own last day"),
        (MARCH, APRIL, date(2026, 5, 7), "a lot that was gone by then lives for seven days more"),
    ],
)
def test_points_that_come_back_too_late_have_seven_days(expires, returned, new, because):
    assert expiry.grace(expires, returned) == new, because
