"""What holds for every allocation, every reversal and every match."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from huitou.kernel.shares import largest_remainder
from huitou.loyalty.rules.reversal import points_of_lines, reversals
from huitou.loyalty.terms import GivenBack, SoldQuantity
from huitou.receipts.rules.matching import match_returns
from huitou.receipts.terms import OpenReturn, SoldLine

QUICK = settings(max_examples=80, deadline=None)
MORNING = datetime(2026, 11, 1, tzinfo=UTC)


@QUICK
@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any))
def test_shares_sum_to_the_whole_and_none_is_off_by_one(whole, weights):
    parts = largest_remainder(whole, weights)
    assert sum(parts) == whole
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - whole * weight) < total, "each is its exact share, up or down to the next whole one"
        assert (part == 0) or weight > 0


@QUICK
@given(st.integers(0, 1000), st.lists(st.integers(0, 50), min_size=1, max_size=10).filter(any))
def test_who_weighs_more_gets_no_less(whole, weights):
    parts = largest_remainder(whole, weights)
    ranked = sorted(zip(weights, parts, strict=True))
    for (lighter, less), (heavier, more) in itertools.pairwise(ranked):
        assert less <= more or lighter == heavier


@st.composite
def sales_with_returns(draw):
    """A sale's lines, its points, and pieces of its lines that came back, in one order of arrival."""
    lines = draw(
        st.lists(st.tuples(st.integers(1, 20_000), st.integers(-5_000, 100_000)), min_size=1, max_size=5).map(
            lambda rows: [SoldQuantity(place, *row) for place, row in enumerate(rows, 1)]
        )
    )
    points = sum(max(0, line.net_fen) for line in lines) // 100
    back = []
    for line in lines:
        left = line.quantity_milli
        for piece in draw(st.lists(st.integers(1, 10_000), max_size=4)):
            if piece <= left:
                left -= piece
                back.append((line.line, piece))
        if left and draw(st.booleans()):
            back.append((line.line, left))
    shuffled = draw(st.permutations(back))
    return points, lines, [GivenBack(line, 100 + place, piece) for place, (line, piece) in enumerate(shuffled)]


@QUICK
@given(sales_with_returns(), st.randoms(use_true_random=False))
def test_reversals_take_what_was_earned_and_never_more(case, chance):
    points, lines, back = case
    found = reversals(1, points, lines, back)
    earned = points_of_lines(points, lines)
    came_back = Counter()
    for part in back:
        came_back[part.sale_line] += part.quantity_milli
    sold = {line.line: line.quantity_milli for line in lines}

    assert all(reversal.points > 0 for reversal in found), "a reversal of nothing is not posted"
    assert sum(earned.values()) == points
    by_line = {line: earned[line] * came_back[line] // sold[line] for line in sold}
    assert sum(reversal.points for reversal in found) == sum(by_line.values())
    assert all(by_line[line] <= earned[line] for line in sold), "a line never loses more than it earned"
    if came_back == Counter(sold):
        assert sum(reversal.points for reversal in found) == points, "everything back takes everything"

    other_order = chance.sample(back, len(back))
    again = reversals(1, points, lines, other_order)
    assert sum(r.points for r in again) == sum(r.points for r in found), "the end does not depend on the order"


@QUICK
@given(sales_with_returns())
def test_each_return_only_adds_and_never_restates_those_before(case):
    points, lines, back = case
    whole = {found.return_receipt: found.points for found in reversals(1, points, lines, back)}
    for count in range(len(back)):
        so_far = {found.return_receipt: found.points for found in reversals(1, points, lines, back[:count])}
        assert so_far == {part.return_receipt: whole[part.return_receipt] for part in back[:count]
                          if part.return_receipt in whole}  # fmt: skip


MEMBER, PRODUCT, HOUR = st.integers(1, 2), st.integers(1, 2), st.integers(0, 20)
QUANTITY = st.integers(1, 5000)


@st.composite
def histories(draw):
    sales = draw(st.lists(st.tuples(MEMBER, PRODUCT, HOUR, QUANTITY), max_size=12))
    backs = draw(st.lists(st.tuples(MEMBER, PRODUCT, HOUR, QUANTITY), max_size=8))
    sold = [
        SoldLine(member, product, place, 1, MORNING + timedelta(hours=hour), quantity)
        for place, (member, product, hour, quantity) in enumerate(sales)
    ]
    returned = [
        OpenReturn(member, product, 100 + place, 1, MORNING + timedelta(hours=hour), quantity)
        for place, (member, product, hour, quantity) in enumerate(backs)
    ]
    return returned, sold


@QUICK
@given(histories(), st.randoms(use_true_random=False))
def test_matches_conserve_quantities(history, chance):
    returns, sales = history
    matches = match_returns(returns, sales)
    sold = {line.receipt: line for line in sales}
    returned = {back.receipt: back for back in returns}
    from_sale, of_return = Counter(), Counter()
    for match in matches:
        back, line = returned[match.return_receipt], sold[match.sale_receipt]
        assert (back.member, back.product) == (line.member, line.product)
        assert line.at <= back.at, "never to a sale that came after"
        assert match.quantity_milli > 0
        from_sale[line.receipt] += match.quantity_milli
        of_return[back.receipt] += match.quantity_milli
    assert all(quantity <= sold[receipt].left_milli for receipt, quantity in from_sale.items())
    assert all(quantity <= returned[receipt].open_milli for receipt, quantity in of_return.items())
    for back in returns:
        if of_return[back.receipt] < back.open_milli:
            could = [line for line in sales if (line.member, line.product) == (back.member, back.product)]
            assert all(from_sale[line.receipt] == line.left_milli for line in could if line.at <= back.at), (
                "what stays open finds nothing left"
            )
    assert match_returns(chance.sample(returns, len(returns)), chance.sample(sales, len(sales))) == matches


@QUICK
@given(histories())
def test_matching_in_two_trips_takes_no_sale_twice(history):
    """Returns of the first half first, as two imports bring them: what they took is no longer there."""
    returns, sales = history
    first = match_returns(returns[::2], sales)
    taken = Counter()
    for match in first:
        taken[match.sale_receipt] += match.quantity_milli
    left = [
        SoldLine(s.member, s.product, s.receipt, s.line, s.at, s.left_milli - taken[s.receipt])
        for s in sales
        if s.left_milli > taken[s.receipt]
    ]
    for match in match_returns(returns[1::2], left):
        taken[match.sale_receipt] += match.quantity_milli
    assert all(taken[line.receipt] <= line.left_milli for line in sales)
