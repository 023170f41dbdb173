"""What goes back for goods that come back, and by which way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from huitou.kernel.money import Money
from huitou.receipts.errors import PaidBackOtherwise
from huitou.receipts.terms import PaidWay, RefundOff, ReturnedLine, SoldGoods, Tender, TenderKind


def refund_of(sold: SoldGoods, quantity_milli: int) -> int:
    """Fen for so much more of the line: its part of what was paid, never of today's price.

    Reckoned over all that is back with it, less what was given back before: so the parts of a line, in whatever pieces
    they come, sum to what was paid for it, to the fen.
    """
    back = sold.returned_milli + quantity_milli
    whole = (sold.net_fen * back * 2 + sold.quantity_milli) // (2 * sold.quantity_milli)
    return min(max(0, whole - sold.refunded_fen), sold.net_fen - sold.refunded_fen)


def refunds_of(goods: Iterable[SoldGoods], lines: Iterable[tuple[int, int]]) -> list[int]:
    """Fen that each (line of the sale, thousandths) gives back, one after the other: what a quote of them says.

    The lines were checked: each is of the sale, and no more comes back than is still out.
    """
    left, found = {line.line: line for line in goods}, []
    for number, quantity_milli in lines:
        sold = left[number]
        fen = refund_of(sold, quantity_milli)
        left[number] = replace(
            sold, returned_milli=sold.returned_milli + quantity_milli, refunded_fen=sold.refunded_fen + fen
        )
        found.append(fen)
    return found


def refunds_off(goods: Iterable[SoldGoods], lines: Sequence[ReturnedLine]) -> list[RefundOff]:
    """The lines of a return that paid back another amount than the sale says; none where all of them fit.

    `goods`: as they stood before this return, so that an amount that was wrong once is listed once: the next return is
    reckoned on what is left.
    """
    due = refunds_of(goods, ((line.sale_line, line.quantity_milli) for line in lines))
    return [
        RefundOff(line.sale_line, line.net_fen, fen)
        for line, fen in zip(lines, due, strict=True)
        if line.net_fen != fen
    ]


def due_in_points(lines: Iterable[SoldGoods], paid: Sequence[PaidWay], total_fen: int) -> int:
    """Fen of a refund that go back as points: their part of what the goods cost, whichever goods they are, as the
    ledger spreads the points over the lines.

    Reckoned over all that went back with it, less the part of what went back before: so the parts sum to what points
    paid when everything is back, to the fen, and money never goes back for them. `lines` know what went back before.
    """
    in_points = sum(way.paid_fen for way in paid if way.kind == TenderKind.POINTS)
    goods = [line for line in lines if line.quantity_milli > 0]
    whole, before = sum(line.net_fen for line in goods), sum(line.refunded_fen for line in goods)
    if not in_points or whole <= 0:
        return 0

    def part(fen: int) -> int:
        return (2 * in_points * fen + whole) // (2 * whole)

    return part(before + total_fen) - part(before)


def check_ways(lines: Iterable[SoldGoods], paid: Sequence[PaidWay], total_fen: int, said: Sequence[Tender]) -> None:
    """Raises PaidBackOtherwise: the ledger gives the points back whatever a till does, so money must not go back for
    them, and a return of such a sale says how it paid back."""
    due = due_in_points(lines, paid, total_fen)
    in_points = sum(one.amount_fen for one in said if one.kind == TenderKind.POINTS)
    if in_points != due:
        raise PaidBackOtherwise(due=str(Money(due)), said=str(Money(in_points)))


def spread_refund(total_fen: int, paid: Sequence[PaidWay], points_fen: int = 0) -> list[Tender]:
    """By which ways the money goes back: what is due in points first (`points_fen`); then card, WeChat and Alipay, the
    last used first, each no more than it paid; cash last, so that nobody turns a card into cash by buying and bringing
    back. What no tender explains is cash.
    """
    left, found = total_fen - points_fen, []
    if points_fen:
        found.append(Tender(TenderKind.POINTS, points_fen))
    cash_last = [way for way in reversed(paid) if way.kind not in (TenderKind.CASH, TenderKind.POINTS)]
    for way in cash_last:
        fen = min(left, way.paid_fen - way.back_fen)
        if fen > 0:
            found.append(Tender(way.kind, fen))
            left -= fen
    if left > 0:
        found.append(Tender(TenderKind.CASH, left))
    return found
