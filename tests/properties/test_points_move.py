"""Whatever the lots, debts and returns: no point is made or lost on the way, and nobody gives more than they have."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from huitou.loyalty.rules import debts, lots, restoring, reversal
from huitou.loyalty.terms import OwedDebt, SpendableLot, Spent

QUICK = settings(max_examples=150, deadline=None)
POINTS = st.integers(0, 5_000)


@st.composite
def kept_lots(draw: st.DrawFn) -> list[SpendableLot]:
    found = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        remaining = draw(st.integers(0, 500))
        expires = draw(st.none() | st.integers(0, 60).map(lambda days: date(2026, 1, 1) + timedelta(days=days)))
        earned_at = datetime(2026, 1, draw(st.integers(1, 28)), tzinfo=UTC)
        found.append(SpendableLot(number, 500, remaining, draw(st.integers(0, remaining)), earned_at, expires))
    return draw(st.permutations(found))


@QUICK
@given(POINTS, kept_lots())
def test_a_burn_takes_what_it_can_and_leaves_no_earlier_lot(points, kept):
    taken = {share.id: share.points for share in lots.spread(points, kept)}
    assert sum(taken.values()) == min(points, sum(lot.free for lot in kept)), "its allocations sum to its points (L9)"
    assert all(0 < taken.get(lot.id, 1) <= max(1, lot.free) for lot in kept), "no lot gives more than is free (L7)"
    in_order = sorted(kept, key=lots.burn_order)
    touched = [lot for lot in in_order if lot.id in taken]
    for earlier in in_order[: in_order.index(touched[-1])] if touched else []:
        assert taken.get(earlier.id, 0) == earlier.free, "every lot before the last is spent first (L8)"


@QUICK
@given(POINTS, st.lists(st.integers(1, 300), max_size=6))
def test_what_comes_in_repays_the_oldest_and_no_more_than_is_owed(points, owed):
    kept = [OwedDebt(number, number, part) for number, part in enumerate(owed, 1)]
    paid = {share.id: share.points for share in debts.repay(points, kept[::-1])}
    assert sum(paid.values()) == min(points, sum(owed))
    for older, newer in pairwise(kept):
        assert newer.id not in paid or paid[older.id] == older.remaining, "the older one is whole first"


@QUICK
@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), st.data())
def test_parts_that_come_back_never_exceed_and_end_whole(gave, data):
    spent = [Spent(number, part, 0, None) for number, part in enumerate(gave, 1)]
    if data.draw(st.booleans()):
        spent[-1] = replace(spent[-1], lot_id=None)
    while missing := sum(part.points - part.restored for part in spent):
        points = data.draw(st.integers(1, missing))
        back = {share.id: share.points for share in restoring.restore(points, spent)}
        assert sum(back.values()) == points, "nothing is lost on the way back"
        spent = [replace(part, restored=part.restored + back.get(part.lot_id or 0, 0)) for part in spent]
        assert all(part.restored <= part.points for part in spent), "no lot gets more than it gave (L11)"
    assert all(part.restored == part.points for part in spent)


@QUICK
@given(POINTS, POINTS, POINTS)
def test_what_is_taken_back_comes_from_somewhere(points, free, expired):
    from_lot, of_expired, owed = reversal.sources(points, free=free, expired=expired)
    assert from_lot + of_expired + owed == points
    assert 0 <= from_lot <= free
    assert 0 <= of_expired <= expired
    assert owed == 0 or (from_lot, of_expired) == (free, expired), "owed only when there is nothing else"
