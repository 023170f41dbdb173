"""Which sale a return belongs to, where the till does not say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from huitou.receipts.terms import Match, OpenReturn, SoldLine


def match_returns(returns: Iterable[OpenReturn], sold: Iterable[SoldLine]) -> list[Match]:
    """Give each returned line to the member's latest sales of that product at or before the return.

    Latest first, because people bring back what they have just bought; never more than was sold, never to a sale that
    came after. What no sale explains stays open, and is tried again when older receipts arrive.
    """
    sales: dict[tuple[int, int], list[SoldLine]] = defaultdict(list)
    for line in sold:
        sales[line.member, line.product].append(line)
    for lines in sales.values():
        lines.sort(key=lambda line: (line.at, line.receipt, line.line), reverse=True)
    left = {(line.receipt, line.line): line.left_milli for lines in sales.values() for line in lines}

    matches: list[Match] = []
    for back in sorted(returns, key=lambda back: (back.at, back.receipt, back.line)):
        wanted = back.open_milli
        for line in sales[back.member, back.product]:
            if wanted == 0:
                break
            available = left[line.receipt, line.line]
            if line.at > back.at or available == 0:
                continue
            quantity = min(wanted, available)
            matches.append(Match(back.receipt, back.line, line.receipt, line.line, quantity))
            left[line.receipt, line.line] -= quantity
            wanted -= quantity
    return matches
