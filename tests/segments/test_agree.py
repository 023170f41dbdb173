"""The set-based evaluator says of everybody what the pure one says of each; and a fault of one step would be seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from huitou.segments.rules import goods, ranges, windows
from huitou.segments.rules.leaves import attribute, bought, sequence, spent, tag
from tests.segments.agree import Compared, compare
from tests.segments.worlds import LEAF_NAMES

SEEDS = range(1, 6)


def compared(only: str = ""):
    found = Compared()
    for seed in SEEDS[:2] if only else SEEDS:
        compare(seed, trees=40 if only else 25, members=24, compared=found, only=only)
    return found


def test_both_evaluators_agree_on_random_trees_and_members():
    found = compared()
    assert found.differing == []
    assert set(found.met) == set(LEAF_NAMES)
    silent = {name for name in LEAF_NAMES if not found.met[name] or not (found.unmet[name] or name == "everyone")}
    assert not silent, "every leaf holds for some and not for others, or nothing was compared"


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.randoms(use_true_random=False))
def test_hypothesis_finds_no_tree_and_no_history_that_the_two_tell_apart(chance):
    """The same worlds and trees, drawn by Hypothesis, which looks for edges; worlds are small enough to be read."""
    found = Compared()
    compare(0, trees=2, members=4, compared=found, chance=chance)
    assert found.differing == []


def test_hypothesis_finds_an_off_by_one(monkeypatch):
    monkeypatch.setattr(bought, "lies_sql", _below)

    @settings(max_examples=50, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(st.randoms(use_true_random=False))
    def agree(chance):
        found = Compared()
        compare(0, trees=4, members=4, compared=found, only="bought", chance=chance)
        assert found.differing == []

    with pytest.raises(AssertionError):
        agree()


def _below(value, at_least, at_most):
    said = [f"{value} {sign} {bound}" for sign, bound in ((">=", at_least), ("<", at_most)) if bound is not None]
    return f"({' AND '.join(said) or 'true'})"


def _day_short(real):
    return lambda day, first, last: real(day, first, last).replace(">=", ">")


def _second_short(real):
    return lambda moment: real(moment).replace("<=", "<")


def _faded_a_day_early(strength, days, lasts):
    return f"greatest(0, {days}) < ({list(lasts)}::INTEGER[])[{strength} + 1]"


def _minute_long(real):
    return lambda of, at: real(of, at) or real(of, at - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("leaf", "place", "fault", "because"),
    [
        ("bought", (bought, "lies_sql"), _below, "at most 3 is not below 3"),
        ("attribute", (attribute, "lies_sql"), _below, "an age of at most 40 includes 40"),
        ("spent", (windows, "_between"), _day_short(windows._between), "the first day of a window is in it"),
        ("did", (goods, "at_sql"), _second_short(goods.at_sql), "what happens at the moment has happened"),
        ("bought", (goods, "in_hours"), _minute_long(goods.in_hours), "the last minute is too late"),
        ("spent", (spent, "_times"), lambda bound, number: bound, "an average is by the number"),
        ("tag", (tag, "_lasting"), _faded_a_day_early, "on the last day it is still strong enough"),
        ("sequence", (sequence, "at_sql"), lambda moment: "at_utc IS NOT NULL", "it has to be over"),
    ],
)
def test_a_planted_fault_is_seen(monkeypatch, leaf, place, fault, because):
    assert not compared(leaf).differing
    monkeypatch.setattr(*place, fault)
    assert compared(leaf).differing, because


def test_the_range_of_python_and_of_sql_is_one():
    assert ranges.lies(3, 3, 3)
    assert ranges.lies_sql("n", 3, 3) == "(n >= 3 AND n <= 3)"
