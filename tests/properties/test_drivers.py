"""What drove a change: whatever the parts, all that is said sums to the change, also as it is printed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from huitou.insight.rules.drivers import drivers, rounded_to_sum
from huitou.insight.terms import KpiFigure

DAY = date(2026, 11, 22)


def figure(numerator, denominator=None):
    return KpiFigure("any", DAY, DAY, numerator, denominator)


counts = st.integers(0, 10**6)
ratios = st.none() | st.builds(figure, counts, counts)
sums = st.none() | st.builds(figure, st.integers(-(10**6), 10**6))
wholes = st.builds(figure, counts, st.integers(1, 10**6))


@given(st.dictionaries(st.text(max_size=2), st.tuples(ratios, ratios), min_size=1, max_size=6), wholes, wholes)
def test_a_ratio_is_split_without_remainder(parts, now, before):
    found = drivers(parts, now, before)
    assert sum((part.moved for part in found.parts), found.mix + found.overlap) == now.value - before.value


@given(st.dictionaries(st.text(max_size=2), st.tuples(sums, sums), min_size=1, max_size=6))
def test_a_sum_whose_parts_are_all_there_has_nothing_left_over(parts):
    now, before = (figure(sum(pair[side].numerator if pair[side] else 0 for pair in parts.values())) for side in (0, 1))
    found = drivers(parts, now, before)
    assert found.overlap == 0
    assert found.mix == 0


def test_who_there_is_and_what_they_do_are_told_apart():
    """Both layers buy as before; there are more of the poor ones: it is all mix."""
    parts = {"gold": (figure(60, 100), figure(60, 100)), "silver": (figure(60, 200), figure(30, 100))}
    found = drivers(parts, figure(120, 300), figure(90, 200))
    assert [part.moved for part in found.parts] == [0, 0]
    assert found.mix == Fraction(120, 300) - Fraction(90, 200)
    assert found.overlap == 0


def test_without_a_value_nothing_is_split():
    assert drivers({"a": (figure(1, 1), None)}, figure(1, 0), figure(1, 1)) is None
    assert drivers({}, figure(1), figure(2)) is None


@given(st.lists(st.fractions(-1000, 1000), min_size=1, max_size=12))
def test_printed_parts_sum_to_the_printed_total(parts):
    total = round(sum(parts))
    found = rounded_to_sum(parts, total)
    assert sum(found) == total
    assert all(abs(Fraction(whole) - part) <= 1 for whole, part in zip(found, parts, strict=True))
