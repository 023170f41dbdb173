"""What goes back for goods that come back, and by which way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huitou.receipts.rules.refunding import refund_of, refunds_of, refunds_off, spread_refund
from huitou.receipts.terms import PaidWay, ReturnedLine, SoldGoods, Tender


def goods(quantity_milli: int, net_fen: int, returned: int = 0, refunded: int = 0) -> SoldGoods:
    return SoldGoods(1, 7, quantity_milli, net_fen, returned, refunded)


@pytest.mark.parametrize(
    ("sold", "milli", "fen", "because"),
    [
        (goods(3000, 1000), 1000, 333, "a third of 10.00, half a fen away from zero"),
        (goods(3000, 1000, 1000, 333), 1000, 334, "two thirds are 6.67, and 3.33 went back"),
        (goods(3000, 1000, 2000, 667), 1000, 333, "the last piece gives back what is left"),
        (goods(1352, 1866), 1352, 1866, "what was weighed comes back as a whole"),
        (goods(2000, 0), 1000, 0, "what was free gives back nothing"),
        (goods(2000, 1000, 1000, 900), 1000, 100, "no more than was paid, whatever the first piece gave back"),
    ],
)
def test_a_piece_gives_back_its_part_of_what_was_paid(sold, milli, fen, because):
    assert refund_of(sold, milli) == fen, because


@given(st.integers(0, 10**7), st.lists(st.integers(1, 5000), min_size=1, max_size=8))
def test_the_parts_of_a_line_sum_to_what_was_paid(net_fen, parts):
    sold, back = goods(sum(parts), net_fen), 0
    for part in parts:
        fen = refund_of(sold, part)
        assert fen >= 0
        back += fen
        sold = goods(sold.quantity_milli, net_fen, sold.returned_milli + part, back)
    assert back == net_fen


@given(st.integers(0, 10**7), st.lists(st.integers(1, 5000), min_size=2, max_size=8), st.randoms())
def test_out_of_their_order_returns_differ_by_what_is_still_missing_and_no_more(net_fen, parts, chance):
    """A fen at most for each return that was made before and is not here yet; with the last of them nothing differs."""
    made, sold = [], goods(sum(parts), net_fen)
    for part in parts:
        (fen,) = refunds_of([sold], [(1, part)])
        made.append((part, fen))
        sold = goods(sold.quantity_milli, net_fen, sold.returned_milli + part, sold.refunded_fen + fen)
    here, sold = set[int](), goods(sum(parts), net_fen)
    for place in chance.sample(range(len(made)), len(made)):
        part, fen = made[place]
        off = [one.paid_back_fen - one.due_fen for one in refunds_off([sold], [ReturnedLine(1, 1, part, fen)])]
        here.add(place)
        missing = max(here) + 1 - len(here)
        assert abs(sum(off)) <= missing, f"{made}, of which {sorted(here)} are here"
        sold = goods(sold.quantity_milli, net_fen, sold.returned_milli + part, sold.refunded_fen + fen)
    assert sold.refunded_fen == net_fen


WECHAT, CARD, CASH = PaidWay("wechat", 2000, 0), PaidWay("card", 1000, 0), PaidWay("cash", 5000, 0)


@pytest.mark.parametrize(
    ("total", "paid", "back", "because"),
    [
        (500, [WECHAT, CASH], [("wechat", 500)], "cash comes last"),
        (2500, [WECHAT, CASH], [("wechat", 2000), ("cash", 500)], "no more than WeChat paid"),
        (1500, [WECHAT, CARD], [("card", 1000), ("wechat", 500)], "the last way of paying goes back first"),
        (2500, [PaidWay("wechat", 2000, 1800), CASH], [("wechat", 200), ("cash", 2300)], "what went back is gone"),
        (300, [], [("cash", 300)], "nobody said how it was paid: cash"),
        (0, [WECHAT], [], "nothing goes back"),
    ],
)
def test_the_money_goes_back_as_it_came_and_cash_last(total, paid, back, because):
    assert spread_refund(total, paid) == [Tender(*one) for one in back], because
