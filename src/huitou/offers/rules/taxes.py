"""Taxes of what is paid: discounts lower the taxed amount, tenders do not."""

from __future__ import annotations

from collections.abc import Sequence

from huitou.offers.rules.articles import Article, stacked
from huitou.offers.rules.rounding import ratio
from huitou.offers.rules.search.ready import Unit
from huitou.offers.terms import Fen, Tax, TaxTotal


def tax_totals(units: Sequence[Unit], articles: Sequence[Article]) -> tuple[TaxTotal, ...]:
    """The taxes by their combination, each reckoned once on all that is paid under it."""
    paid: dict[tuple[Tax, ...], int] = {}
    for unit in units:
        taxes = articles[unit.article].line.tax
        if taxes:
            paid[taxes] = paid.get(taxes, 0) + unit.amount
    found = []
    for taxes, amount in sorted(paid.items(), key=lambda one: [(tax.percent, tax.included) for tax in one[0]]):
        over, under = stacked(taxes)
        net = ratio(amount, under, over)
        found.append(TaxTotal(tuple(tax.percent for tax in taxes), Fen(net), Fen(amount - net)))
    return tuple(found)
