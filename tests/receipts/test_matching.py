"""Which sale a return belongs to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huitou.receipts.rules.matching import match_returns
from huitou.receipts.terms import Match, OpenReturn, SoldLine

MORNING = datetime(2026, 11, 1, 8, tzinfo=UTC)
TEA, MILK = 1, 2
ANNA, BO = 1, 2


def sale(receipt: int, hour: int, left: int, *, line: int = 1, product: int = TEA, member: int = ANNA) -> SoldLine:
    return SoldLine(member, product, receipt, line, MORNING + timedelta(hours=hour), left)


def back(receipt: int, hour: int, wanted: int, *, line: int = 1, product: int = TEA, member: int = ANNA) -> OpenReturn:
    return OpenReturn(member, product, receipt, line, MORNING + timedelta(hours=hour), wanted)


def match(returned: tuple[int, int], sold: tuple[int, int], quantity: int) -> Match:
    return Match(*returned, *sold, quantity)


@pytest.mark.parametrize(
    ("returns", "sales", "matches", "because"),
    [
        ([back(9, 5, 1000)], [sale(1, 0, 1000), sale(2, 1, 1000)], [match((9, 1), (2, 1), 1000)], "the latest first"),
        (
            [back(9, 5, 1000)],
            [sale(1, 0, 1000), sale(2, 6, 1000)],
            [match((9, 1), (1, 1), 1000)],
            "none that is later",
        ),
        ([back(9, 5, 1000)], [sale(1, 5, 1000)], [match((9, 1), (1, 1), 1000)], "one of the same moment will do"),
        ([back(9, 5, 1000)], [sale(1, 6, 1000)], [], "with only later sales it stays open"),
        ([back(9, 5, 1000)], [], [], "without sales it stays open"),
        ([back(9, 5, 1000)], [sale(1, 0, 1000, member=BO)], [], "another member's sale explains nothing"),
        ([back(9, 5, 1000)], [sale(1, 0, 1000, product=MILK)], [], "nor does another product"),
        (
            [back(9, 5, 3000)],
            [sale(1, 0, 2000), sale(2, 1, 2000)],
            [match((9, 1), (2, 1), 2000), match((9, 1), (1, 1), 1000)],
            "what the latest cannot take goes to the one before",
        ),
        ([back(9, 5, 3000)], [sale(1, 0, 2000)], [match((9, 1), (1, 1), 2000)], "never more than was sold"),
        ([back(9, 5, 352)], [sale(1, 0, 1352)], [match((9, 1), (1, 1), 352)], "part of what was weighed"),
        (
            [back(9, 5, 1000), back(8, 4, 1000)],
            [sale(1, 0, 1000)],
            [match((8, 1), (1, 1), 1000)],
            "of two returns the earlier one has the sale, in whatever order they are read",
        ),
        (
            [back(8, 2, 1000), back(9, 5, 1000)],
            [sale(1, 0, 1000), sale(2, 4, 1000)],
            [match((8, 1), (1, 1), 1000), match((9, 1), (2, 1), 1000)],
            "each return has the latest sale of its own time",
        ),
        (
            [back(9, 5, 1000, line=1), back(9, 5, 1000, line=2)],
            [sale(1, 0, 1000, line=1), sale(1, 0, 1000, line=2)],
            [match((9, 1), (1, 2), 1000), match((9, 2), (1, 1), 1000)],
            "two lines of one moment: the last line first",
        ),
        (
            [back(9, 5, 1000, product=MILK), back(9, 5, 1000, line=2)],
            [sale(1, 0, 1000), sale(1, 0, 1000, line=2, product=MILK)],
            [match((9, 1), (1, 2), 1000), match((9, 2), (1, 1), 1000)],
            "each product finds its own line",
        ),
    ],
)
def test_returns_find_their_sales(returns, sales, matches, because):
    assert match_returns(returns, sales) == matches, because
    assert match_returns(returns[::-1], sales[::-1]) == matches, "and the order of rows means nothing"
