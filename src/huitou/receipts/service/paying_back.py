"""What is due for goods that come back, and by how much a return paid back something else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huitou.receipts.rules import refunding
from huitou.receipts.terms import RefundOff, ReturnedLine, SoldGoods


def refunds_of(goods: Iterable[SoldGoods], lines: Iterable[tuple[int, int]]) -> list[int]:
    """Fen that each (line of the sale, thousandths) gives back. The lines were checked."""
    return refunding.refunds_of(goods, lines)


def refunds_off(goods: Iterable[SoldGoods], lines: Sequence[ReturnedLine]) -> list[RefundOff]:
    """The lines of a return that paid back another amount than the sale says. They were checked; `goods` as they stood
    before it."""
    return refunding.refunds_off(goods, lines)
