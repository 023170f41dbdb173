"""Taxes of what is paid: discounts lower the taxed amount, tenders do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huitou.offers.rules.articles import Article, asked_of, stacked, tokens_of
from huitou.offers.rules.rounding import ratio
from huitou.offers.rules.search.ready import Unit
from huitou.offers.terms import BasketLine, Fen, PriceRequest, Tax, TaxTotal


def with_taxes_of(request: PriceRequest) -> Sequence[BasketLine]:
    """The basket, with the request's `taxes` on the lines that name none of their own."""
    if not request.taxes:
        return request.basket
    rules = [(asked_of(rule.goods), Tax(rule.percent, rule.included, rule.compound)) for rule in request.taxes]
    found = []
    for line in request.basket:
        tokens = set(tokens_of(line))
        taxes = () if line.tax else tuple(tax for asked, tax in rules if asked.hold(tokens))
        found.append(replace(line, tax=taxes) if taxes else line)
    return found


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
