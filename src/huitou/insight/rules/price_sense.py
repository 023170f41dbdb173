"""How much somebody looks at prices: what part of their money goes on goods at a discount, and what they pay beside
what the same goods usually cost.

The price index is what was paid for all goods that have a usual price, by what the same quantities cost everybody on
the average of 52 weeks (a Paasche index against the shop's own mean price): 96 is four per cent below. It says nothing
of cheaper brands or larger packs, and the mean price has everybody's discounts in it. Under FEWEST_LINES lines or
FEWEST_RECEIPTS receipts chance says more than the person does, and nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from huitou.insight.terms.person import PriceSense
from huitou.receipts.terms import BoughtLine

FEWEST_LINES = 30
FEWEST_RECEIPTS = 4


def price_sense(lines: Iterable[BoughtLine], usual: Mapping[int, Fraction]) -> PriceSense | None:
    """Of lines that went out; `usual` is fen for a piece or kilogram, by product. None: too little to tell."""
    sold = [line for line in lines if line.quantity_milli > 0 and line.net_fen >= 0]
    if len(sold) < FEWEST_LINES or len({line.receipt_id for line in sold}) < FEWEST_RECEIPTS:
        return None
    spent = sum(line.net_fen for line in sold)
    if spent <= 0:
        return None
    promoted = sum(line.net_fen for line in sold if line.discount_fen > 0)
    priced = [line for line in sold if usual.get(line.product_id or 0)]
    cost = sum((usual[line.product_id or 0] * line.quantity_milli / 1000 for line in priced), Fraction(0))
    index = Fraction(sum(line.net_fen for line in priced)) / cost if len(priced) >= FEWEST_LINES and cost else None
    return PriceSense(Fraction(promoted, spent), index, len(sold), len(priced))
