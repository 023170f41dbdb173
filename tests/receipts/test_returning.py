"""A return that names its sale: what may come back of it, and what is refused (L10)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from huitou.receipts.errors import ReturnedMoreThanPaid, ReturnedMoreThanSold, SaleLineUnknown, SaleTooOld
from huitou.receipts.rules.returning import check_return, matches_of
from huitou.receipts.terms import Match, ReturnedLine, SoldGoods, SoldSale

MILK = SoldGoods(line=1, product_id=7, quantity_milli=3000, net_fen=3000, returned_milli=1000, refunded_fen=1000)
RICE = SoldGoods(line=2, product_id=8, quantity_milli=1352, net_fen=999)
VOIDED = SoldGoods(line=3, product_id=9, quantity_milli=-1000, net_fen=-500)
DAY = date(2026, 11, 1)


def sale(*lines: SoldGoods) -> SoldSale:
    return SoldSale(50, DAY, 4, datetime(2026, 11, 1, 10, tzinfo=UTC), lines)


def back(sale_line: int, quantity: int, fen: int, line: int = 1) -> ReturnedLine:
    return ReturnedLine(line, sale_line, quantity, fen)


@pytest.mark.parametrize(
    ("lines", "because"),
    [
        ([back(1, 2000, 2000)], "two of the three packs are still out"),
        ([back(1, 1000, 1000), back(1, 1000, 1000, line=2)], "one at a time is the same as both"),
        ([back(2, 1352, 999)], "the last gram, the last fen"),
        ([back(2, 352, 0)], "goods may come back for nothing"),
    ],
)
def test_what_is_still_out_may_come_back(lines, because):
    check_return(sale(MILK, RICE, VOIDED), lines)


@pytest.mark.parametrize(
    ("lines", "refusal", "because"),
    [
        ([back(1, 2001, 100)], ReturnedMoreThanSold, "a thousandth more than is out"),
        ([back(1, 1000, 1), back(1, 1001, 1, line=2)], ReturnedMoreThanSold, "together they are more than is out"),
        ([back(1, 1000, 2001)], ReturnedMoreThanPaid, "a fen more than was paid and not given back"),
        ([back(2, 1000, 500), back(2, 352, 500, line=2)], ReturnedMoreThanPaid, "together a fen more than was paid"),
        ([back(4, 1, 0)], SaleLineUnknown, "the sale has no line 4"),
        ([back(3, 1000, 0)], SaleLineUnknown, "line 3 took goods back itself"),
    ],
)
def test_more_than_that_is_refused(lines, refusal, because):
    with pytest.raises(refusal):
        check_return(sale(MILK, RICE, VOIDED), lines)


def test_a_sale_whose_lines_have_left_the_books_says_so():
    with pytest.raises(SaleTooOld):
        check_return(sale(), [back(1, 1, 0)])


def test_the_refusal_counts_as_people_do():
    with pytest.raises(ReturnedMoreThanSold) as refused:
        check_return(sale(RICE), [back(2, 1500, 0)])
    assert str(refused.value) == "1.5 of line 2 should come back, and 1.352 can."


@pytest.mark.parametrize(
    ("lines", "given", "because"),
    [
        ([back(1, 2000, 2000)], [(1, 1, 2000)], "what was asked"),
        ([back(1, 2500, 2500)], [(1, 1, 2000)], "it happened, and no more than is out can be given back"),
        ([back(1, 1500, 0), back(1, 1500, 0, line=2)], [(1, 1, 1500), (2, 1, 500)], "first come, first served"),
        ([back(9, 1000, 0)], [], "a line that the sale does not have gives nothing"),
        ([back(3, 1000, 0)], [], "nor one that took goods back itself"),
    ],
)
def test_a_return_gives_back_what_is_there(lines, given, because):
    assert matches_of(60, lines, sale(MILK, RICE, VOIDED)) == [
        Match(60, line, 50, sale_line, quantity) for line, sale_line, quantity in given
    ], because
