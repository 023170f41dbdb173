"""What may come back of a sale that the return names (L10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from huitou.kernel.money import Money
from huitou.kernel.quantity import shown
from huitou.receipts.errors import ReturnedMoreThanPaid, ReturnedMoreThanSold, SaleLineUnknown, SaleTooOld
from huitou.receipts.terms import Match, ReturnedLine, SoldGoods, SoldSale


def check_return(sale: SoldSale, lines: Iterable[ReturnedLine]) -> None:
    """Each line gives back goods of its sale, no more of them than are still out, for no more than was paid.

    Raises SaleTooOld, SaleLineUnknown, ReturnedMoreThanSold or ReturnedMoreThanPaid.
    """
    if not sale.lines:
        raise SaleTooOld(business_date=sale.business_date)
    sold = {goods.line: goods for goods in sale.lines}
    quantity: dict[int, int] = {}
    paid: dict[int, int] = {}
    for back in lines:
        goods = sold.get(back.sale_line)
        # A line of the sale that itself took goods back, as in an exchange, has nothing to give.
        if goods is None or goods.quantity_milli <= 0:
            raise SaleLineUnknown(line=back.sale_line)
        # Two lines of one return may give back the same line of the sale.
        quantity[goods.line] = quantity.get(goods.line, 0) + back.quantity_milli
        paid[goods.line] = paid.get(goods.line, 0) + back.net_fen
        _check_line(goods, quantity[goods.line], paid[goods.line])


def _check_line(goods: SoldGoods, quantity_milli: int, net_fen: int) -> None:
    left_milli = goods.quantity_milli - goods.returned_milli
    if quantity_milli > left_milli:
        raise ReturnedMoreThanSold(line=goods.line, asked=shown(quantity_milli), left=shown(left_milli))
    left_fen = goods.net_fen - goods.refunded_fen
    if net_fen > left_fen:
        raise ReturnedMoreThanPaid(line=goods.line, asked=str(Money(net_fen)), left=str(Money(left_fen)))


def matches_of(return_id: int, lines: Sequence[ReturnedLine], sale: SoldSale) -> list[Match]:
    """What of the sale these lines give back: as much as is still out, and no more.

    A return that was checked is matched whole. One that was parked happened before anybody could check it.
    """
    left = {goods.line: max(0, goods.quantity_milli) - goods.returned_milli for goods in sale.lines}
    matches: list[Match] = []
    for back in lines:
        quantity = min(back.quantity_milli, left.get(back.sale_line, 0))
        if quantity > 0:
            left[back.sale_line] -= quantity
            matches.append(Match(return_id, back.line, sale.receipt_id, back.sale_line, quantity))
    return matches


def after_return(sale: SoldSale, lines: Sequence[ReturnedLine], matches: Sequence[Match]) -> SoldSale:
    """The sale as the next return finds it."""
    milli: dict[int, int] = {}
    fen: dict[int, int] = {}
    for match in matches:
        milli[match.sale_line] = milli.get(match.sale_line, 0) + match.quantity_milli
    for back in lines:
        fen[back.sale_line] = fen.get(back.sale_line, 0) + back.net_fen
    goods = tuple(
        replace(
            sold,
            returned_milli=sold.returned_milli + milli.get(sold.line, 0),
            refunded_fen=sold.refunded_fen + fen.get(sold.line, 0),
        )
        for sold in sale.lines
    )
    return replace(sale, lines=goods, back=(*sale.back, *matches))
