"""Of an offer that a quote could not apply in full: what may have been left of it then."""

from __future__ import annotations

import pytest

from huitou.offers.rules.leaving import less, may_have_been_left
from huitou.offers.terms import Applied, Fen, Left, Limits


def applied(offer: str, times: int, off: int) -> Applied:
    return Applied(offer, offer, "item", times, Fen(off), (), ())


def times(left: int | None = None, budget: int | None = None) -> Limits:
    return Limits(applications=None if left is None else Left(left), budget=None if budget is None else Fen(budget))


A, B = applied("a", 3, 300), applied("b", 1, 500)


@pytest.mark.parametrize(
    ("whole", "left", "may_be", "because"),
    [
        ([A], {}, [], "it is not limited"),
        ([A], {"a": times(3)}, [], "enough is left now, so enough was left then"),
        ([A], {"a": times(1)}, [{"a": 1}, {"a": 2}, {"a": 1}], "between now and all of it, the least cut first"),
        ([A], {"a": times(budget=299)}, [{"a": None}, {"a": 2}, {"a": 1}, {"a": 0}], "a budget says no number"),
        ([A, B], {"a": times(2), "b": times(0)}, [{"a": 2, "b": 0}, {"a": 2}, {"b": 0}, {"a": 2, "b": 0}],
         "each by itself before both"),
        ([B], {"a": times(0), "b": times(0)}, [{"a": 0, "b": 0}, {"b": 0}], "what comes in its place is limited, too"),
    ],
)  # fmt: skip
def test_what_may_have_been_left(whole, left, may_be, because):
    found = [{offer: one.applications for offer, one in limits.items()} for limits in may_have_been_left(whole, left)]
    assert found == may_be, because


def test_many_are_not_all_tried():
    many = [applied(str(number), 20, 1) for number in range(20)]
    left = {str(number): times(0) for number in range(20)}
    assert len(list(may_have_been_left(many, left))) == 8


def test_what_others_take_is_no_longer_left():
    assert less(times(3, 500), 2, 600) == times(1, 0)
    assert less(times(), 2, 600) == times()
