"""What goes back for goods that come back, and by which way."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.receipts.terms import PaidWay, SoldGoods, Tender, TenderKind


def refund_of(sold: SoldGoods, quantity_milli: int) -> int:
    """Fen for so much more of the line: its part of what was paid, never of today's price.

    Reckoned over all that is back with it, less what was given back before: so the parts of a line, in whatever pieces
    they come, sum to what was paid for it, to the fen.
    """
    back = sold.returned_milli + quantity_milli
    whole = (sold.net_fen * back * 2 + sold.quantity_milli) // (2 * sold.quantity_milli)
    return min(max(0, whole - sold.refunded_fen), sold.net_fen - sold.refunded_fen)


def spread_refund(total_fen: int, paid: Sequence[PaidWay]) -> list[Tender]:
    """By which ways the money goes back: card, WeChat and Alipay first, the last used first, each no more than it paid;
    cash last, so that nobody turns a card into cash by buying and bringing back. What no tender explains is cash.
    """
    left, found = total_fen, []
    cash_last = [way for way in reversed(paid) if way.kind != TenderKind.CASH]
    for way in cash_last:
        fen = min(left, way.paid_fen - way.back_fen)
        if fen > 0:
            found.append(Tender(way.kind, fen))
            left -= fen
    if left > 0:
        found.append(Tender(TenderKind.CASH, left))
    return found
